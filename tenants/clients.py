"""Machine clients: programs that act for a tenant within scopes (OAuth 2.0 client credentials, RFC 6749 §4.4).

Tokens are opaque and looked up, not signed: they can be taken back at once, and there is no algorithm to be fooled
about. A secret is shown once and kept as a hash, as are tokens.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kernel import limits
from kernel.actors import Actor, ActorKind
from kernel.audit import record
from kernel.db.locks import wait_lock
from kernel.errors import Conflict, Invalid, NotAllowed, SignInNeeded
from kernel.events import publish
from kernel.i18n import gettext as _
from kernel.ids import new_id, new_token, token_hash
from kernel.tenancy import current
from tenants.events import ClientChanged
from tenants.finding import one
from tenants.models import OauthClient, OauthToken
from tenants.permissions import check_known, with_implied
from tenants.roles import check_held
from tenants.wording import line

TOKEN_LIFETIME = timedelta(hours=1)
TRIES, TRIES_SECONDS = 20, 15 * 60
MOST_CLIENTS = 200
LONGEST_CREDENTIAL = 200
MANAGE = "client.manage"


@dataclass(frozen=True)
class NewClient:
    """A client with the secret that is shown this once."""

    client: OauthClient
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class AccessToken:
    """What /oauth/token answers with; `expires_in` in seconds, `scope` separated by spaces."""

    access_token: str
    expires_in: int
    scope: str
    token_type: str = "Bearer"  # noqa: S105 -- the word of RFC 6750, not a secret


def create_client(session: Session, actor: Actor, name: str, scopes: Iterable[str]) -> NewClient:
    """Gives a program access. NotAllowed for scopes beyond the actor's own rights; Invalid for a name that is taken."""
    actor.must(MANAGE)
    chosen = check_known(scopes, "scopes")
    if not chosen:
        raise Invalid.at("scopes", _("Please choose what the program may do."), "required")
    check_held(actor, chosen)
    cleaned = line("name", name, 80, required=True)
    wait_lock(session, "tenants.clients")
    names = list(session.scalars(select(OauthClient.name).where(OauthClient.tenant_id == actor.tenant_id)))
    if cleaned in names:
        raise Invalid.at("name", _("There is a client of this name already."), "taken")
    if len(names) >= MOST_CLIENTS:
        raise Conflict(_("There can be at most %(count)s clients.") % {"count": MOST_CLIENTS})
    secret = new_token()
    client = OauthClient(
        tenant_id=actor.tenant_id,
        id=new_id(),
        client_id=f"gc_{new_token()[:22]}",
        name=cleaned,
        secret_hash=token_hash(secret),
        scopes=sorted(chosen),
        created_by=actor.id,
        status="active",
    )
    session.add(client)
    session.flush()
    _told(session, actor, client, "client.create")
    return NewClient(client, client.client_id, secret)


def list_clients(session: Session, actor: Actor) -> list[OauthClient]:
    """All machine clients by name, also the revoked ones."""
    actor.must(MANAGE)
    query = select(OauthClient).where(OauthClient.tenant_id == actor.tenant_id).order_by(OauthClient.status, OauthClient.name)
    return list(session.scalars(query.limit(MOST_CLIENTS)))


def client_for(session: Session, actor: Actor, oauth_client_id: UUID, lock: bool = False) -> OauthClient:
    """A client by its row's id, for those who manage them."""
    actor.must(MANAGE)
    return one(session, actor, OauthClient, oauth_client_id, lock)


def renew_secret(session: Session, actor: Actor, oauth_client_id: UUID) -> NewClient:
    """A new secret; the old one and every token given out stop working."""
    client = client_for(session, actor, oauth_client_id, lock=True)
    check_held(actor, frozenset(client.scopes))
    if client.status != "active":
        raise Conflict(_("This client has lost its access. Make a new one."))
    secret = new_token()
    client.secret_hash = token_hash(secret)
    _end_tokens(session, client)
    _told(session, actor, client, "client.renew_secret")
    return NewClient(client, client.client_id, secret)


