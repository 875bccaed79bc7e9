"""Imports: the mapping that is remembered, the run with its progress, what was wrong row by row."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, DateTime, ForeignKeyConstraint, Index, Integer, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.product import EMPTY_OBJECT, one_of
from catalog.models.relation import RELATION_KINDS
from kernel.db.base import Base, Count, Dated, TenantOwned

PICTURE_STATES = ("waiting", "done", "failed")
RUN_STATES = ("waiting", "running", "finished", "failed", "stopped")


class ImportMapping(TenantOwned, Dated, Base):
    """How the columns of one kind of file become fields; `rules` is the JSON form of catalog.exchange.mapping.Mapping."""

    __tablename__ = "import_mapping"
    __table_args__ = (
        Index("uq_import_mapping_name", "tenant_id", "name", unique=True),
        {"schema": "catalog"},
    )

    name: Mapped[str] = mapped_column(String(120))
    rules: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)


class ImportRun(TenantOwned, Dated, Base):
    """One run over one file. `next_row` is the first data row (from 1) that is not yet committed: a run that was
    killed goes on from there. `rules` is the mapping as it was when the run began.

    Pictures come after the last row (`rows_done`): `pictures_done` of `pictures_total` have been brought, or refused.

    A run that takes an earlier one back names it in `undoes`; its rows are products: changed (put back), removed, ended,
    same (nothing to do) or wrong (left, because somebody has changed them since)."""

    __tablename__ = "import_run"
    __table_args__ = (
        one_of("state", RUN_STATES),
        CheckConstraint("next_row >= 1 AND rows_read >= 0 AND rows_wrong >= 0", name="counters"),
        ForeignKeyConstraint(["tenant_id", "undoes"], ["catalog.import_run.tenant_id", "catalog.import_run.id"]),
        Index("ix_import_run_made", "tenant_id", "created_at"),
        Index("uq_import_run_undoes", "tenant_id", "undoes", unique=True, postgresql_where=text("undoes IS NOT NULL")),
        {"schema": "catalog"},
    )

    file_name: Mapped[str] = mapped_column(String(200))
    file_key: Mapped[str] = mapped_column(String(200))
    file_digest: Mapped[str] = mapped_column(String(64))
    file_bytes: Mapped[int] = mapped_column(BigInteger)
    mapping_name: Mapped[str] = mapped_column(String(120), server_default="", default="")
    rules: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    dry_run: Mapped[bool] = mapped_column(Boolean, server_default="false", default=False)
    state: Mapped[str] = mapped_column(String(20), server_default="waiting", default="waiting")
    message: Mapped[str] = mapped_column(Text, server_default="", default="")
    started_by: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    next_row: Mapped[int] = mapped_column(Integer, server_default="1", default=1)
    rows_read: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    rows_made: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    rows_changed: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    rows_same: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    rows_passed_over: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    rows_wrong: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    rows_removed: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    rows_ended: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    rows_done: Mapped[bool] = mapped_column(Boolean, server_default="false", default=False)
    pictures_total: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    pictures_done: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    undoes: Mapped[UUID | None] = mapped_column(Uuid)
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ImportProblem(TenantOwned, Base):
    """One thing wrong in one row; `row` is the whole row as it was read, for the file of rows to correct."""

    __tablename__ = "import_problem"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "run_id"], ["catalog.import_run.tenant_id", "catalog.import_run.id"], ondelete="CASCADE"),
        Index("ix_import_problem_run", "tenant_id", "run_id", "row_number"),
        {"schema": "catalog"},
    )

    run_id: Mapped[UUID] = mapped_column(Uuid)
    row_number: Mapped[int] = mapped_column(Integer)
    column_name: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    row: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)


class ImportStock(TenantOwned, Base):
    """Stock figures of a run while it runs, summed per product over its rows; told to orders when the run ends."""

    __tablename__ = "import_stock"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "run_id"], ["catalog.import_run.tenant_id", "catalog.import_run.id"], ondelete="CASCADE"),
        Index("uq_import_stock_product", "tenant_id", "run_id", "product_id", unique=True),
        {"schema": "catalog"},
    )

    run_id: Mapped[UUID] = mapped_column(Uuid)
    product_id: Mapped[UUID] = mapped_column(Uuid)
    quantity: Mapped[Count] = mapped_column()


class ImportChange(TenantOwned, Base):
    """What a run did to one product (catalog/exchange/remembering.py): the values before, digests of those after.

    `touched` is the number of the product's last write by the run; `settled` once an undo has dealt with it.
    """

    __tablename__ = "import_change"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "run_id"], ["catalog.import_run.tenant_id", "catalog.import_run.id"], ondelete="CASCADE"),
        Index("uq_import_change_product", "tenant_id", "run_id", "product_id", unique=True),
        {"schema": "catalog"},
    )

    run_id: Mapped[UUID] = mapped_column(Uuid)
    product_id: Mapped[UUID] = mapped_column(Uuid)
    made: Mapped[bool] = mapped_column(Boolean)
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    after: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    touched: Mapped[int] = mapped_column(BigInteger)
    settled: Mapped[bool] = mapped_column(Boolean, server_default="false", default=False)


class ImportPicture(TenantOwned, Base):
    """A picture that a run brings to a product: an address or the name of a file beside the table.

    `picture_id` is set where the run has added it, and empty where the product had the same one already.
    """

    __tablename__ = "import_picture"
    __table_args__ = (
        one_of("state", PICTURE_STATES),
        ForeignKeyConstraint(["tenant_id", "run_id"], ["catalog.import_run.tenant_id", "catalog.import_run.id"], ondelete="CASCADE"),
        Index("ix_import_picture_run", "tenant_id", "run_id", "state", "id"),
        {"schema": "catalog"},
    )

    run_id: Mapped[UUID] = mapped_column(Uuid)
    product_id: Mapped[UUID] = mapped_column(Uuid)
    row_number: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), server_default="waiting", default="waiting")
    picture_id: Mapped[UUID | None] = mapped_column(Uuid)


class ImportRelation(TenantOwned, Base):
    """Article numbers that a row names as a product's accessories, spare parts or successors, until the run's last row is
    read: a number may stand further down in the same file."""

    __tablename__ = "import_relation"
    __table_args__ = (
        one_of("kind", RELATION_KINDS),
        ForeignKeyConstraint(["tenant_id", "run_id"], ["catalog.import_run.tenant_id", "catalog.import_run.id"], ondelete="CASCADE"),
        Index("ix_import_relation_run", "tenant_id", "run_id", "id"),
        {"schema": "catalog"},
    )

    run_id: Mapped[UUID] = mapped_column(Uuid)
    product_id: Mapped[UUID] = mapped_column(Uuid)
    row_number: Mapped[int] = mapped_column(Integer)
    column_name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    skus: Mapped[list[str]] = mapped_column(ARRAY(Text))
    row: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
