"""Columns that the tables of this package have in common: plain text, lists of text, instants that may be missing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import mapped_column

SCHEMA = "tenants"

Words = Annotated[str, mapped_column(Text)]
WordList = Annotated[list[str], mapped_column(ARRAY(Text))]
Digest = Annotated[bytes, mapped_column(LargeBinary)]
Maybe = Annotated[datetime | None, mapped_column(DateTime(timezone=True))]


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """The column holds one of these words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def to_tenant() -> ForeignKeyConstraint:
    """Every row belongs to a tenant of the directory."""
    return ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"])


def to_own(column: str, table: str, on_delete: str | None = None) -> ForeignKeyConstraint:
    """Points at a row of the same tenant; the key carries the tenant, so that it cannot cross a wall."""
    return ForeignKeyConstraint(["tenant_id", column], [f"tenants.{table}.tenant_id", f"tenants.{table}.id"], ondelete=on_delete)
