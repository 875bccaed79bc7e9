"""Pictures that were dropped on the desk, until each is with its product."""

from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKeyConstraint, Index, Integer, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.product import one_of
from kernel.db.base import Base, Dated, TenantOwned

# waiting: for the worker · unknown: no product has this name · attached · failed · unpacking: an archive, for the worker
DROP_STATES = ("waiting", "unknown", "attached", "failed", "unpacking")


class DroppedPicture(TenantOwned, Dated, Base):
    """One file. `position` is the number in its name, 1 the first picture; `file_key` is the upload, "" once it is not needed;
    `preview_key` a small picture of what waits for somebody to say whose it is, `shown_key` the small file of the product's picture.

    Nothing is written here but through catalog/picture_drops.py.
    """

    __tablename__ = "dropped_picture"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "product_id"], ["catalog.product.tenant_id", "catalog.product.id"], ondelete="SET NULL (product_id)"
        ),
        one_of("state", DROP_STATES),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("bytes >= 0", name="bytes"),
        Index("ix_dropped_picture_state", "tenant_id", "state", "id"),
        Index("ix_dropped_picture_product", "tenant_id", "product_id"),
        {"schema": "catalog"},
    )

    file_name: Mapped[str] = mapped_column(String(255))
    file_key: Mapped[str] = mapped_column(String(200))
    preview_key: Mapped[str] = mapped_column(String(200), server_default="", default="")
    shown_key: Mapped[str] = mapped_column(String(200), server_default="", default="")
    bytes: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    trim: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    product_id: Mapped[UUID | None] = mapped_column(Uuid)
    position: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text, server_default="", default="")
