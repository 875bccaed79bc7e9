"""How far a page is, for those who write it: never published, planned, shown, changed since, over, taken back. One query for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.models import ContentPage
from kernel import clock, tenancy
from kernel.db.statements import Statement

# per page: the version that shows, the earliest that is planned, the newest with its end, whether the draft differs from it
STATES = Statement(
    """
    SELECT p.id,
        max(v.number) FILTER (WHERE v.valid_from <= CAST(:now AS timestamptz)
            AND (v.valid_to IS NULL OR v.valid_to > CAST(:now AS timestamptz))) AS live,
        min(v.valid_from) FILTER (WHERE v.valid_from > CAST(:now AS timestamptz)) AS planned,
        (array_agg(v.valid_to ORDER BY v.number DESC))[1] AS ends,
        (array_agg(v.content IS DISTINCT FROM p.draft ORDER BY v.number DESC))[1] AS has_changed
    FROM catalog.content_page p
    LEFT JOIN catalog.content_version v ON v.tenant_id = p.tenant_id AND v.page_id = p.id AND v.number > p.off_version
    WHERE p.tenant_id = :tenant_id AND p.id = ANY (:ids)
    GROUP BY p.id
    """
)


@dataclass(frozen=True)
class PageState:
    """`code`: draft, off, planned, live, over. `has_changed`: the draft says something else than the newest version."""

    code: str
    live: int | None = None
    planned: datetime | None = None
    ends: datetime | None = None
    has_changed: bool = False


def states_of(session: Session, pages: Sequence[ContentPage]) -> dict[UUID, PageState]:
    """The state of each page."""
    rows = {r.id: r for r in STATES.all(session, tenant_id=tenancy.current(), ids=[p.id for p in pages], now=clock.now().isoformat())}
    return {page.id: _state(page, rows[page.id]) for page in pages}


def _state(page: ContentPage, row: object) -> PageState:
    live, planned, ends = row.live, row.planned, row.ends  # type: ignore[attr-defined]
    changed = bool(row.has_changed)  # type: ignore[attr-defined]
    if page.latest_version == 0:
        return PageState("draft")
    if page.off_version == page.latest_version:
        return PageState("off")
    if live is not None:
        return PageState("live", live, planned, ends, changed)
    return PageState("planned" if planned else "over", None, planned, ends, changed)