def revoke_client(session: Session, actor: Actor, oauth_client_id: UUID) -> None:
    """Takes the access back, with every token, at once and for good."""
    client = client_for(session, actor, oauth_client_id, lock=True)
    client.status = "revoked"
    _end_tokens(session, client)
    _told(session, actor, client, "client.revoke")


def authenticate(session: Session, client_id: str, client_secret: str, network_address: str) -> OauthClient:
    """The client behind the credentials; SignInNeeded for wrong ones, whichever part is wrong. TooMany beyond twenty
    wrong tries in a quarter of an hour."""
    if len(client_id) > LONGEST_CREDENTIAL or len(client_secret) > LONGEST_CREDENTIAL:
        raise SignInNeeded(_("These client credentials are not known here."))
    client = session.scalar(
        select(OauthClient).where(OauthClient.tenant_id == current(), OauthClient.client_id == client_id, OauthClient.status == "active")
    )
    stored = client.secret_hash if client else token_hash("nobody")
    if not hmac.compare_digest(stored, token_hash(client_secret)) or client is None:
        limits.hit("oauth", f"{client_id}|{limits.network_of(network_address)}", TRIES, TRIES_SECONDS)
        raise SignInNeeded(_("These client credentials are not known here."))
    return client


def issue_token(session: Session, client: OauthClient, scope: str = "") -> AccessToken:
    """A token for an hour. `scope` (separated by spaces) narrows it; NotAllowed for more than the client has, or follows
    from what it has."""
    wanted = frozenset(scope.split()) or frozenset(client.scopes)
    if lacking := sorted(wanted - with_implied(client.scopes)):
        raise NotAllowed(_("This client may not ask for that scope."), code="invalid_scope", scopes=lacking)
    token = new_token()
    session.add(
        OauthToken(
            tenant_id=client.tenant_id,
            id=new_id(),
            oauth_client_id=client.id,
            token_hash=token_hash(token),
            scopes=sorted(wanted),
            expires_at=func.now() + TOKEN_LIFETIME,
        )
    )
    client.last_used_at = func.now()
    session.flush()
    return AccessToken(token, int(TOKEN_LIFETIME.total_seconds()), " ".join(sorted(wanted)))


def find_by_token(session: Session, token: str) -> Actor | None:
    """The machine behind a bearer token with the token's scopes, and what follows from them, as permissions; None for one
    that is unknown, expired, revoked or another tenant's. One query, nothing is written."""
    if not token or len(token) > LONGEST_CREDENTIAL or not token.isascii():
        return None
    row = session.execute(
        select(OauthToken, OauthClient)
        .join(OauthClient, (OauthClient.tenant_id == OauthToken.tenant_id) & (OauthClient.id == OauthToken.oauth_client_id))
        .where(
            OauthToken.tenant_id == current(),
            OauthToken.token_hash == token_hash(token),
            OauthToken.expires_at > func.now(),
            OauthClient.status == "active",
        )
    ).one_or_none()
    if row is None:
        return None
    given, client = row
    scopes = with_implied(given.scopes) & with_implied(client.scopes)
    return Actor(ActorKind.MACHINE, client.tenant_id, id=client.id, name=client.name, permissions=scopes)


def forget_old_tokens(session: Session) -> int:
    """Removes expired tokens of the current tenant; returns how many. A daily job."""
    gone = delete(OauthToken).where(OauthToken.tenant_id == current(), OauthToken.expires_at <= func.now())
    return len(session.execute(gone.returning(OauthToken.id)).all())


def as_json(client: OauthClient) -> dict[str, Any]:
    """What the audit trail and the interface show of a client; never its secret's hash."""
    return {"client_id": client.client_id, "name": client.name, "scopes": list(client.scopes), "status": client.status}


def _end_tokens(session: Session, client: OauthClient) -> None:
    mine = (OauthToken.tenant_id == client.tenant_id) & (OauthToken.oauth_client_id == client.id)
    session.execute(delete(OauthToken).where(mine))
    session.flush()


def _told(session: Session, actor: Actor, client: OauthClient, action: str) -> None:
    record(session, actor, action, "oauth_client", client.id, after=as_json(client))
    publish(session, ClientChanged(client.id, action), actor)
