"""Identifiers: UUIDv7 (RFC 9562, 2024) inside, random tokens for links, numbers for people in kernel/numbers.py.

UUIDv7 begins with the time in milliseconds, so new rows land at the end of every index.
"""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

import uuid_utils

TOKEN_BYTES = 32


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return UUID(int=uuid_utils.uuid7().int)


def first_id(instant: datetime) -> UUID:
    """The smallest UUIDv7 of that millisecond (RFC 9562, 2024, section 5.7): ids are ranges of time as well."""
    return UUID(int=(int(instant.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62))


def new_token() -> str:
    """256 random bits in URL-safe letters: session cookies, invitation and reset links."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """What is stored in place of a token, so that a copy of the database opens nothing (SHA-256)."""
    return hashlib.sha256(token.encode()).digest()


def parse_id(text: str) -> UUID | None:
    """The UUID in `text`, or None: ids from outside are never worth an exception."""
    try:
        return UUID(text)
    except (ValueError, AttributeError, TypeError):
        return None
