"""What surrounds a page: a shop's head and foot, a desk's navigation. Shops' are kept for as long as they show the same."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from markupsafe import Markup

from backoffice import navigation as desk
from catalog.assortment import ShopCategory, ShopState, ShopView, shop_categories, shop_state, view_for
from catalog.content.addresses import href
from catalog.content.banners import banners_now
from catalog.content.menus import MenuEntry, menus_for
from kernel import stamps
from kernel.i18n import gettext as _
from kernel.i18n import language_name
from kernel.web.visit import Visit
from partner_portal import navigation as portal
from storefront.structured import Alternate, alternates
from tenants.resolution import TenantView

STAFF_PATHS = ("/desk", "/portal")
MOST_CHILDREN = 12
NAVIGATION = "layouts/navigation.html"

FRAME = "layouts/frame.html"
# pages whose address is the same in every language; from the others one comes to the other language's start page
SAME_EVERYWHERE = ("", "all", "cart", "account", "orders")


@dataclass(frozen=True)
class Frame:
    """The layout's context as it was made for this very face of the tenant, which it keeps alive."""

    tenant: TenantView
    context: dict[str, Any]


_navigations: stamps.Kept[dict[str, Markup]] = stamps.Kept(most=500, place=attrgetter("place"))
# about 10 KB each
_frames: stamps.Kept[Frame] = stamps.Kept(most=1000, place=lambda key: (key[0].place, *key[2:]))


def layout_of(visit: Visit) -> dict[str, Any]:
    """The context of the layouts (kernel/web/templates/layouts)."""
    tenant: TenantView = visit.tenant
    if visit.path.startswith(STAFF_PATHS):
        return {**_common(visit, tenant), **_desk(visit)}
    if not tenant.markets:
        return _common(visit, tenant)
    view = view_for(visit.session, visit.place.market, visit.place.language)
    state = shop_state(visit.session, view)
    # a face that has been read anew is another object; as long as its frame is kept, no other object has its id
    key = (state, id(tenant), visit.host, _rest(visit))
    context = _frames.get(visit.session, key, lambda: Frame(tenant, _shop(visit, tenant, view, state))).context
    if visit.path not in (visit.url("home"), visit.url("everything")):
        return context
    return {**context, "alternates": _alternates(visit)}


def _common(visit: Visit, tenant: TenantView) -> dict[str, Any]:
    return {
        "theme_url": visit.url("looks.style", digest=tenant.theme_digest),
        "logo": _logo(visit, tenant),
        "home_url": visit.url("home"),
        "places": _places(visit, tenant),
        "contact": {"email": tenant.details.contact_email, "phone": tenant.details.contact_phone},
    }


def _shop(visit: Visit, tenant: TenantView, view: ShopView, state: ShopState) -> dict[str, Any]:
    """The same for everybody who is at this place: nothing in it may come from the session."""
    menus = menus_for(visit.session, visit.place.market, visit.place.language)
    banners = [b for b in banners_now(visit.session, visit.place.market, visit.place.language) if b.audience == "everyone"]
    context = {
        **_common(visit, tenant),
        "navigation": _navigation(visit, view, state, menus.get("head")),
        "footer": _columns(visit, menus.get("foot", [])),
        "banners": [{"text": b.text, "tone": b.tone, "label": b.link_label, "url": href(visit.place.tag, b.link)} for b in banners],
        "links": {"account": visit.url("account.show"), "help": visit.url("help")},
    }
    named = {"tag": visit.place.tag, "name": tenant.name, **{name: context[name] for name in ("links", "navigation")}}
    head = visit.templates.macro(FRAME, "head")(**named, logo=context["logo"], banners=context["banners"])
    foot = visit.templates.macro(FRAME, "foot")(**named, contact=context["contact"], places=context["places"], footer=context["footer"])
    return {**context, "around": {"head": head, "foot": foot}}


