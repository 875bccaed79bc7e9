"""What surrounds a page: a shop's categories and places, a desk's navigation. Shops' are kept per tenant, place and stamp."""

from operator import attrgetter
from typing import Any

from markupsafe import Markup

from backoffice import navigation as desk
from catalog.assortment import ShopCategory, shop_categories, shop_state, view_for
from kernel import stamps
from kernel.i18n import gettext as _
from kernel.i18n import language_name
from kernel.web.visit import Visit
from partner_portal import navigation as portal
from tenants.resolution import TenantView

STAFF_PATHS = ("/desk", "/portal")
MOST_CHILDREN = 12
NAVIGATION = "layouts/navigation.html"

_kept: stamps.Kept[dict[str, Markup]] = stamps.Kept(most=500, place=attrgetter("place"))


def layout_of(visit: Visit) -> dict[str, Any]:
    """The context of the layouts (kernel/web/templates/layouts)."""
    tenant: TenantView = visit.tenant
    common = {
        "theme_url": visit.url("looks.style", digest=tenant.theme_digest),
        "logo": _logo(visit, tenant),
        "home_url": visit.url("home"),
        "places": _places(visit, tenant),
        "contact": {"email": tenant.details.contact_email, "phone": tenant.details.contact_phone},
    }
    if visit.path.startswith(STAFF_PATHS):
        return {**common, **_desk(visit)}
    if not tenant.markets:
        return common
    return {**common, "navigation": _navigation(visit), "links": {"account": visit.url("account.show"), "help": visit.url("help")}}


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


def _navigation(visit: Visit) -> dict[str, Markup]:
    """The shop's main categories with those below them, as HTML. Kept for as long as the shop shows the same."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    return _kept.get(visit.session, shop_state(visit.session, view), lambda: _rendered(visit, shop_categories(visit.session, view)))


def _rendered(visit: Visit, roots: list[ShopCategory]) -> dict[str, Markup]:
    categories = [
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
    return {where: visit.templates.macro(NAVIGATION, where)(categories) for where in ("menu", "bar", "foot")}


def _places(visit: Visit, tenant: TenantView) -> list[dict[str, Any]]:
    several = len(tenant.markets) > 1
    found = []
    for market in tenant.markets:
        for language in market.languages:
            tag = f"{language.lower()}-{market.code}"
            rest = visit.path.split("/", 2)[2] if visit.path.count("/") > 1 and visit.params.get("locale") else ""
            # only pages whose address is the same in every language are linked directly
            url = f"/{tag}/{rest}" if rest in ("", "all", "cart", "account", "orders") else f"/{tag}/"
            label = f"{language_name(language, own=True)} · {_(market.name)}" if several else language_name(language, own=True)
            found.append(
                {"label": label, "url": url, "current": tag == visit.place.tag, "language": language, "absolute_url": visit.base_url + url}
            )
    return found


def _logo(visit: Visit, tenant: TenantView) -> dict[str, Any] | None:
    if not tenant.look.logo_key:
        return None
    return {"url": visit.file_url(tenant.tenant_id, tenant.look.logo_key), "width": 160, "height": 40}
