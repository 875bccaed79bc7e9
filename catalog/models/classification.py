"""Classification beside the shop's category tree: code systems in their versions, and the classes of each."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.product import EMPTY_OBJECT
from kernel.db.base import Base, Dated, TenantOwned


class ClassSystem(TenantOwned, Dated, Base):
    """ETIM 6.0, UNSPSC 11, Google product taxonomy … `key` is how products and files name it: "ETIM-6.0", or the code alone."""

    __tablename__ = "class_system"
    __table_args__ = (Index("uq_class_system_key", "tenant_id", "key", unique=True), {"schema": "catalog"})

    key: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20), server_default="", default="")
    name: Mapped[str] = mapped_column(String(120), server_default="", default="")


class ProductClass(TenantOwned, Dated, Base):
    """A class of a system, with its name by language; `parent_code` is empty at the top."""

    __tablename__ = "product_class"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "system_id"], ["catalog.class_system.tenant_id", "catalog.class_system.id"], ondelete="CASCADE"),
        Index("uq_product_class_code", "tenant_id", "system_id", "code", unique=True),
        {"schema": "catalog"},
    )

    system_id: Mapped[UUID] = mapped_column(Uuid)
    code: Mapped[str] = mapped_column(String(60))
    names: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    parent_code: Mapped[str] = mapped_column(String(60), server_default="", default="")
