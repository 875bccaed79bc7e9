"""What the brand changed since the partner last looked: take it, hold it, refuse it."""

from uuid import UUID

from pydantic import BaseModel, Field

from catalog import agreements, differences
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.visit import Visit


class ChosenForm(BaseModel):
    """The products an action is for, and which action."""

    ids: list[UUID] = Field(default_factory=list)
    action: str = Field(default="take", pattern="^(take|take_all|hold|refuse)$")


def show(visit: Visit) -> Answer:
    """Field by field what changed."""
    agreement = agreements.agreement_for(visit.session, visit.actor, visit.id(), "partner")
    return visit.render(
        "partner_portal/changes.html",
        agreement=agreement,
        changes=differences.list_differences(visit.session, visit.actor, agreement.id),
        crumbs=[(agreement.name, visit.url("portal.offer", id=agreement.id)), (_("Changes"), "")],
        done=visit.query.get("done", ""),
    )


def answer(visit: Visit) -> Answer:
    """Takes, holds or refuses the chosen changes."""
    given: ChosenForm = visit.form.given
    if given.action == "take_all":
        differences.take(visit.session, visit.actor, visit.id())
    elif given.ids:
        action = {"take": differences.take, "hold": differences.hold, "refuse": differences.refuse_changes}[given.action]
        action(visit.session, visit.actor, visit.id(), given.ids)
    return visit.redirect(visit.url("portal.changes", id=visit.id(), done=given.action))
