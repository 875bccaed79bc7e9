"""What stands in the side bar of the desk, by what the person may do."""

from typing import Any

from kernel.i18n import gettext as _
from kernel.web.visit import Visit


def groups(visit: Visit) -> list[dict[str, Any]]:
    """Groups of entries the actor may open: title and items with label, url and icon. Empty groups are left out."""
    may = visit.actor.can
    entries = [
        (
            _("Catalog"),
            [
                (_("Products"), "desk.products", "package", may("catalog.view")),
                (_("Categories"), "desk.categories", "folder-tree", may("catalog.view")),
                (_("Imports"), "desk.imports", "file-up", may("catalog.import")),
                (_("Publications"), "desk.publications", "send", may("catalog.view")),
            ],
        ),
        (
            _("Channel"),
            [(_("Sharing"), "desk.agreements", "handshake", may("agreement.view") and visit.tenant.kind == "brand")],
        ),
        (
            _("Selling"),
            [
                (_("Orders"), "desk.orders", "shopping-bag", may("order.view")),
                (_("Stock"), "desk.stock", "boxes", may("stock.edit")),
                (_("Customers"), "desk.customers", "users", may("customer.view")),
            ],
        ),
        (
            _("House"),
            [
                (_("People"), "desk.people", "id-card", may("user.manage")),
                (_("Roles"), "desk.roles", "key-round", may("role.manage")),
                (_("Look"), "desk.look", "palette", may("theme.edit")),
                (_("Markets"), "desk.markets", "globe", may("market.edit")),
                (_("Programs"), "desk.programs", "plug", may("client.manage") or may("webhook.manage")),
                (_("Audit trail"), "desk.trail", "history", may("audit.view")),
            ],
        ),
    ]
    found = []
    for title, items in entries:
        shown = [{"label": label, "url": visit.url(name), "icon": icon} for label, name, icon, allowed in items if allowed]
        if shown:
            found.append({"title": title, "items": shown})
    if not visit.signed_in.is_staff:
        return []
    return [{"title": "", "items": [{"label": _("Today"), "url": visit.url("desk.home"), "icon": "layout-dashboard"}]}, *found]
