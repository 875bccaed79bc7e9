"""What a publication passed over because of what it misses: written with the run, read as its report."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from catalog.edition import HeldBack
from catalog.models import PublicationHold
from kernel import tenancy
from kernel.actors import Actor
from kernel.ids import new_id

BATCH = 1000


def note_held_back(session: Session, run_id: UUID, held_back: Sequence[HeldBack]) -> None:
    """Writes the report of a run."""
    here = tenancy.current()
    for start in range(0, len(held_back), BATCH):
        rows = [
            {"tenant_id": here, "id": new_id(), "run_id": run_id, "product_id": h.product_id, "sku": h.sku, "language": h.language,
             "missing": list(h.missing)}
            for h in held_back[start : start + BATCH]
        ]  # fmt: skip
        session.execute(insert(PublicationHold), rows)


def list_held_back(session: Session, actor: Actor, run_id: UUID, most: int = 200) -> list[PublicationHold]:
    """What the run passed over, by article number and language; at most `most` lines."""
    actor.must("catalog.view")
    mine = (PublicationHold.tenant_id == tenancy.current(), PublicationHold.run_id == run_id)
    return list(session.scalars(select(PublicationHold).where(*mine).order_by(PublicationHold.sku, PublicationHold.language).limit(most)))


def count_held_back(session: Session, actor: Actor, run_id: UUID) -> int:
    """How many products the run passed over in one language or more."""
    actor.must("catalog.view")
    mine = (PublicationHold.tenant_id == tenancy.current(), PublicationHold.run_id == run_id)
    return session.scalar(select(func.count(PublicationHold.product_id.distinct())).where(*mine)) or 0
