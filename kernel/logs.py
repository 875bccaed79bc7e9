"""Log lines: JSON on standard output, one object a line, or short coloured lines for people (`console`).

Every line carries the tenant, the request id and the actor of whoever is being served, from context variables.
Secrets are struck out by the name of their field and by their look (card numbers, tokens in addresses); line
breaks and control characters from outside can neither forge a second line nor steer a terminal.

The house logs through the standard library (`logging.getLogger(__name__)`, with `extra=`); `configure` makes
structlog render it.
"""

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, TextIO
from uuid import UUID

import orjson
import structlog

from kernel import actors, tenancy

Event = MutableMapping[str, Any]

STRUCK_OUT = "[removed]"
SECRET_NAMES = re.compile(
    r"pass(word|wd|phrase)|secret|token|authorization|cookie|api_?key|private_?key|csrf|session_?key|card_?number|cvc|cvv|iban|otp|credential",
    re.IGNORECASE,
)
# `…token=abc` in addresses and messages; Bearer and Basic headers; 13 to 19 digits that may be a card number (checked by Luhn)
IN_TEXT = re.compile(r"(?i)((?:pass(?:word|wd)|secret|token|api_?key|code|signature)=)[^\s&\"']+")
HEADER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}")
DIGITS = re.compile(r"\b\d(?:[ -]?\d){12,18}\b")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
NOISY = {"procrastinate": logging.WARNING, "httpx2": logging.WARNING, "httpcore2": logging.WARNING, "uvicorn.access": logging.WARNING}

_bound: ContextVar[Mapping[str, Any] | None] = ContextVar("log_fields", default=None)


@contextmanager
def binding(**fields: Any) -> Iterator[None]:
    """Fields that every line inside the `with` carries; nesting adds to the outer ones."""
    token = _bound.set({**(_bound.get() or {}), **fields})
    try:
        yield
    finally:
        _bound.reset(token)


def request_id() -> str | None:
    """The id of the running request or job, where one is bound."""
    value = (_bound.get() or {}).get("request_id")
    return None if value is None else str(value)


def is_secret_name(name: str) -> bool:
    """Does a field of this name hold something that nobody may read?"""
    return SECRET_NAMES.search(name) is not None


def redacted(value: Any, name: str = "") -> Any:
    """The value with secrets struck out, at any depth: by field name, and in texts by their look."""
    if name and is_secret_name(name) and value is not None and not isinstance(value, bool):
        return STRUCK_OUT
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bytes):
        return f"[{len(value)} bytes]"
    if isinstance(value, Mapping):
        return {_text(str(k)): redacted(v, str(k)) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redacted(v) for v in value]
    return value


def _text(text: str) -> str:
    text = IN_TEXT.sub(rf"\1{STRUCK_OUT}", text)
    text = HEADER.sub(rf"\1 {STRUCK_OUT}", text)
    return DIGITS.sub(lambda m: STRUCK_OUT if _is_card(m.group()) else m.group(), text)


def _is_card(text: str) -> bool:
    """Luhn's check (ISO/IEC 7812-1): order numbers and EANs mostly fail it, card numbers never."""
    digits = [int(c) for c in text if c.isdigit()][::-1]
    return sum(d if i % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for i, d in enumerate(digits)) % 10 == 0


def one_line(text: str) -> str:
    """The text with line breaks, control characters and direction overrides written out as escapes."""
    return CONTROL.sub(lambda m: f"\\u{ord(m.group()):04x}", text)


def _add_context(_logger: Any, _method: str, event: Event) -> Event:
    tenant_id = tenancy.current_or_none()
    if tenant_id is not None:
        event["tenant"] = str(tenant_id)
    actor = actors.current_or_none()
    if actor is not None:
        event["actor"] = f"{actor.kind.value}:{actor.id or actor.name or '-'}"
    for name, value in (_bound.get() or {}).items():
        event.setdefault(name, value)
    return event


def _strike_out(_logger: Any, _method: str, event: Event) -> Event:
    for name, value in list(event.items()):
        if name not in {"_record", "_from_structlog", "exc_info"}:
            event[name] = redacted(value, name)
    return event


def _flatten(_logger: Any, _method: str, event: Event) -> Event:
    """For the console: JSON escapes line breaks by itself, a terminal does not."""
    for name, value in event.items():
        if isinstance(value, str) and name != "exception":
            event[name] = one_line(value)
    return event


def _json(value: Any, **_options: Any) -> str:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, (UUID, Exception)) else repr(value)


def configure(style: Literal["json", "console"] = "json", level: str = "INFO", stream: TextIO | None = None) -> None:
    """Sets up the process's logging. Called once at start-up; calling it again replaces the set-up."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_context,
        structlog.processors.format_exc_info,
        _strike_out,
    ]
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if style == "json":
        last += [structlog.processors.EventRenamer("message"), structlog.processors.JSONRenderer(serializer=_json)]
    else:
        last += [_flatten, structlog.dev.ConsoleRenderer(colors=(stream or sys.stdout).isatty(), pad_event_to=0)]
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in NOISY.items():
        logging.getLogger(name).setLevel(least)
