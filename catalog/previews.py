"""Previews: the shop as it would be with what is being edited, behind a link that can be shared, runs out and can be revoked.

What is being edited is published beside the shop: under the market's code with a "~" before it, which no market can
have, with its own versions, mark and search index. So a preview is a whole shop with lists, filters and search, and
bringing it up to date costs what has changed. The first time the published rows are copied, in one statement.

A link's token is its id with an HMAC by the installation's key over tenant, id and the link's own secret: a copy of the
database opens nothing. A link that has run out or was revoked looks like one that never was.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from catalog.drafts import read_drafts
from catalog.edition import Edition
from catalog.facets import remember_words
from catalog.findable import search_document
from catalog.intervals import Place, in_place
from catalog.market_clock import instant_at, zone_of
from catalog.models import PreviewLink, Publication, PublishedProduct
from catalog.publishing import BATCH, candidates, editions_of, take_mark
from catalog.search import indexing
from catalog.shown_preview import Preview, beside
from catalog.versions import market_for, newest_publications
from kernel import audit, clock, settings, tenancy
from kernel.actors import Actor
from kernel.db.locks import wait_lock
from kernel.db.session import retrying, transaction
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id
from kernel.jobs import defer, task
from tenants.models import Market

MOST_DAYS = 30
MOST_LISTED = 100
SECRET_BYTES = 32
TOKEN_LENGTH = 64
TASK = "catalog.preview"

COPY = """
    INSERT INTO catalog.{table} (tenant_id, id, market_code, language, {columns}, from_version)
    SELECT p.tenant_id, gen_random_uuid(), :beside, p.language, p.{values}, 1 FROM catalog.{table} p
    WHERE p.tenant_id = :tenant AND p.market_code = :market AND p.language = :language AND p.to_version IS NULL
