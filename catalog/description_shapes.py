"""Shapes of the JSON about attributes, families, completeness and documents (catalog/description_api.py)."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from catalog.shapes import MOST, Strict


class AttributeChange(Strict):
    """An attribute as it is changed; what is left out stays. `rules` as min, max, step, shortest, longest, pattern, is_unique."""

    labels: dict[str, str] | None = None
    unit: str | None = None
    choices: list[dict[str, Any]] | None = None
    filterable: bool | None = None
    is_axis: bool | None = None
    position: int | None = None
    per_language: bool | None = None
    per_market: bool | None = None
    rules: dict[str, Any] | None = None
    edit_version: int | None = None


class AttributeIn(AttributeChange):
    """A new attribute."""

    code: str
    kind: str


class AttributeOut(BaseModel):
    """An attribute; `edit_version` goes back with a change so that no edit is lost."""

    id: UUID
    code: str
    kind: str
    labels: dict[str, str]
    unit: str | None
    choices: list[dict[str, Any]]
    filterable: bool
    is_axis: bool
    per_language: bool
    per_market: bool
    rules: dict[str, Any]
    position: int
    edit_version: int


class AttributesOut(BaseModel):
    """All of them."""

    items: list[AttributeOut]


class GroupIn(Strict):
    """A heading by language and codes of attributes in their order."""

    labels: dict[str, str] = Field(default_factory=dict)
    attributes: list[str] = Field(default_factory=list)


class FamilyChange(Strict):
    """A family as it is changed; what is left out stays. `needs`: name, text, price, picture, alt, category, translation."""

    names: dict[str, str] | None = None
    groups: list[GroupIn] | None = None
    required: list[str] | None = None
    needs: list[str] | None = None
    axes: list[str] | None = None
    edit_version: int | None = None


class FamilyIn(FamilyChange):
    """A new family."""

    code: str


class GroupOut(BaseModel):
    """A heading by language and codes of attributes in their order."""

    labels: dict[str, str]
    attributes: list[str]


class FamilyOut(BaseModel):
    """A family; `edit_version` goes back with a change."""

    id: UUID
    code: str
    names: dict[str, str]
    groups: list[GroupOut]
    required: list[str]
    needs: list[str]
    axes: list[str]
    edit_version: int


class FamiliesOut(BaseModel):
    """All of them."""

    items: list[FamilyOut]


class FamilyMoveIn(Strict):
    """Which family a product belongs to (null: none); `drop_outside` takes values away that the family does not have."""

    family_id: UUID | None
    drop_outside: bool = False


class FamilyMoveOut(BaseModel):
    """Codes of attributes: values in the family's sheet, values outside of it, and required ones without a value."""

    kept: list[str]
    outside: list[str]
    needed: list[str]


class CompletenessQuery(Strict):
    """A market and language, narrowed by what is missing, by category (and below), or to what is held back."""

    market: str
    language: str
    missing: str = Field(default="", max_length=200)
    category: UUID | None = None
    held: bool = False
    page: int = Field(default=1, ge=1, le=2_000)
    limit: int = Field(default=50, ge=1, le=MOST)


class OpenOut(BaseModel):
    """A product that is not complete; `missing` are name, price … and attribute:<code>."""

    product_id: UUID
    sku: str
    status: str
    percent: int
    held: bool
    missing: list[str]


class CompletenessOut(BaseModel):
    """A page of them; `missing` counts products of the whole place by what they miss."""

    items: list[OpenOut]
    total: int
    page: int
    pages: int
    missing: dict[str, int]


class PlaceOut(BaseModel):
    """A market in a language."""

    market: str
    language: str
    products: int
    complete: int
    held: int


class PlacesOut(BaseModel):
    """All markets and languages."""

    items: list[PlaceOut]


class DocumentIn(Strict):
    """A file by name, its content in base64; PDF, XLSX, ZIP, CSV or TXT, up to 20 MB."""

    name: str = Field(max_length=400)
    content: str


class DocumentOut(BaseModel):
    """A document."""

    id: UUID
    name: str
    content_type: str
    bytes: int
