"""JSON: access tokens for machine clients (OAuth 2.0 client credentials, RFC 6749 section 4.4; RFC 6750 bearer tokens)."""

import base64
import binascii
from urllib.parse import parse_qs, unquote

from kernel.errors import Refused
from kernel.web.access import ANYONE
from kernel.web.answers import Answer
from kernel.web.routes import Entry
from kernel.web.visit import Visit
from tenants import clients

GRANT = "client_credentials"


def token(visit: Visit) -> Answer:
    """An access token for a machine client.

    Form fields `grant_type` (client_credentials) and `scope` (optional); the client in HTTP Basic or in the form.
    """
    form = {name: values[-1] for name, values in parse_qs(visit.raw.decode("utf-8", "replace"), keep_blank_values=True).items()}
    if form.get("grant_type") != GRANT:
        return _refused(visit, "unsupported_grant_type", 400)
    client_id, secret = _credentials(visit.headers.get("authorization", ""), form)
    try:
        client = clients.authenticate(visit.session, client_id, secret, visit.address)
        made = clients.issue_token(visit.session, client, form.get("scope", ""))
    except Refused as error:
        if error.status == 429:
            raise
        return _refused(
            visit, "invalid_client" if error.status in (401, 404) else "invalid_scope", 401 if error.status in (401, 404) else 400
        )
    body = {"access_token": made.access_token, "token_type": made.token_type, "expires_in": made.expires_in, "scope": made.scope}
    return visit.json(body).header("cache-control", "no-store")


def _credentials(authorization: str, form: dict[str, str]) -> tuple[str, str]:
    scheme, _space, packed = authorization.partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _colon, secret = base64.b64decode(packed).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote(name), unquote(secret)


def _refused(visit: Visit, error: str, status: int) -> Answer:
    answer = visit.json({"error": error}, status=status).header("cache-control", "no-store")
    # a refused try is kept: its count must not be rolled back
    answer.keep = True
    return answer.header("www-authenticate", 'Basic realm="galleria"') if status == 401 else answer


ROUTES: list[Entry] = [Entry("/oauth/token", ("POST",), token, ANYONE, "oauth.token", kind="api")]
