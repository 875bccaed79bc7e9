"""Signing messages by Standard Webhooks (specification 1.0.0): what is sent can be checked by whoever holds the secret.

A secret is `whsec_` and base64 of 24 to 64 random bytes. Signed is `<id>.<seconds>.<body>` with HMAC-SHA256; the
header holds one `v1,<base64>` per secret, so that a receiver may change over from the old secret at his leisure.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """A fresh secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, message_id: str, seconds: int, body: bytes) -> str:
    """One signature, `v1,…`. ValueError for a secret that is none."""
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    signed = f"{message_id}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(given: Sequence[str], message_id: str, seconds: int, body: bytes) -> dict[str, str]:
    """The three headers of a message, signed with every secret given."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signature(secret, message_id, seconds, body) for secret in given),
        "content-type": "application/json",
    }
