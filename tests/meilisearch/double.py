"""The double: indexes, settings, documents, tasks in order, searches and errors as Meilisearch's reference describes them.

What the adapter sends is taken apart as strictly as the real server does it: an unknown parameter or setting, a field that may
not be filtered by, a wrong key, a missing index are errors with the documented codes. Tasks are carried out one after the
other by a thread of their own, after `task_seconds`.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.meilisearch import wheel
from tests.meilisearch.filters import BadFilter, meets
from tests.meilisearch.ranking import Ranked, Rules, normal, rank, tokens

_PARAMETERS = (
    "indexUid q offset limit page hitsPerPage attributesToRetrieve attributesToCrop cropLength cropMarker attributesToHighlight highlightPreTag"
    " highlightPostTag showMatchesPosition filter sort distinct facets matchingStrategy attributesToSearchOn rankingScoreThreshold locales"
    " hybrid vector retrieveVectors showRankingScore showRankingScoreDetails federationOptions"
)
SEARCH_PARAMETERS = frozenset(_PARAMETERS.split())
SETTINGS: dict[str, Any] = {
    "displayedAttributes": ["*"], "searchableAttributes": ["*"], "filterableAttributes": [], "sortableAttributes": [],
    "rankingRules": ["words", "typo", "proximity", "attribute", "sort", "exactness"], "stopWords": [], "nonSeparatorTokens": [],
    "separatorTokens": [], "dictionary": [], "synonyms": {}, "distinctAttribute": None, "proximityPrecision": "byWord",
    "typoTolerance": {"enabled": True, "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9}, "disableOnWords": [], "disableOnAttributes": [],
                      "disableOnNumbers": False},
    "faceting": {"maxValuesPerFacet": 100}, "pagination": {"maxTotalHits": 1000}, "embedders": {}, "searchCutoffMs": None,
    "localizedAttributes": None, "facetSearch": True, "prefixSearch": "indexingTime",
}  # fmt: skip
RULES = {"words", "typo", "proximity", "attribute", "sort", "exactness", "attributeRank", "wordPosition"}
LANGUAGES = frozenset({"de", "en", "fr", "it", "nl", "es", "zh", "ja", "ko", "pl", "pt", "sv", "da", "cs", "ru"})
_UID = re.compile(r"[A-Za-z0-9_-]{1,512}")
_DOCUMENT_ID = re.compile(r"[A-Za-z0-9_-]{1,511}")


class Refusal(Exception):
    """An error answer: status, code, message."""

    def __init__(self, status: int, code: str, message: str, kind: str = "invalid_request") -> None:
        super().__init__(message)
        self.status, self.body = (
            status,
            {"message": message, "code": code, "type": kind, "link": f"https://docs.meilisearch.com/errors#{code}"},
        )


@dataclass
class Index:
    """Documents in the order of their arrival, and settings."""

    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(SETTINGS)))

    def rules(self) -> Rules:
        typos = self.settings["typoTolerance"]
        sizes = typos["minWordSizeForTypos"]
        searched = self.settings["searchableAttributes"]
        attributes = searched if searched != ["*"] else list(dict.fromkeys(name for d in self.documents.values() for name in d))
        return Rules(
            attributes, frozenset(map(normal, self.settings["stopWords"])), {normal(k): v for k, v in self.settings["synonyms"].items()},
            sizes["oneTypo"] if typos["enabled"] else 99, sizes["twoTypos"] if typos["enabled"] else 99,
            frozenset(typos["disableOnAttributes"]), not typos["disableOnNumbers"],
            [rule for rule in self.settings["rankingRules"] if ":" not in rule],
        )  # fmt: skip


class Double:
    """A server on a free port of this machine: `with Double() as double: double.url`.

    `by_wheel`: the order of hits is the real engine's. `faults`, called before each request with its path, may sleep or
    raise; `requests` are the paths that were asked for.
    """

    def __init__(self, key: str = "master-key", by_wheel: bool = False, task_seconds: float = 0.0, version: str = "1.16.0") -> None:
        self.key, self.by_wheel, self.task_seconds, self.version = key, by_wheel, task_seconds, version
        self.indexes: dict[str, Index] = {}
        self.tasks: list[dict[str, Any]] = []
        self.requests: list[tuple[str, str, Any]] = []
        self.faults: Callable[[str], None] | None = None
        self.after_task: Callable[[dict[str, Any]], None] | None = None
        self._waiting: Queue[tuple[dict[str, Any], Callable[[], None]] | None] = Queue()
        self._lock = threading.RLock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._threads = [
            threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True),
            threading.Thread(target=self._work, daemon=True),
        ]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "Double":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._waiting.put(None)

    def searches(self) -> list[dict[str, Any]]:
        """Every single search that was asked for."""
        return [query for _method, path, body in self.requests if path == "/multi-search" for query in body["queries"]]

    # --- requests

    def answer(self, method: str, target: str, headers: Mapping[str, str], raw: bytes) -> tuple[int, Any]:
        path, _, query = target.partition("?")
        if self.faults:
            self.faults(path)
        if path == "/health":
            return 200, {"status": "available"}
        self._check_key(headers.get("authorization", ""))
        body = json.loads(raw) if raw else None
        with self._lock:
            self.requests.append((method, path, body))
            parts = [unquote(part) for part in path.strip("/").split("/")]
            given = {name: values[0] for name, values in parse_qs(query).items()}
            found = self._route(method, parts, given, body)
        return (202, found) if isinstance(found, dict) and "taskUid" in found else (200, found)

    def _check_key(self, told: str) -> None:
        if self.key and not told:
            message = "The Authorization header is missing. It must use the bearer authorization method."
            raise Refusal(401, "missing_authorization_header", message, "auth")
        if self.key and told != f"Bearer {self.key}":
            raise Refusal(403, "invalid_api_key", "The provided API key is invalid.", "auth")

    def _route(self, method: str, parts: Sequence[str], given: Mapping[str, str], body: Any) -> Any:
        match (method, *parts):
            case ("GET", "version"):
                return {"commitSha": "0" * 40, "commitDate": "2026-01-01T00:00:00Z", "pkgVersion": self.version}
            case ("GET", "tasks", number):
                return self._task(int(number))
            case ("GET", "indexes"):
                return self._page([{"uid": uid, "primaryKey": "id"} for uid in sorted(self.indexes)], given)
            case ("POST", "indexes"):
                uid = body["uid"]
                if not _UID.fullmatch(uid):
                    raise Refusal(400, "invalid_index_uid", f"`{uid}` is not a valid index uid.")
                return self._later("indexCreation", uid, lambda: self._create(uid))
            case ("POST", "swap-indexes"):
                pairs = [tuple(pair["indexes"]) for pair in body]
                return self._later("indexSwap", None, lambda: self._swap(pairs))
            case ("POST", "multi-search"):
                return {"results": [self._search(query) for query in body["queries"]]}
            case (_, "indexes", uid, *rest):
                return self._route_index(method, uid, rest, body)
        raise Refusal(404, "not_found", f"There is no route {method} /{'/'.join(parts)}")

    def _route_index(self, method: str, uid: str, rest: Sequence[str], body: Any) -> Any:
        match (method, *rest):
            case ("DELETE",):
                return self._later("indexDeletion", uid, lambda: self._drop(uid))
            case ("PATCH", "settings"):
                self._check_settings(body)
                return self._later("settingsUpdate", uid, lambda: self._set_up(uid, body))
            case ("GET", "settings"):
                return self._index(uid).settings
            case ("GET", "stats"):
                return {"numberOfDocuments": len(self._index(uid).documents), "isIndexing": False}
            case ("POST", "documents"):
                return self._later("documentAdditionOrUpdate", uid, lambda: self._put(uid, body))
            case ("POST", "documents", "delete-batch"):
                return self._later("documentDeletion", uid, lambda: self._remove(uid, body))
            case ("POST", "documents", "fetch"):
                index = self._index(uid)
                kept = [d for d in index.documents.values() if self._meets(index, d, body.get("filter"), "invalid_document_filter")]
                return self._page([{name: d[name] for name in body.get("fields", d) if name in d} for d in kept], body)
            case ("GET", "documents", document_id):
                documents = self._index(uid).documents
                if document_id not in documents:
                    raise Refusal(404, "document_not_found", f"Document `{document_id}` not found.")
                return documents[document_id]
        raise Refusal(404, "not_found", f"There is no route {method} /indexes/{uid}/{'/'.join(rest)}")

    @staticmethod
    def _page(rows: list[Any], given: Mapping[str, Any]) -> dict[str, Any]:
        offset, limit = int(given.get("offset", 0)), int(given.get("limit", 20))
        return {"results": rows[offset : offset + limit], "offset": offset, "limit": limit, "total": len(rows)}

    # --- tasks

    def _task(self, number: int) -> dict[str, Any]:
        if number >= len(self.tasks):
            raise Refusal(404, "task_not_found", f"Task `{number}` not found.")
        return dict(self.tasks[number])

    def _later(self, kind: str, uid: str | None, work: Callable[[], None]) -> dict[str, Any]:
        told = {"uid": len(self.tasks), "indexUid": uid, "status": "enqueued", "type": kind, "error": None}
        self.tasks.append(told)
        self._waiting.put((told, work))
        return {"taskUid": told["uid"], "indexUid": uid, "status": "enqueued", "type": kind, "enqueuedAt": "2026-01-01T00:00:00Z"}

    def _work(self) -> None:
        while waiting := self._waiting.get():
            told, work = waiting
            told["status"] = "processing"
            time.sleep(self.task_seconds)
            with self._lock:
                try:
                    work()
                    told["status"] = "succeeded"
                except Refusal as refusal:
                    told.update(status="failed", error=refusal.body)
            if self.after_task:
                self.after_task(told)

    def _create(self, uid: str) -> None:
        if uid in self.indexes:
            raise Refusal(409, "index_already_exists", f"Index `{uid}` already exists.")
        self.indexes[uid] = Index()

    def _drop(self, uid: str) -> None:
        self._index(uid)
        del self.indexes[uid]

    def _swap(self, pairs: Sequence[tuple[str, ...]]) -> None:
        for one, other in pairs:
            a, b = self._index(one), self._index(other)
            self.indexes[one], self.indexes[other] = b, a

    def _set_up(self, uid: str, settings: Mapping[str, Any]) -> None:
        index = self.indexes.setdefault(uid, Index())
        for name, value in settings.items():
            index.settings[name] = {**SETTINGS[name], **value} if name in ("typoTolerance", "pagination", "faceting") else value

    def _put(self, uid: str, documents: Sequence[dict[str, Any]]) -> None:
        index = self.indexes.setdefault(uid, Index())
        for document in documents:
            if not _DOCUMENT_ID.fullmatch(str(document.get("id", ""))):
                raise Refusal(400, "invalid_document_id", f"Document identifier `{document.get('id')}` is invalid.")
        index.documents.update({str(document["id"]): document for document in documents})

    def _remove(self, uid: str, ids: Sequence[str]) -> None:
        for document_id in ids:
            self._index(uid).documents.pop(document_id, None)

    @staticmethod
    def _check_settings(settings: Mapping[str, Any]) -> None:
        for name in settings:
            if name not in SETTINGS:
                raise Refusal(400, "bad_request", f"Unknown field `{name}`")
        for rule in settings.get("rankingRules", ()):
            if rule not in RULES and not re.fullmatch(r"[a-z_]+:(asc|desc)", rule):
                raise Refusal(400, "invalid_settings_ranking_rules", f"`{rule}` ranking rule is invalid.")
        for told in settings.get("localizedAttributes") or ():
            if unknown := set(told["locales"]) - LANGUAGES:
                raise Refusal(400, "invalid_settings_localized_attributes", f"Unknown value {unknown}")

    # --- searches

    def _index(self, uid: str) -> Index:
        if uid not in self.indexes:
            raise Refusal(404, "index_not_found", f"Index `{uid}` not found.")
        return self.indexes[uid]

    @staticmethod
    def _meets(index: Index, document: Mapping[str, Any], conditions: Any, code: str) -> bool:
        try:
            return meets(document, conditions, index.settings["filterableAttributes"])
        except BadFilter as error:
            raise Refusal(400, code, str(error)) from None

    def _search(self, query: Mapping[str, Any]) -> dict[str, Any]:
        if unknown := set(query) - SEARCH_PARAMETERS:
            raise Refusal(400, "bad_request", f"Inside `.queries[0]`: Unknown field `{sorted(unknown)[0]}`")
        if set(query.get("locales") or ()) - LANGUAGES:
            raise Refusal(400, "invalid_search_locales", "Unknown locale")
        index = self._index(query["indexUid"])
        kept = [d for d in index.documents.values() if self._meets(index, d, query.get("filter"), "invalid_search_filter")]
        found = self._ranked(index, kept, query.get("q") or "")
        most = index.settings["pagination"]["maxTotalHits"]
        offset, limit = query.get("offset", 0), min(query.get("limit", 20), most)
        hits = [self._hit(query, document, ranked) for document, ranked in found[offset : offset + limit]]
        return {
            "indexUid": query["indexUid"], "hits": hits, "query": query.get("q") or "", "processingTimeMs": 0, "limit": limit,
            "offset": offset, "estimatedTotalHits": min(len(found), most),
        }  # fmt: skip

    def _ranked(self, index: Index, documents: Sequence[dict[str, Any]], text: str) -> list[tuple[dict[str, Any], Ranked]]:
        rules = index.rules()
        custom = [rule for rule in index.settings["rankingRules"] if ":" in rule]
        if self.by_wheel and text and documents:
            asked = " ".join(w for w, _, _ in tokens(text) if w not in rules.stop_words) or text
            places = wheel.order(documents, asked, rules.attributes)
            matched = [rank(documents[place], text, rules) for place in places]
            return [
                (documents[place], Ranked((n,), 1 - n / 100, told.matched if told else frozenset()))
                for n, (place, told) in enumerate(zip(places, matched, strict=True))
            ]
        found = [(document, ranked) for document in documents if (ranked := rank(document, text, rules)) is not None]
        return sorted(found, key=lambda pair: (pair[1].key, *(_custom(pair[0], rule) for rule in custom)))

    @staticmethod
    def _hit(query: Mapping[str, Any], document: Mapping[str, Any], ranked: Ranked) -> dict[str, Any]:
        names = query.get("attributesToRetrieve") or ["*"]
        hit: dict[str, Any] = {name: document[name] for name in (document if names == ["*"] else names) if name in document}
        if marked := query.get("attributesToHighlight"):
            tags = query.get("highlightPreTag", "<em>"), query.get("highlightPostTag", "</em>")
            begun = [word for word, _, _ in tokens(query.get("q") or "")]
            hit["_formatted"] = {name: _marked(document[name], ranked.matched, tags, begun) for name in marked if name in document}
        if query.get("showRankingScore"):
            hit["_rankingScore"] = ranked.score
        return hit


def _custom(document: Mapping[str, Any], rule: str) -> float:
    name, _, way = rule.partition(":")
    value = float(document.get(name) or 0.0)
    return -value if way == "desc" else value


def _marked(value: Any, matched: frozenset[str], tags: tuple[str, str], begun: Sequence[str]) -> Any:
    """A text with the matched words between tags; of a word that was only begun its beginning."""
    if isinstance(value, list):
        return [_marked(one, matched, tags, begun) for one in value]
    text, out, at = str(value), [], 0
    for word, start, end in tokens(text):
        if word in matched:
            stop = start + len(begun[-1]) if begun and word != begun[-1] and word.startswith(begun[-1]) else end
            out += [text[at:start], tags[0], text[start:stop], tags[1]]
            at = stop
    return "".join([*out, text[at:]])


def _handler(double: Double) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536  # head and body in one packet
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            try:
                status, body = double.answer(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, raw)
            except Refusal as refusal:
                status, body = refusal.status, refusal.body
            except (KeyError, ValueError, TypeError) as error:
                status, body = 400, {"message": repr(error), "code": "bad_request", "type": "invalid_request", "link": ""}
            sent = json.dumps(body).encode()
            try:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)
            except OSError:  # whoever asked has gone
                self.close_connection = True

        do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _answer  # noqa: N815 - names the server asks for

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    return Handler


def port_of(url: str) -> int:
    """The port in an address."""
    return urlsplit(url).port or 0