"""
TABLES = (
    ("published_category", "category_id, slug, digest, payload"),
    ("published_product", "product_id, parent_id, sku, slug, position, category_ids, currencies, digest, payload"),
)


def make_link(
    session: Session, actor: Actor, market_code: str, language: str, days: int = 7, as_of: str = "", note: str = ""
) -> PreviewLink:
    """A link that opens for `days` (1 to 30). `as_of`: what the market's clock shows on the date that is to be shown, empty:
    the present. Raises NotThere for a market or language there is not, Invalid at `days` or `as_of`."""
    actor.must("catalog.edit")
    market = market_for(session, market_code)
    if language not in market.languages:
        raise NotThere
    if not 1 <= days <= MOST_DAYS:
        raise Invalid.at("days", _("Please choose 1 to %(count)s days.") % {"count": MOST_DAYS}, "days")
    link = PreviewLink(
        tenant_id=tenancy.current(),
        id=new_id(),
        market_code=market_code,
        language=language,
        note=note.strip()[:300],
        as_of=instant_at(as_of, zone_of(session, market), "as_of") if as_of.strip() else None,
        expires_at=clock.now() + timedelta(days=days),
        asked_at=clock.now(),
        secret=secrets.token_bytes(SECRET_BYTES),
        made_by=actor.as_json(),
    )
    session.add(link)
    session.flush()
    told = {"market": market_code, "language": language, "until": link.expires_at.isoformat(), "as_of": as_of}
    audit.record(session, actor, "catalog.preview_made", "preview_link", link.id, after=told)
    _ask(session, actor, link)
    return link


def bring_up_to_date(session: Session, actor: Actor, link_id: UUID) -> PreviewLink:
    """Asks the worker to take over what has been edited since."""
    actor.must("catalog.edit")
    link = link_for(session, actor, link_id, lock=True)
    link.asked_at = clock.now()
    session.flush()
    _ask(session, actor, link)
    return link


def revoke_link(session: Session, actor: Actor, link_id: UUID) -> PreviewLink:
    """From now on the link opens nothing. Doing it again changes nothing."""
    actor.must("catalog.edit")
    link = link_for(session, actor, link_id, lock=True)
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        session.flush()
        audit.record(session, actor, "catalog.preview_revoked", "preview_link", link.id)
    return link


def link_for(session: Session, actor: Actor, link_id: UUID, lock: bool = False) -> PreviewLink:
    """The tenant's link. Raises NotThere."""
    actor.must("catalog.view")
    query = select(PreviewLink).where(PreviewLink.tenant_id == tenancy.current(), PreviewLink.id == link_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


def list_links(session: Session, actor: Actor) -> list[PreviewLink]:
    """The newest links, those that open nothing any more among them."""
    actor.must("catalog.view")
    mine = PreviewLink.tenant_id == tenancy.current()
    return list(session.scalars(select(PreviewLink).where(mine).order_by(PreviewLink.created_at.desc(), PreviewLink.id).limit(MOST_LISTED)))


def token_of(link: PreviewLink) -> str:
    """What stands in the link's address: 64 letters of base64url."""
    message = b"preview-link:" + link.tenant_id.bytes + link.id.bytes + link.secret
    mark = hmac.new(settings.current().signing_key, message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(link.id.bytes + mark).decode()


def open_link(session: Session, token: str, market_code: str, language: str) -> Preview:
    """The preview behind a token, for whoever holds it. Raises NotThere for a wrong, revoked or expired one, one of another
    market or language, and one whose goods are not there yet."""
    link = _link_of(session, token)
    is_good = link is not None and hmac.compare_digest(token, token_of(link)) and link.revoked_at is None
    if link is None or not is_good or link.expires_at <= clock.now() or (link.market_code, link.language) != (market_code, language):
        raise NotThere
    if link.ready_at is None:
        raise NotThere
    return Preview(link.id, str(link.id), link.market_code, link.language, link.ready_at, link.expires_at, link.as_of)


@task(TASK, long=True)
def carry_out(actor: Actor, args: dict[str, Any]) -> None:
    """The worker's part."""
    refresh(actor, UUID(args["link_id"]))


def refresh(actor: Actor, link_id: UUID) -> None:
    """Takes what is being edited into the goods of the link's market and language, in one transaction of its own."""
    retrying(lambda: _refresh(actor, link_id))


def _refresh(actor: Actor, link_id: UUID) -> None:
    with transaction() as session:
        link = link_for(session, actor, link_id)
        if link.revoked_at is None:
            moment = clock.now()
            _bring_out(session, market_for(session, link.market_code), link.language)
            link.ready_at = moment
            session.flush()


def _bring_out(session: Session, market: Market, language: str) -> None:
    code = beside(market.code)
    wait_lock(session, f"catalog.preview {code} {language}")
    mark = take_mark(session)
    last = newest_publications(session, code).get(language)
    since, version = (last.mark, last.version + 1) if last else (_copy(session, market.code, language), 2)
    [edition] = editions_of(session, market, [language], version, known={language}, code=code)
    for ids in candidates(session, since):
        edition.put(read_drafts(session, ids), ids)
    edition.tell_index()
    if last is not None and not edition.counts.any:
        last.mark = mark
    else:
        remember_words(session, code, market.languages, market.default_language)
        session.add(_publication(session, edition, version, mark))
    session.flush()


def _copy(session: Session, market_code: str, language: str) -> int:
    """What the shop shows lies beside it, too, in the index as well; returns up to where that has looked at edited products."""
    shown = newest_publications(session, market_code).get(language)
    if shown is None:
        return 0
    told = {"tenant": tenancy.current(), "market": market_code, "beside": beside(market_code), "language": language}
    for table, columns in TABLES:
        session.execute(text(COPY.format(table=table, columns=columns, values=columns.replace(", ", ", p."))), told)
    here = (in_place(PublishedProduct, Place(beside(market_code), language)), PublishedProduct.parent_id.is_(None))
    payloads = session.scalars(select(PublishedProduct.payload).where(*here).execution_options(yield_per=BATCH))
    indexing.apply_changes(session, beside(market_code), language, (search_document(payload) for payload in payloads))
    return shown.mark


def _publication(session: Session, edition: Edition, version: int, mark: int) -> Publication:
    counts = edition.counts
    return Publication(
        tenant_id=tenancy.current(),
        market_code=edition.place.market_code,
        language=edition.place.language,
        version=version,
        mark=mark,
        products_added=counts.added,
        products_changed=counts.changed,
        products_removed=counts.removed,
        products_total=0,
    )


def _link_of(session: Session, token: str) -> PreviewLink | None:
    if len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    try:
        link_id = UUID(bytes=base64.urlsafe_b64decode(token)[:16])
    except ValueError:
        return None
    return session.scalar(select(PreviewLink).where(PreviewLink.tenant_id == tenancy.current(), PreviewLink.id == link_id))


def _ask(session: Session, actor: Actor, link: PreviewLink) -> None:
    defer(session, TASK, {"link_id": str(link.id)}, lock=TASK, actor=actor)
