"""What this package tells the others. Ids and words only, never a secret and never a mail address."""

from dataclasses import dataclass
from uuid import UUID

from kernel.events import Event


@dataclass(frozen=True)
class TenantOpened(Event):
    """A new tenant has its first market, roles, theme and administrator."""

    tenant_id: UUID
    slug: str
    kind: str


@dataclass(frozen=True)
class PersonInvited(Event):
    """Somebody was asked to join the staff or a company; the mail is on its way."""

    account_id: UUID
    is_staff: bool


@dataclass(frozen=True)
class PersonJoined(Event):
    """An invitation was accepted, or a customer has confirmed the mail address given at registration."""

    account_id: UUID
    is_staff: bool


@dataclass(frozen=True)
class PersonDeactivated(Event):
    """The account can no longer sign in; its sessions have ended."""

    account_id: UUID


@dataclass(frozen=True)
class PasswordChanged(Event):
    """A password was set by its owner; other sessions of the account have ended."""

    account_id: UUID


@dataclass(frozen=True)
class PartyChanged(Event):
    """A business partner was added, changed or archived."""

    party_id: UUID
    change: str


@dataclass(frozen=True)
class BuyerJoined(Event):
    """An account may now act for a company."""

    company_id: UUID
    account_id: UUID
    role: str


@dataclass(frozen=True)
class BuyerLeft(Event):
    """An account no longer acts for a company."""

    company_id: UUID
    account_id: UUID


@dataclass(frozen=True)
class RoleChanged(Event):
    """A role was made, changed or removed."""

    role_id: UUID
    change: str


@dataclass(frozen=True)
class MarketChanged(Event):
    """A market was added or changed."""

    market_code: str


@dataclass(frozen=True)
class ThemePublished(Event):
    """The shop has a new look."""

    theme_id: UUID


@dataclass(frozen=True)
class HostProved(Event):
    """A web address now leads to the shop."""

    host_id: UUID
    host: str


@dataclass(frozen=True)
class ClientChanged(Event):
    """A machine client was given access, a new secret, or lost its access."""

    oauth_client_id: UUID
    change: str
