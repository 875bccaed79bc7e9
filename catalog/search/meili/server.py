"""Meilisearch's HTTP interface, as far as it is used here: one method per thing that is asked, plain values in and out.

Written to the published reference (https://www.meilisearch.com/docs/reference/api, server 1.15 and newer). Every request may
be sent twice. Changes are tasks: the server answers with a task's number and does them later, in the order of their numbers.
"""

import time
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

import orjson
from prometheus_client import Counter, Histogram

from kernel import metrics
from kernel.errors import Unavailable
from kernel.lines import Line
from kernel.outbound import NoAnswer, Reply

SEARCH_SECONDS = 1.0
SHORT_SECONDS = 5.0
CHANGE_SECONDS = 30.0
TASK_SECONDS = 20.0
FIRST_LOOK_SECONDS, LONGEST_LOOK_SECONDS = 0.005, 0.5
ENDED = {"succeeded", "failed", "canceled"}
LEAST_VERSION = (1, 15)

REQUESTS = Counter("galleria_meilisearch_requests", "Requests to Meilisearch", ["what", "outcome"], registry=metrics.registry)
DURATION = Histogram(
    "galleria_meilisearch_seconds", "Time Meilisearch took to answer", ["what"], registry=metrics.registry, buckets=metrics.DURATIONS
)


class MeiliTrouble(Unavailable):
    """Meilisearch does not answer, or says no; `told` is its error code, empty where it said nothing."""

    code = "search_engine"

    def __init__(self, message: str, told: str = "") -> None:
        super().__init__(message, retry_after_seconds=5)
        self.told = told


class NoSuchThing(MeiliTrouble):
    """The index or the document does not exist."""


