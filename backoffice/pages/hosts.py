"""Web addresses of the shop's own: add a name, set the record that proves it, have it looked for, give it up."""

from pydantic import BaseModel, Field

from kernel import settings
from kernel.errors import Conflict, NotThere, Refused
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from tenants import host_checks, hosts
from tenants.host_names import normal_host


class HostForm(BaseModel):
    """A name to answer at."""

    host: str = Field(default="", max_length=500)


def show(visit: Visit) -> Answer:
    """All addresses with what is still to be done for each."""
    return _page(visit, visit.fill(HostForm))


def add(visit: Visit) -> Answer:
    """Begins with a name."""
    form: Form[HostForm] = visit.form
    try:
        hosts.claim_host(visit.session, visit.actor, form.given.host)
    except Refused as refused:
        return _page(visit, form.told(refused, "host"), refused.status)
    return visit.redirect(visit.url("desk.hosts", done="added"))


def check(visit: Visit) -> Answer:
    """Has the worker look for the record."""
    try:
        host_checks.ask_to_prove(visit.session, visit.actor, visit.id())
    except NotThere:
        raise
    except Refused as refused:
        return _page(visit, visit.fill(HostForm), refused.status, refused.message)
    return visit.redirect(visit.url("desk.hosts", done="asked"))


def make_primary(visit: Visit) -> Answer:
    """Mails and other pages lead to this address from now on."""
    hosts.make_primary(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.hosts", done="primary"))


def make_own_primary(visit: Visit) -> Answer:
    """Mails and other pages lead to the platform's address again."""
    hosts.make_primary(visit.session, visit.actor, None)
    return visit.redirect(visit.url("desk.hosts", done="primary"))


def remove(visit: Visit) -> Answer:
    """Gives an address up. The one this very page was asked at stays, or its reader would stand before a closed door."""
    try:
        row = next((h for h in hosts.list_hosts(visit.session, visit.actor) if h.id == visit.id()), None)
        if row is not None and row.host == normal_host(visit.host):
            raise Conflict(_("You are using this address right now. Open the desk at another one first."))
        hosts.remove_host(visit.session, visit.actor, visit.id())
    except NotThere:
        raise
    except Refused as refused:
        return _page(visit, visit.fill(HostForm), refused.status, refused.message)
    return visit.redirect(visit.url("desk.hosts", done="removed"))


def _page(visit: Visit, form: Form[HostForm], status: int = 200, refusal: str = "") -> Answer:
    rows = hosts.list_hosts(visit.session, visit.actor)
    return visit.render(
        "backoffice/hosts.html",
        status=status,
        rows=[(row, *hosts.record_for(row)) for row in rows],
        platform_host=f"{visit.tenant.slug}.{settings.current().base_domain}",
        is_platform_primary=not any(row.is_primary for row in rows),
        form=form,
        refusal=refusal,
        done=visit.query.get("done", ""),
    )
