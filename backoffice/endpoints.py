"""Where messages about orders are sent: the form that a new address and a known one share."""

from pydantic import BaseModel, Field

from kernel.errors import Invalid
from kernel.i18n import gettext as _
from orders.webhooks import EndpointEdit


class EndpointForm(BaseModel):
    """Where to tell of which events; `contact` hears when the address is switched off after days of failures."""

    url: str = Field(default="", max_length=2000)
    description: str = Field(default="", max_length=200)
    contact: str = Field(default="", max_length=254)
    events: list[str] = Field(default_factory=list, max_length=20)
    enabled: bool = False


def edit_of(given: EndpointForm, enabled: bool) -> EndpointEdit:
    """The form as the use case takes it. Raises Invalid where no event is chosen."""
    if not given.events:
        raise Invalid.at("events", _("Please choose at least one event."), "missing")
    return EndpointEdit(url=given.url, events=given.events, description=given.description, contact=given.contact, enabled=enabled)