class MeiliServer:
    """One server and the key to it."""

    def __init__(self, line: Line, key: str) -> None:
        self._line = line
        self._headers = {"authorization": f"Bearer {key}"} if key else {}

    def multi_search(self, queries: Sequence[dict[str, Any]], seconds: float = SEARCH_SECONDS) -> list[dict[str, Any]]:
        """The answers of several searches in their order, in one request."""
        found = self._ask("search", "POST", "/multi-search", {"queries": list(queries)}, seconds)
        results = found.get("results") if isinstance(found, dict) else None
        if not isinstance(results, list) or len(results) != len(queries):
            raise MeiliTrouble("Meilisearch's answer is not what was asked for.")
        return results

    def document(self, index: str, document_id: str) -> dict[str, Any] | None:
        """A document, None where it or the index does not exist."""
        try:
            found: dict[str, Any] = self._ask("document", "GET", f"/indexes/{quote(index)}/documents/{quote(document_id)}")
        except NoSuchThing:
            return None
        return found

    def find_documents(self, index: str, conditions: str, fields: Sequence[str], most: int) -> list[dict[str, Any]]:
        """Documents that meet the conditions, with these fields; no order, no ranking."""
        asked = {"filter": conditions, "fields": list(fields), "limit": most}
        found: dict[str, Any] = self._ask("document", "POST", f"/indexes/{quote(index)}/documents/fetch", asked)
        return list(found["results"])

    def indexes(self) -> list[str]:
        """The names of all indexes."""
        names: list[str] = []
        while True:
            found = self._ask("index", "GET", f"/indexes?limit=1000&offset={len(names)}")
            names += [index["uid"] for index in found["results"]]
            if not found["results"] or len(names) >= found["total"]:
                return names

    def count(self, index: str) -> int:
        """How many documents an index has."""
        return int(self._ask("index", "GET", f"/indexes/{quote(index)}/stats")["numberOfDocuments"])

    def make_index(self, index: str) -> int:
        """A new index whose documents are known by `id`; the task fails where there is one already."""
        return self._task("index", "POST", "/indexes", {"uid": index, "primaryKey": "id"})

    def drop_index(self, index: str) -> int:
        """Removes an index with all it holds; the task fails where there is none."""
        return self._task("index", "DELETE", f"/indexes/{quote(index)}")

    def set_up(self, index: str, settings: dict[str, Any]) -> int:
        """Changes the settings named and leaves the others."""
        return self._task("settings", "PATCH", f"/indexes/{quote(index)}/settings", settings)

    def put(self, index: str, documents: Iterable[dict[str, Any]]) -> int:
        """Adds documents, in place of those with the same id."""
        return self._task("documents", "POST", f"/indexes/{quote(index)}/documents?primaryKey=id", list(documents))

    def remove(self, index: str, ids: Sequence[str]) -> int:
        """Takes documents out; ids of none are no error."""
        return self._task("documents", "POST", f"/indexes/{quote(index)}/documents/delete-batch", list(ids))

    def swap(self, one: str, other: str) -> int:
        """The two indexes change their names in one step, so that a search always finds a whole one."""
        return self._task("index", "POST", "/swap-indexes", [{"indexes": [one, other]}])

    def wait(self, tasks: Sequence[int], seconds: float = TASK_SECONDS, may_fail: Sequence[str] = ()) -> None:
        """Until all these tasks have ended; MeiliTrouble where one failed (but for an error code in `may_fail`) or is not
        done in time: it goes on, and whoever asked for it may ask again."""
        deadline = time.monotonic() + seconds
        for task in tasks:
            pause = FIRST_LOOK_SECONDS
            while (found := self._ask("task", "GET", f"/tasks/{task}"))["status"] not in ENDED:
                if time.monotonic() >= deadline:
                    raise MeiliTrouble(f"Meilisearch has not finished task {task} in {seconds:.0f} s.")
                time.sleep(pause)
                pause = min(pause * 1.7, LONGEST_LOOK_SECONDS)
            error = found.get("error") or {}
            if found["status"] != "succeeded" and error.get("code") not in may_fail:
                raise MeiliTrouble(f"Meilisearch task {task} {found['status']}: {error.get('message', '')}", error.get("code", ""))

    def version(self) -> str:
        """The server's version as it calls it ("1.16.0"); needs a right key, unlike /health."""
        return str(self._ask("version", "GET", "/version")["pkgVersion"])

    def close(self) -> None:
        """Lets go of the connections."""
        self._line.close()

    def _task(self, what: str, method: str, path: str, body: Any = None) -> int:
        return int(self._ask(what, method, path, body, CHANGE_SECONDS)["taskUid"])

    def _ask(self, what: str, method: str, path: str, body: Any = None, seconds: float = SHORT_SECONDS) -> Any:
        began = time.perf_counter()
        outcome = "failed"
        try:
            sent = b"" if body is None else orjson.dumps(body)
            headers = self._headers if body is None else {**self._headers, "content-type": "application/json"}
            reply = self._line.send(method, path, headers, sent, seconds)
            found = _read(reply)
            outcome = "ok"
            return found
        except NoSuchThing:
            outcome = "missing"
            raise
        except NoAnswer as error:
            outcome = "no answer"
            raise MeiliTrouble("Meilisearch does not answer.") from error
        finally:
            REQUESTS.labels(what, outcome).inc()
            DURATION.labels(what).observe(time.perf_counter() - began)


def _read(reply: Reply) -> Any:
    try:
        found = orjson.loads(reply.body) if reply.body else {}
    except orjson.JSONDecodeError as error:
        raise MeiliTrouble(f"Meilisearch answered {reply.status} with something that is no JSON.") from error
    if reply.ok:
        return found
    told = found if isinstance(found, dict) else {}
    code, message = str(told.get("code", "")), str(told.get("message", ""))[:300]
    kind = NoSuchThing if code in {"index_not_found", "document_not_found"} else MeiliTrouble
    raise kind(f"Meilisearch answered {reply.status}: {message}", code)


def is_recent(version: str) -> bool:
    """Does a server of this version know all that is asked of it here?"""
    parts = version.split(".")[:2]
    return all(part.isdecimal() for part in parts) and tuple(map(int, parts)) >= LEAST_VERSION
