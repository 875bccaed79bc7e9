"""What a member of staff may do: the vocabulary of permissions, in plain words, and the roles a tenant starts with.

A permission is a plain string `noun.verb`; the scopes of machine clients are the same strings. Roles are rows
(tenants/roles.py); the ones here are only what a new tenant finds. What a buyer may do for a company follows from the
role in that company and is never part of a staff role.

Whoever may change something may see it: IMPLIES says what follows from what. Roles and scopes keep what was ticked;
`with_implied` completes it where an actor is made (tenants/actors.py, tenants/clients.py), and nowhere else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kernel.errors import Invalid
from kernel.i18n import gettext_lazy as _
from kernel.i18n import mark


@dataclass(frozen=True)
class Permission:
    """`label` is what a person ticks, `meaning` says in a sentence what follows from it, `group` is the heading above."""

    key: str
    group: str
    label: str
    meaning: str


@dataclass(frozen=True)
class StartingRole:
    """A role that a new tenant of the given kinds is opened with."""

    key: str
    name: str
    description: str
    permissions: frozenset[str]
    kinds: frozenset[str]


CATALOG, SHARING, SELLING, PEOPLE, HOUSE = (
    _("Catalog"),
    _("Sharing"),
    _("Selling"),
    _("People"),
    _("Shop"),
)

_ALL = (
    Permission(
        "catalog.view",
        CATALOG,
        _("See the catalog desk"),
        _("Look at products and categories, also unpublished ones."),
    ),
    Permission(
        "catalog.edit",
        CATALOG,
        _("Edit products"),
        _("Add and change products, categories, attributes and pictures."),
    ),
    Permission("catalog.import", CATALOG, _("Import products"), _("Bring in products from files and save column mappings.")),
    Permission("catalog.publish", CATALOG, _("Publish"), _("Make the edited catalog visible in the shop and to partners.")),
    Permission("content.edit", CATALOG, _("Write pages"), _("Write pages, menus and banners of the shop, add pictures to them.")),
    Permission("content.publish", CATALOG, _("Publish pages"), _("Make pages, menus and banners visible in the shop, and take them back.")),
    Permission(
        "search.manage",
        CATALOG,
        _("Keep search rules"),
        _("Write and publish synonyms, pinned products and redirects, and judge what searches find."),
    ),
    Permission("price.edit", CATALOG, _("Set prices"), _("Set list prices, or own prices for products of a brand.")),
    Permission("stock.edit", CATALOG, _("Count stock"), _("Change how many pieces are on hand.")),
    Permission("agreement.view", SHARING, _("See agreements"), _("Look at catalogs shared with partners or by brands.")),
    Permission(
        "agreement.offer",
        SHARING,
        _("Share catalogs"),
        _("Offer a catalog to partners, change, suspend and withdraw it."),
    ),
    Permission("feed.read", SHARING, _("Read feeds"), _("For programs: read what is sold under agreements, to show it in another shop.")),
    Permission("agreement.accept", SHARING, _("Take on catalogs"), _("Accept or decline what a brand offers, and end it.")),
    Permission("order.view", SELLING, _("See orders"), _("Look at the orders of all customers.")),
    Permission("order.manage", SELLING, _("Work on orders"), _("Confirm, ship, close and cancel orders.")),
    Permission("customer.view", SELLING, _("See customers"), _("Look at persons and companies with their addresses.")),
    Permission(
        "customer.edit",
        SELLING,
        _("Look after customers"),
        _("Add and change customers, companies and their buyers."),
    ),
    Permission(
        "user.manage",
        PEOPLE,
        _("Manage colleagues"),
        _("Invite and deactivate people who work here, and give them roles."),
    ),
    Permission("role.manage", PEOPLE, _("Edit roles"), _("Make roles and decide what they include.")),
    Permission("audit.view", PEOPLE, _("See the audit trail"), _("See who did what and when.")),
    Permission("theme.edit", HOUSE, _("Change the look"), _("Change logo, colours and typefaces of the shop.")),
    Permission(
        "market.edit",
        HOUSE,
        _("Edit markets"),
        _("Decide which countries, languages and currencies the shop serves."),
    ),
    Permission(
        "tenant.edit",
        HOUSE,
        _("Edit shop details"),
        _("Change contact details, imprint, time zone and web addresses."),
    ),
    Permission("client.manage", HOUSE, _("Manage machine access"), _("Give other programs access, and take it back.")),
    Permission("webhook.manage", HOUSE, _("Manage webhooks"), _("Decide which other programs are told about orders.")),
)

PERMISSIONS: Mapping[str, Permission] = {permission.key: permission for permission in _ALL}
IMPLIES: Mapping[str, str] = {
    "catalog.edit": "catalog.view",
    "catalog.import": "catalog.view",
    "catalog.publish": "catalog.view",
    "content.publish": "content.edit",
    "search.manage": "catalog.view",
    "price.edit": "catalog.view",
    "agreement.offer": "agreement.view",
    "agreement.accept": "agreement.view",
    "order.manage": "order.view",
    "customer.edit": "customer.view",
}
ADMINISTRATION = frozenset({"user.manage", "role.manage"})
EVERYTHING = frozenset(PERMISSIONS)

BUYER_PERMISSIONS: Mapping[str, frozenset[str]] = {
    "viewer": frozenset({"company.view"}),
    "buyer": frozenset({"company.view", "company.order"}),
    "manager": frozenset({"company.view", "company.order", "company.manage"}),
}

_BOTH, _BRAND, _PARTNER = frozenset({"brand", "partner"}), frozenset({"brand"}), frozenset({"partner"})
_SALES = frozenset({"catalog.view", "order.view", "order.manage", "stock.edit", "customer.view", "customer.edit"})
_CONTENT = frozenset({"content.edit", "content.publish"})

_SEARCH = frozenset({"search.manage"})

STARTING_ROLES: tuple[StartingRole, ...] = (
    StartingRole("administrator", mark("Administrator"), mark("Everything, including people and roles."), EVERYTHING, _BOTH),
    StartingRole(
        "catalog_manager",
        mark("Catalog manager"),
        mark("Products, prices and publishing."),
        frozenset({"catalog.view", "catalog.edit", "catalog.import", "catalog.publish", "price.edit", "stock.edit", "agreement.view"})
        | _SEARCH
        | _CONTENT,
        _BRAND,
    ),
    StartingRole(
        "channel_manager",
        mark("Channel manager"),
        mark("Partners and the catalogs shared with them."),
        frozenset({"catalog.view", "agreement.view", "agreement.offer", "order.view", "customer.view"}),
        _BRAND,
    ),
    StartingRole("sales", mark("Sales desk"), mark("Orders, customers and stock."), _SALES, _BRAND),
    StartingRole(
        "seller",
        mark("Partner seller"),
        mark("Takes on catalogs, sets own prices, sells."),
        _SALES | _CONTENT | _SEARCH | {"agreement.view", "agreement.accept", "price.edit"},
        _PARTNER,
    ),
)


def grouped(keys: Iterable[str] | None = None) -> list[tuple[str, list[Permission]]]:
    """The vocabulary (or the part named by `keys`) under its headings, in the order in which people read it."""
    wanted = EVERYTHING if keys is None else frozenset(keys)
    groups: dict[str, list[Permission]] = {}
    for permission in _ALL:
        if permission.key in wanted:
            groups.setdefault(permission.group, []).append(permission)
    return list(groups.items())


def check_known(permissions: Iterable[str], where: str = "permissions") -> frozenset[str]:
    """The permissions as a set; Invalid at `where` for a word that is not in the vocabulary."""
    chosen = frozenset(permissions)
    if unknown := sorted(chosen - EVERYTHING):
        raise Invalid.at(where, str(_("There is no permission called %(name)s.")) % {"name": unknown[0][:60]}, "unknown_permission")
    return chosen


def with_implied(permissions: Iterable[str]) -> frozenset[str]:
    """The permissions and everything that follows from them."""
    held = frozenset(permissions)
    return held | {IMPLIES[p] for p in held if p in IMPLIES}


def explained(key: str) -> str:
    """What a permission means and what comes with it, in sentences, in the current language."""
    meaning = str(PERMISSIONS[key].meaning)
    if key not in IMPLIES:
        return meaning
    return f"{meaning} {str(_('Includes: %(label)s.')) % {'label': str(PERMISSIONS[IMPLIES[key]].label)}}"
