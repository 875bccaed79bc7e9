"""Files: pictures, imports, documents; in a local folder or in any S3, behind one small interface (obstore 0.12).

Every key is put under the current tenant in one function (`_place`), and keys are made of a few harmless characters,
so that no key can climb out of its tenant's folder. What type a file has is said by its extension, which is checked
against a short list: nothing is served as a page that was uploaded as a picture.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, MemoryStore, S3Store

from kernel import tenancy
from kernel.errors import NotThere, Unavailable

CHUNK_BYTES = 256 * 1024
LONGEST_KEY = 400
PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
CONTENT_TYPES = {
    "avif": "image/avif",
    "csv": "text/csv; charset=utf-8",
    "gif": "image/gif",
    "ico": "image/x-icon",
    "jpg": "image/jpeg",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "mp4": "video/mp4",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "webp": "image/webp",
    "woff2": "font/woff2",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
}
UNKNOWN_TYPE = "application/octet-stream"

Store = LocalStore | MemoryStore | S3Store

_store: Store | None = None


@dataclass(frozen=True)
class StoredFile:
    """A file that is being read: its size in bytes, its type, and its content in pieces."""

    key: str
    size: int
    content_type: str
    etag: str
    chunks: Iterator[bytes]


def use_store(store: Store | None) -> None:
    """The process's store; set once at start-up."""
    global _store
    _store = store


def local_store(folder: Path) -> Store:
    """Files below a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return LocalStore(prefix=folder, mkdir=True)


def memory_store() -> Store:
    """Files in this process's memory: for tests."""
    return MemoryStore()


def s3_store(bucket: str, endpoint: str = "", region: str = "eu-central-1", key_id: str = "", secret: str = "", prefix: str = "") -> Store:
    """A bucket of any S3; `endpoint` for all but Amazon's own, with path-style addresses."""
    options: dict[str, Any] = {"region": region}
    if key_id:
        options |= {"access_key_id": key_id, "secret_access_key": secret}
    if endpoint:
        options |= {"endpoint": endpoint, "virtual_hosted_style_request": False}
    client: dict[str, Any] = {"timeout": "10s", "connect_timeout": "3s", "allow_http": endpoint.startswith("http://")}
    retries: dict[str, Any] = {"max_retries": 2}
    return S3Store(bucket, prefix=prefix or None, client_options=client, retry_config=retries, **options)  # type: ignore[arg-type]


def store_from(url: str, folder: Path) -> Store:
    """`s3://bucket/prefix?region=…&endpoint=…` with `key:secret@` before the bucket, or the usual AWS environment;
    empty: files in `folder`."""
    if not url:
        return local_store(folder)
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.hostname:
        raise ValueError("the address of a file store begins with s3://")
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if unknown := set(asked) - {"region", "endpoint"}:
        raise ValueError(f"a file store has no option {sorted(unknown)[0]}")
    key_id, secret = unquote(parts.username or ""), unquote(parts.password or "")
    return s3_store(parts.hostname, key_id=key_id, secret=secret, prefix=parts.path.strip("/"), **asked)


def content_type_for(key: str) -> str:
    """By extension; application/octet-stream (a download) for all we do not know."""
    return CONTENT_TYPES.get(key.rpartition(".")[2].lower(), UNKNOWN_TYPE)


def put(key: str, data: bytes | IO[bytes] | Iterable[bytes], content_type: str | None = None) -> None:
    """Stores a file of the current tenant, whole or not at all. ValueError for a key that cannot be one."""
    attributes: Any = {"Content-Type": content_type or content_type_for(key)}
    source: Any = data if isinstance(data, bytes) or hasattr(data, "read") else iter(data)
    # the local store keeps no attributes: there the type comes from the extension
    obstore.put(_opened(), _place(key), source, attributes=attributes if isinstance(_store, S3Store) else None)


def get(key: str) -> bytes:
    """The whole content. Raises NotThere, Unavailable."""
    return b"".join(open_stream(key).chunks)


def open_stream(key: str) -> StoredFile:
    """The content in pieces, for large files. Raises NotThere, Unavailable, ValueError."""
    try:
        found = obstore.get(_opened(), _place(key))
    except (NotFoundError, FileNotFoundError) as error:
        raise NotThere from error
    except obstore.exceptions.BaseError as error:
        raise Unavailable("Files cannot be reached right now. Please try again in a moment.") from error
    chunks = (bytes(chunk) for chunk in found.stream(min_chunk_size=CHUNK_BYTES))
    return StoredFile(key, found.meta["size"], content_type_for(key), (found.meta.get("e_tag") or "").strip('"'), chunks)


def exists(key: str) -> bool:
    """Is there such a file of the current tenant?"""
    try:
        obstore.head(_opened(), _place(key))
    except (NotFoundError, FileNotFoundError):
        return False
    return True


def delete(key: str) -> None:
    """Removes the file; nothing happens where there is none."""
    try:
        obstore.delete(_opened(), _place(key))
    except (NotFoundError, FileNotFoundError):
        return


def keys(prefix: str = "") -> list[str]:
    """Every key of the current tenant below `prefix` (whole folders: `imports`), in no particular order."""
    home = f"{tenancy.current()}/"
    below = _place(prefix) if prefix else home.rstrip("/")
    return [entry["path"].removeprefix(home) for batch in obstore.list(_opened(), below) for entry in batch]


def _opened() -> Store:
    if _store is None:
        raise RuntimeError("no file store has been set: call use_store first")
    return _store


def _place(key: str) -> str:
    """Where the current tenant's file lies. The only place where a key becomes a path."""
    parts = key.split("/")
    if len(key) > LONGEST_KEY or not all(PART.fullmatch(part) and ".." not in part for part in parts):
        raise ValueError(f"no such key for a file: {key!r}")
    return f"{tenancy.current()}/{key}"
