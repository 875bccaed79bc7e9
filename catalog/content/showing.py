"""What a shop shows now: the page at an address, its other languages, posts of the blog. One query each, whatever the number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.content.blocks import Banner, PageContent, kept_content
from catalog.shop import Rendition, ShopPicture
from kernel import clock, tenancy
from kernel.db.statements import Statement

# the version with the highest number whose time it is (appearing.py)
_LIVE = """
    SELECT p.id, p.group_id, p.kind, p.market_code, p.language, p.path, v.number, v.content, v.valid_from, v.published_at
    FROM catalog.content_page p
    JOIN LATERAL (
        SELECT v.number, v.content, v.valid_from, v.published_at FROM catalog.content_version v
        WHERE v.tenant_id = p.tenant_id AND v.page_id = p.id AND v.number > p.off_version
            AND v.valid_from <= CAST(:now AS timestamptz) AND (v.valid_to IS NULL OR v.valid_to > CAST(:now AS timestamptz))
        ORDER BY v.number DESC LIMIT 1
    ) v ON true
    WHERE p.tenant_id = :tenant_id AND """
AT_PATH = Statement(_LIVE + "p.market_code = :market_code AND p.language = :language AND p.path = :path")
BY_ID = Statement(_LIVE + "p.id = :id")
IN_GROUP = Statement(_LIVE + "p.group_id = :group_id")
OF_KIND = Statement(
    _LIVE + "p.market_code = :market_code AND p.language = :language AND p.kind = :kind"
    " ORDER BY coalesce(v.content->>'dated', '') DESC, v.valid_from DESC, p.id LIMIT :most OFFSET :start"
)
FILES = Statement(
    "SELECT f.id, f.tenant_id, f.kind, f.name, f.file_key, f.width, f.height, f.renditions, f.alts FROM catalog.content_file f"
    " WHERE f.tenant_id = :tenant_id AND f.id = ANY (:ids)"
)


@dataclass(frozen=True)
class LivePage:
    """A page as visitors see it now."""

    id: UUID
    group_id: UUID
    kind: str
    market_code: str
    language: str
    path: str
    number: int
    content: PageContent
    valid_from: datetime
    published_at: datetime


@dataclass(frozen=True)
class ShownFile:
    """A film or picture of a page, `alts` by language."""

    id: UUID
    tenant_id: UUID
    kind: str
    name: str
    file_key: str
    picture: ShopPicture | None
    alts: Mapping[str, str]


def live_page(session: Session, market_code: str, language: str, path: str) -> LivePage | None:
    """The page that shows at this path, None where there is none now."""
    row = AT_PATH.first(
        session, tenant_id=tenancy.current(), market_code=market_code, language=language, path=path, now=clock.now().isoformat()
    )
    return _live(row) if row else None


def live_by_id(session: Session, page_id: UUID) -> LivePage | None:
    """The page with this id, where it shows now."""
    row = BY_ID.first(session, tenant_id=tenancy.current(), id=page_id, now=clock.now().isoformat())
    return _live(row) if row else None


def live_in_group(session: Session, group_id: UUID) -> list[LivePage]:
    """The same page wherever it shows now, itself included."""
    rows = IN_GROUP.all(session, tenant_id=tenancy.current(), group_id=group_id, now=clock.now().isoformat())
    return [_live(row) for row in rows]


def live_of_kind(session: Session, market_code: str, language: str, kind: str, most: int = 1000, start: int = 0) -> list[LivePage]:
    """The pages of a kind that show at a place now, the newest first."""
    rows = OF_KIND.all(
        session, tenant_id=tenancy.current(), market_code=market_code, language=language, kind=kind, now=clock.now().isoformat(),
        most=most, start=start,
    )  # fmt: skip
    return [_live(row) for row in rows]


def files_of(session: Session, ids: Iterable[UUID], language: str) -> dict[UUID, ShownFile]:
    """The files of these ids, with their words in a language (else in any)."""
    wanted = list(ids)
    if not wanted:
        return {}
    return {row.id: shown_file(row, language) for row in FILES.all(session, tenant_id=tenancy.current(), ids=wanted)}


def shown_file(row: Any, language: str) -> ShownFile:
    """A row of catalog.content_file as pages take it."""
    alt = row.alts.get(language) or next(iter(row.alts.values()), "")
    picture = None
    if row.kind == "picture":
        renditions = tuple(Rendition(r["format"], r["width"], r["height"], r["key"]) for r in row.renditions)
        picture = ShopPicture(row.id, row.tenant_id, alt, row.width, row.height, renditions)
    return ShownFile(row.id, row.tenant_id, row.kind, row.name, row.file_key, picture, row.alts)


def shown_blocks(content: PageContent, moment: datetime | None = None) -> list[Any]:
    """The blocks that show at a moment (now): banners in their time only."""
    now = moment or clock.now()
    return [block for block in content.blocks if not isinstance(block, Banner) or _is_time(block, now)]


def _is_time(banner: Banner, now: datetime) -> bool:
    return (banner.starts_at is None or banner.starts_at <= now) and (banner.ends_at is None or banner.ends_at > now)


def _live(row: Any) -> LivePage:
    return LivePage(
        row.id, row.group_id, row.kind, row.market_code, row.language, row.path, row.number, kept_content(row.content), row.valid_from,
        row.published_at,
    )  # fmt: skip