def _desk(visit: Visit) -> dict[str, Any]:
    groups = [*desk.groups(visit), *portal.groups(visit)]
    for group in groups:
        for item in group["items"]:
            item["current"] = visit.path == item["url"] or (item["url"] != "/desk/" and visit.path.startswith(item["url"]))
    return {
        "desk_navigation": groups,
        "desk_home": "/desk/",
        "shop_url": visit.url("home"),
        "person": {"name": visit.actor.name, "email": visit.signed_in.email},
        "account_url": visit.url("account.show"),
        "sign_out_url": visit.url("sign_out"),
        "palette_entries": [{**item, "group": group["title"]} for group in groups for item in group["items"]],
        "places": [],
    }


def _navigation(visit: Visit, view: ShopView, state: ShopState, menu: list[MenuEntry] | None) -> dict[str, Markup]:
    """The shop's main categories with those below them, or the menu somebody has written, as HTML."""
    return _navigations.get(visit.session, state, lambda: _rendered(visit, shop_categories(visit.session, view), menu))


def _rendered(visit: Visit, roots: list[ShopCategory], menu: list[MenuEntry] | None) -> dict[str, Markup]:
    categories = _categories(visit, roots)
    entries = categories if menu is None else [shown for entry in menu for shown in _entry(visit, entry, categories)]
    shown = {"menu": entries, "bar": entries, "foot": categories}
    return {where: visit.templates.macro(NAVIGATION, where)(told) for where, told in shown.items()}


def _entry(visit: Visit, entry: MenuEntry, categories: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if entry.kind == "categories":
        return categories
    below = [{"name": child.label, "url": href(visit.place.tag, child.link)} for child in entry.children]
    return [{"name": entry.label, "url": href(visit.place.tag, entry.link) or below[0]["url"], "children": below}]


def _columns(visit: Visit, menu: list[MenuEntry]) -> list[dict[str, Any]]:
    """A column for each entry with others below it; those without stand together under the shop's name."""
    tag = visit.place.tag
    alone = [{"label": e.label, "url": href(tag, e.link)} for e in menu if e.kind == "link" and not e.children]
    found = [{"title": visit.tenant.name, "links": alone}] if alone else []
    for entry in menu:
        if entry.children:
            found.append({"title": entry.label, "links": [{"label": c.label, "url": href(tag, c.link)} for c in entry.children]})
    return found


def _categories(visit: Visit, roots: list[ShopCategory]) -> list[dict[str, Any]]:
    return [
        {
            "name": root.name,
            "url": visit.url("category", slug=root.slug),
            "children": [
                {"name": c.name, "url": visit.url("category", slug=c.slug)} for c in root.children[:MOST_CHILDREN] if c.product_count
            ],
        }
        for root in roots
        if root.product_count
    ]


def _rest(visit: Visit) -> str:
    """What follows the place in the path, where that is the same in every language."""
    rest = visit.path.split("/", 2)[2] if visit.path.count("/") > 1 and visit.params.get("locale") else ""
    return rest if rest in SAME_EVERYWHERE else ""


def _places(visit: Visit, tenant: TenantView) -> list[dict[str, Any]]:
    several, rest = len(tenant.markets) > 1, _rest(visit)
    found = []
    for market in tenant.markets:
        for language in market.languages:
            tag = f"{language.lower()}-{market.code}"
            url = f"/{tag}/{rest}"
            label = f"{language_name(language, own=True)} · {_(market.name)}" if several else language_name(language, own=True)
            found.append({"label": label, "url": url, "current": tag == visit.place.tag, "language": language})
    return found


def _alternates(visit: Visit) -> tuple[Alternate, ...]:
    """The same page in every language of every market, for search engines."""
    rest = visit.path.split("/", 2)[2]
    return alternates(visit, ((market.code, language, rest) for market in visit.tenant.markets for language in market.languages))


def _logo(visit: Visit, tenant: TenantView) -> dict[str, Any] | None:
    if not tenant.look.logo_key:
        return None
    return {"url": visit.file_url(tenant.tenant_id, tenant.look.logo_key), "width": 160, "height": 40}
