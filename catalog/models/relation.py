"""What goes with a product: accessories, spare parts, and what comes after it."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.product import one_of
from kernel.db.base import Base, Dated, TenantOwned

RELATION_KINDS = ("accessory", "spare_part", "successor")
PRODUCT = ["catalog.product.tenant_id", "catalog.product.id"]


class ProductRelation(TenantOwned, Dated, Base):
    """`target_product_id` is an accessory, a spare part or a successor of `product_id`; products of one kind are shown by `position`.

    Nothing is written here but through catalog/relations.py, which has the product looked at by the next publication.
    """

    __tablename__ = "product_relation"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "product_id"], PRODUCT, ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant_id", "target_product_id"], PRODUCT, ondelete="CASCADE"),
        one_of("kind", RELATION_KINDS),
        CheckConstraint("product_id <> target_product_id", name="not_itself"),
        Index("uq_product_relation_target", "tenant_id", "product_id", "kind", "target_product_id", unique=True),
        Index("ix_product_relation_target", "tenant_id", "target_product_id", "kind"),
        {"schema": "catalog"},
    )

    product_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(20))
    target_product_id: Mapped[UUID] = mapped_column(Uuid)
    position: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
