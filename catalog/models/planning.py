"""Publications that are to happen at a certain time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, Integer, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.product import EMPTY_OBJECT, one_of
from kernel.db.base import Base, Dated, TenantOwned

PLAN_STATES = ("planned", "started", "done", "failed", "cancelled")


class PublicationPlan(TenantOwned, Dated, Base):
    """A publication of one market that begins by itself.

    `at` is the instant that counts, `time_zone` (IANA) the clock it was read from and is shown on. Empty `languages`:
    all that the market has then. `group_id` holds plans together that were made at once. `run_id` is the run it became
    once it has started; `problem` says in a word why it did not: {"code": "…", "reason": "…"}.
    """

    __tablename__ = "publication_plan"
    __table_args__ = (
        one_of("state", PLAN_STATES),
        CheckConstraint("(state IN ('started', 'done')) <= (run_id IS NOT NULL)", name="started_by_a_run"),
        Index("ix_publication_plan_at", "tenant_id", "state", "at"),
        Index("ix_publication_plan_run", "tenant_id", "run_id", unique=True, postgresql_where=text("run_id IS NOT NULL")),
        {"schema": "catalog"},
    )

    market_code: Mapped[str] = mapped_column(String(20))
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    time_zone: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(Text, server_default="", default="")
    state: Mapped[str] = mapped_column(String(20), server_default="planned", default="planned")
    group_id: Mapped[UUID] = mapped_column(Uuid)
    run_id: Mapped[UUID | None] = mapped_column(Uuid)
    problem: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    planned_by: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    edit_version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)
