"""Feeds for a foreign shop: the addresses, and the keys with which programs read them."""

from pydantic import BaseModel, Field

from catalog import agreements, feed_keys
from catalog.feed_writing import FORMATS
from kernel.errors import Refused
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit


class KeyForm(BaseModel):
    """Which program the key is for."""

    name: str = Field(default="", max_length=200)


def show(visit: Visit) -> Answer:
    """Addresses and keys."""
    return _page(visit, visit.fill(KeyForm))


def make(visit: Visit) -> Answer:
    """A new key; its secret is on this answer and nowhere else."""
    form: Form[KeyForm] = visit.form
    try:
        made = feed_keys.make_key(visit.session, visit.actor, visit.id(), form.given.name)
    except Refused as refused:
        return _page(visit, form.told(refused), status=refused.status)
    return _page(visit, visit.fill(KeyForm), secret=made.secret)


def revoke(visit: Visit) -> Answer:
    """Takes a key back."""
    feed_keys.revoke_key(visit.session, visit.actor, visit.id(), visit.id("key"))
    return visit.redirect(visit.url("portal.feeds", id=visit.id(), done="revoked"))


def _page(visit: Visit, form: Form[KeyForm], secret: str = "", status: int = 200) -> Answer:
    agreement = agreements.agreement_for(visit.session, visit.actor, visit.id(), "partner")
    address = f"{visit.base_url}/api/v1/feeds/{agreement.id}"
    return visit.render(
        "partner_portal/feeds.html",
        status=status,
        agreement=agreement,
        form=form,
        secret=secret,
        keys=feed_keys.list_keys(visit.session, visit.actor, agreement.id),
        addresses=[(kind, f"{address}?format={kind}") for kind in FORMATS],
        may_make=visit.actor.can("agreement.accept"),
        crumbs=[(agreement.name, visit.url("portal.offer", id=agreement.id)), (_("Feeds"), "")],
        done=visit.query.get("done", ""),
    )
