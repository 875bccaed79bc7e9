"""What stands in the side bar of a partner's staff."""

from typing import Any

from kernel.i18n import gettext as _
from kernel.web.visit import Visit


def groups(visit: Visit) -> list[dict[str, Any]]:
    """The channel's pages, for partners whose staff may see agreements."""
    if visit.tenant.kind != "partner" or not visit.signed_in.is_staff or not visit.actor.can("agreement.view"):
        return []
    return [
        {
            "title": _("Brands"),
            "items": [
                {"label": _("Catalogs from brands"), "url": visit.url("portal.offers"), "icon": "handshake"},
                {"label": _("Same products"), "url": visit.url("portal.same"), "icon": "layers"},
            ],
        }
    ]
