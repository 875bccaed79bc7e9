"""OpenAPI 3.1 from the handlers' types: what the route table says is what the document says."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from kernel.idempotency import LONGEST_KEY
from kernel.web.routes import Entry
from kernel.web.urls import PARAM

REF = "#/components/schemas/{model}"


class ProblemEntry(BaseModel):
    """One field that does not hold."""

    field: str
    reason: str
    code: str


class ProblemDocument(BaseModel):
    """RFC 9457 problem details, with a stable code and the id of the request."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[ProblemEntry] = []


def document(entries: Iterable[Entry], title: str, version: str, server: str) -> dict[str, Any]:
    """The whole document for the API entries of the route table; `server` is the base address of the tenant."""
    rows = [e for e in entries if e.kind == "api" and e.path.startswith("/api/")]
    models = {m for e in rows for m in (e.query, e.body, e.reply) if m is not None} | {ProblemDocument}
    ordered = sorted(models, key=lambda m: m.__name__)
    schemas, definitions = models_json_schema([(m, "validation") for m in ordered], ref_template=REF)
    names = {model: schemas[(model, "validation")] for model in ordered}
    paths: dict[str, dict[str, Any]] = {}
    for entry in rows:
        path = PARAM.sub(r"{\1}", entry.path)
        paths.setdefault(path, {})[entry.methods[0].lower()] = _operation(entry, names)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": "Errors are RFC 9457 problem documents. Lists are paged by cursor."},
        "servers": [{"url": server}],
        "security": [{"client": []}],
        "paths": paths,
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {
                "client": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": f"{server}/oauth/token", "scopes": _scopes(rows)}}}
            },
        },
    }


def _scopes(rows: list[Entry]) -> dict[str, str]:
    wanted = {e.access.permission for e in rows if e.access and e.access.permission}
    return {name: name.replace(".", ": ") for name in sorted(wanted)}


def _operation(entry: Entry, names: dict[type[BaseModel], Any]) -> dict[str, Any]:
    summary, _sep, rest = (entry.handler.__doc__ or entry.name).strip().partition("\n")
    operation: dict[str, Any] = {
        "operationId": entry.name,
        "summary": summary,
        "parameters": _parameters(entry),
        "responses": {
            str(entry.status): _content("Done", names[entry.reply]) if entry.reply else {"description": "Done"},
            "default": _content("What went wrong", names[ProblemDocument], "application/problem+json"),
        },
    }
    if rest.strip():
        operation["description"] = " ".join(rest.split())
    if entry.body:
        operation["requestBody"] = {"required": True, **_content("", names[entry.body])}
    if entry.access is not None:
        operation["security"] = [{"client": [entry.access.permission]}] if entry.access.permission else [{}]
    return operation


def _parameters(entry: Entry) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"name": p, "in": "path", "required": True, "schema": {"type": "string"}} for p in entry.params]
    if entry.creates:
        found.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string", "maxLength": LONGEST_KEY}})
    if entry.query:
        schema = entry.query.model_json_schema(ref_template=REF)
        for name, field in schema.get("properties", {}).items():
            found.append({"name": name, "in": "query", "required": name in schema.get("required", []), "schema": field})
    return found


def _content(description: str, schema: Any, media: str = "application/json") -> dict[str, Any]:
    content = {"content": {media: {"schema": schema}}}
    return {"description": description, **content} if description else content
