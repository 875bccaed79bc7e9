"""Mails about agreements, to those on the other side who answer for them; before an end to both sides.

Handlers, wired in app/wiring.py. A mail belongs to the tenant whose staff reads it, so it is written in a transaction of
that tenant's own.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.events import AgreementEnding, AgreementMoved
from catalog.models import Agreement
from kernel import mail, settings, tenancy
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.i18n import current, format_date, gettext_lazy, using
from tenants.letters import Letter, written
from tenants.models import Account, AccountRole, Role, Tenant
from tenants.resolution import resolve

OPEN = gettext_lazy("Open the agreement")
ASKED = gettext_lazy("The agreement: %(agreement)s.")
TO_PARTNER: Mapping[str, Letter] = {
    "offer": Letter(
        gettext_lazy("%(other)s offers you a catalog"),
        (gettext_lazy("%(other)s wants to share a catalog with %(shop)s. Read the terms, then accept or decline."), ASKED),
        OPEN,
    ),
    "amend": Letter(
        gettext_lazy("%(other)s proposes new terms"),
        (gettext_lazy("%(other)s proposes new terms for a catalog that you sell. The old ones hold until you answer."), ASKED),
        OPEN,
    ),
    "suspend": Letter(
        gettext_lazy("%(other)s has paused a catalog"),
        (gettext_lazy("Your shop does not sell it until %(other)s lets it go on. Orders already placed stay as they are."), ASKED),
        OPEN,
    ),
    "resume": Letter(gettext_lazy("You sell the catalog of %(other)s again"), (gettext_lazy("The pause is over."), ASKED), OPEN),
    "start": Letter(
        gettext_lazy("You sell the catalog of %(other)s from today"),
        (gettext_lazy("The agreement has come into force and your shop shows its products."), ASKED),
        OPEN,
    ),
    "end": Letter(
        gettext_lazy("The agreement with %(other)s has ended"),
        (gettext_lazy("Your shop does not sell the catalog any more. Orders already placed stay as they are."), ASKED),
        OPEN,
    ),
    "withdraw": Letter(
        gettext_lazy("%(other)s has withdrawn a catalog"),
        (gettext_lazy("Your shop stopped selling it at once. Orders already placed stay as they are."), ASKED),
        OPEN,
    ),
}
TO_BRAND: Mapping[str, Letter] = {
    "accept": Letter(gettext_lazy("%(other)s has accepted your terms"), (ASKED,), OPEN),
    "refuse": Letter(gettext_lazy("%(other)s has declined your terms"), (ASKED,), OPEN),
    "leave": Letter(
        gettext_lazy("%(other)s has ended the agreement"), (gettext_lazy("Its shop does not sell your catalog any more."), ASKED), OPEN
    ),
    "start": Letter(gettext_lazy("%(other)s sells your catalog from today"), (ASKED,), OPEN),
}
ENDING = Letter(
    gettext_lazy("The agreement with %(other)s ends on %(day)s"),
    (gettext_lazy("It can be sold under it up to and including %(day)s. To go on, agree on a new date before."), ASKED),
    OPEN,
)


def tell_people_of_agreement(_session: Session, _actor: Actor, event: AgreementMoved) -> None:
    """A move is told to the side that did not make it; one that the calendar made to both."""
    if letter := TO_PARTNER.get(event.verb):
        _send(event.partner_tenant_id, event.brand_tenant_id, event.agreement_id, letter, is_brand=False)
    if letter := TO_BRAND.get(event.verb):
        _send(event.brand_tenant_id, event.partner_tenant_id, event.agreement_id, letter, is_brand=True)


def tell_people_of_ending(_session: Session, _actor: Actor, event: AgreementEnding) -> None:
    """Both sides hear in time."""
    for to, other in ((event.brand_tenant_id, event.partner_tenant_id), (event.partner_tenant_id, event.brand_tenant_id)):
        _send(to, other, event.agreement_id, ENDING, is_brand=to == event.brand_tenant_id, day=date.fromisoformat(event.valid_to))


def _send(to: UUID, other: UUID, agreement_id: UUID, letter: Letter, is_brand: bool, day: date | None = None) -> None:
    with tenancy.entering(to), transaction() as session:
        names = {tenant.id: tenant for tenant in session.scalars(select(Tenant).where(Tenant.id.in_((to, other))))}
        agreement = session.scalar(select(Agreement).where(Agreement.id == agreement_id))
        if agreement is None:
            return
        path = f"/desk/sharing/{agreement_id}" if is_brand else f"/portal/offers/{agreement_id}"
        link = resolve(f"{names[to].slug}.{settings.current().base_domain}").origin + path
        for account in _readers(session, to, "agreement.offer" if is_brand else "agreement.accept"):
            with using(account.language or current()):
                places = {"shop": names[to].name, "other": names[other].name, "agreement": agreement.name}
                places |= {"day": format_date(day)} if day else {}
                subject, text, html = written(letter, account.name, link, places)
            mail.queue(session, account.email, subject, text, html, sender_name=names[to].name)


def _readers(session: Session, tenant_id: UUID, permission: str) -> list[Account]:
    """Staff who hold the right, by name."""
    holds = (
        select(AccountRole.account_id)
        .join(Role, (Role.tenant_id == AccountRole.tenant_id) & (Role.id == AccountRole.role_id))
        .where(AccountRole.tenant_id == tenant_id, Role.permissions.contains([permission]))
    )
    mine = (Account.tenant_id == tenant_id, Account.is_staff, Account.status == "active", Account.id.in_(holds))
    return list(session.scalars(select(Account).where(*mine).order_by(Account.name, Account.id)))
