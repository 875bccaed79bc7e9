"""What a tenant sets for its own house: profile, markets, themes."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db.base import Base, Dated, TenantOwned
from tenants.models.columns import SCHEMA, Maybe, WordList, Words, one_of, to_tenant

THEME_STATES = ("draft", "live", "past")
REGISTRATION = ("open", "closed")
COLOUR = "^#[0-9a-f]{6}$"


class Profile(TenantOwned, Dated, Base):
    """One row per tenant: legal name, address for mails, time zone (IANA), whether customers may register themselves."""

    __tablename__ = "profile"
    __table_args__ = (to_tenant(), UniqueConstraint("tenant_id"), one_of("registration", REGISTRATION), {"schema": SCHEMA})

    legal_name: Mapped[Words] = mapped_column(server_default="")
    contact_email: Mapped[Words] = mapped_column(server_default="")
    contact_phone: Mapped[Words] = mapped_column(server_default="")
    imprint: Mapped[Words] = mapped_column(server_default="")
    time_zone: Mapped[Words] = mapped_column(server_default="Europe/Berlin")
    registration: Mapped[Words] = mapped_column(server_default="open")


class Market(TenantOwned, Dated, Base):
    """A set of countries sold to in one currency. `code` is lower case and part of shop addresses (`de-eu`).

    `countries`: ISO 3166-1 alpha-2; `languages`: BCP 47 tags, `default_language` among them; `currency`: ISO 4217.
    `prices_include_tax`: prices are shown gross (consumers) or net. `time_zone`: an IANA name; empty: the tenant's.
    """

    __tablename__ = "market"
    __table_args__ = (
        to_tenant(),
        UniqueConstraint("tenant_id", "code"),
        Index("uq_market_default", "tenant_id", unique=True, postgresql_where=text("is_default")),
        CheckConstraint("code ~ '^[a-z0-9]{2,12}$'", name="code_form"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_form"),
        CheckConstraint("cardinality(countries) > 0 AND cardinality(languages) > 0", name="not_empty"),
        CheckConstraint("default_language = ANY (languages)", name="default_language_spoken"),
        {"schema": SCHEMA},
    )

    code: Mapped[Words]
    name: Mapped[Words]
    countries: Mapped[WordList]
    currency: Mapped[Words]
    languages: Mapped[WordList]
    default_language: Mapped[Words]
    prices_include_tax: Mapped[bool]
    time_zone: Mapped[Words] = mapped_column(server_default="")
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))
    position: Mapped[int] = mapped_column(server_default="0")


class Theme(TenantOwned, Dated, Base):
    """A look: one or two brand colours (`#rrggbb`), a pairing of typefaces (tenants/palette.py), a logo.

    One is live, at most one is a draft, the rest are past. `logo_key` names a file of the tenant.
    """

    __tablename__ = "theme"
    __table_args__ = (
        to_tenant(),
        Index("uq_theme_live", "tenant_id", unique=True, postgresql_where=text("state = 'live'")),
        Index("uq_theme_draft", "tenant_id", unique=True, postgresql_where=text("state = 'draft'")),
        one_of("state", THEME_STATES),
        CheckConstraint(f"primary_colour ~ '{COLOUR}'", name="primary_colour_form"),
        CheckConstraint(f"second_colour = '' OR second_colour ~ '{COLOUR}'", name="second_colour_form"),
        {"schema": SCHEMA},
    )

    state: Mapped[Words] = mapped_column(server_default="draft")
    primary_colour: Mapped[Words]
    second_colour: Mapped[Words] = mapped_column(server_default="")
    pairing: Mapped[Words]
    logo_key: Mapped[Words] = mapped_column(server_default="")
    tagline: Mapped[Words] = mapped_column(server_default="")
    published_at: Mapped[Maybe]
    published_by: Mapped[UUID | None]
