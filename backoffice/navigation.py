"""What stands in the side bar of the desk, by what the person may do."""

from dataclasses import dataclass
from typing import Any

from kernel.i18n import gettext as _
from kernel.i18n import mark
from kernel.web.visit import Visit


@dataclass(frozen=True)
class Item:
    """One entry: shown to whoever has one of the permissions `needs`; `brands_only`: not at partners."""

    label: str
    route: str
    icon: str
    needs: tuple[str, ...]
    brands_only: bool = False

    def is_for(self, visit: Visit) -> bool:
        """May the actor open it?"""
        return any(visit.actor.can(right) for right in self.needs) and (visit.tenant.kind == "brand" or not self.brands_only)


GROUPS: list[tuple[str, list[Item]]] = [
    (
        mark("Catalog"),
        [
            Item(mark("Products"), "desk.products", "package", ("catalog.view",)),
            Item(mark("Categories"), "desk.categories", "folder-tree", ("catalog.view",)),
            Item(mark("Classification"), "desk.classes", "tags", ("catalog.view",)),
            Item(mark("Pictures"), "desk.drops", "images", ("catalog.edit",)),
            Item(mark("Imports"), "desk.imports", "file-up", ("catalog.import",)),
            Item(mark("Publications"), "desk.publications", "send", ("catalog.view",)),
            Item(mark("Attributes"), "desk.attributes", "sliders-horizontal", ("catalog.view",)),
            Item(mark("Search"), "desk.search", "search", ("search.manage",)),
            Item(mark("Families"), "desk.families", "layers", ("catalog.view",)),
            Item(mark("Completeness"), "desk.completeness", "list-checks", ("catalog.view",)),
        ],
    ),
    (mark("Content"), [Item(mark("Pages"), "desk.pages", "file-text", ("content.edit",))]),
    (mark("Channel"), [Item(mark("Sharing"), "desk.agreements", "handshake", ("agreement.view",), brands_only=True)]),
    (
        mark("Selling"),
        [
            Item(mark("Orders"), "desk.orders", "shopping-bag", ("order.view",)),
            Item(mark("Stock"), "desk.stock", "boxes", ("stock.edit",)),
            Item(mark("Customers"), "desk.customers", "users", ("customer.view",)),
        ],
    ),
    (
        mark("House"),
        [
            Item(mark("People"), "desk.people", "id-card", ("user.manage",)),
            Item(mark("Roles"), "desk.roles", "key-round", ("role.manage",)),
            Item(mark("Look"), "desk.look", "palette", ("theme.edit",)),
            Item(mark("Markets"), "desk.markets", "globe", ("market.edit",)),
            Item(mark("Web addresses"), "desk.hosts", "link", ("tenant.edit",)),
            Item(mark("Programs"), "desk.programs", "plug", ("client.manage", "webhook.manage")),
            Item(mark("Audit trail"), "desk.trail", "history", ("audit.view",)),
        ],
    ),
]


def groups(visit: Visit) -> list[dict[str, Any]]:
    """Groups of entries the actor may open: title and items with label, url and icon. Empty groups are left out."""
    if not visit.signed_in.is_staff:
        return []
    found: list[dict[str, Any]] = [{"title": "", "items": [_shown(visit, Item(_("Today"), "desk.home", "layout-dashboard", ()))]}]
    for title, entries in GROUPS:
        if shown := [_shown(visit, item) for item in entries if item.is_for(visit)]:
            found.append({"title": _(title), "items": shown})
    return found


def _shown(visit: Visit, item: Item) -> dict[str, str]:
    return {"label": _(item.label), "url": visit.url(item.route), "icon": item.icon}
