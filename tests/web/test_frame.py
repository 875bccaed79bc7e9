"""Head and foot of a shop's pages are kept in the process: never another tenant's, language's, host's or person's, and new at once
when something in them changes."""

import re

import pytest

from tenants import profile, themes
from tests.browsing import Site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_category, make_product, publish_all
from tests.factories.tenants import make_account, make_market, staff

HEAD = re.compile(r'<header class="shop-head".*?</header>', re.DOTALL)
FOOT = re.compile(r'<footer class="shop-foot".*?</template>', re.DOTALL)


def furnish(shop: Shop, category: str = "Bells") -> None:
    with in_tenant(shop.id) as session:
        make_market(session, shop.id, "eu", languages=("en", "de"))
        made = make_category(session, shop.id, "things", en=category, de=f"{category} (de)")
        make_product(session, shop.id, "BL-1", "Brass bell", "10.00", category=made)
        publish_all(session, shop.id)


def around(site: Site, shop: Shop, path: str = "/en-eu/cart", host: str = "") -> str:
    """Head and foot of a page, asked for twice: what is shown the second time is what was kept."""
    site.settle()
    site.app.cache._pages.clear()
    first, again = (site.browser(shop, host).get(path).text for _ in range(2))
    [head], [foot] = HEAD.findall(again), FOOT.findall(again)
    assert HEAD.findall(first) == [head]
    assert FOOT.findall(first) == [foot]
    return f"{head}\n{foot}"


def test_each_shop_has_its_own_name_categories_and_contact(site: Site, brand: Shop, twin: Shop) -> None:
    furnish(brand, "Bells")
    furnish(twin, "Horns")
    with in_tenant(brand.id) as session:
        profile.change_details(session, staff(brand.id), profile.ShopDetails(contact_email="ours@example.com"))
    for _ in range(2):
        ours, theirs = around(site, brand), around(site, twin)
        assert ("Bells" in ours, "Horns" in ours, "ours@example.com" in ours) == (True, False, True)
        assert ("Bells" in theirs, "Horns" in theirs, "ours@example.com" in theirs) == (False, True, False)


def test_each_language_has_its_own_words_and_addresses(site: Site, brand: Shop) -> None:
    furnish(brand)
    english, german = around(site, brand), around(site, brand, "/de-eu/cart")
    assert 'href="/en-eu/c/' in english
    assert 'href="/de-eu/c/' in german
    assert "Bells (de)" in german
    assert "Bells (de)" not in english
    assert re.findall(r'<a href="(/[^"]+)" lang="\w+" hreflang="\w+" aria-current', german) == ["/de-eu/cart"]
    assert around(site, brand) == english


@pytest.mark.parametrize(("path", "other"), [("/en-eu/cart", "/de-eu/cart"), ("/en-eu/all", "/de-eu/all"), ("/en-eu/help", "/de-eu/")])
def test_the_other_language_is_one_click_away_from_where_one_is(site: Site, brand: Shop, path: str, other: str) -> None:
    furnish(brand)
    around(site, brand, "/en-eu/")
    assert f'<a href="{other}" lang="de"' in around(site, brand, path)


def test_details_look_and_categories_are_new_at_once(site: Site, brand: Shop) -> None:
    furnish(brand)
    before, style = around(site, brand), theme(site, brand)
    with in_tenant(brand.id) as session:
        profile.change_details(session, staff(brand.id), profile.ShopDetails(contact_email="new@example.com"))
    told = around(site, brand)
    assert ("new@example.com" in before, "new@example.com" in told) == (False, True)
    with in_tenant(brand.id) as session:
        themes.save_draft(session, staff(brand.id), themes.Look(primary="#123456"))
        themes.publish_draft(session, staff(brand.id))
        make_product(session, brand.id, "HN-1", "Horn", "5.00", category=make_category(session, brand.id, "horns", en="Horns"))
        publish_all(session, brand.id)
    assert "Horns" in around(site, brand)
    assert theme(site, brand) != style


def theme(site: Site, shop: Shop) -> str:
    [found] = re.findall(r'<link rel="stylesheet" href="(/theme/[^"]+)"', site.browser(shop).get("/en-eu/cart").text)
    return str(found)


def test_the_logo_is_on_the_host_that_was_asked_for(site: Site, brand: Shop) -> None:
    furnish(brand)
    with in_tenant(brand.id) as session:
        themes.save_draft(session, staff(brand.id), themes.Look(logo_key="looks/logo.svg"))
        themes.publish_draft(session, staff(brand.id))
    plain = around(site, brand)
    assert f"http://media.{brand.slug}.localhost/" in plain
    assert f"http://media.{brand.slug}.localhost:8443/" in around(site, brand, host=f"{brand.slug}.localhost:8443")
    assert around(site, brand) == plain


def test_what_somebody_searched_stands_in_nobody_elses_search_field(site: Site, brand: Shop) -> None:
    furnish(brand)
    asked = around(site, brand, "/en-eu/search?q=brass+%22horn%22")
    assert 'value="brass &#34;horn&#34;"' in asked
    assert 'type="search" value=""' in around(site, brand)


def test_whoever_is_signed_in_sees_the_same_frame(site: Site, brand: Shop) -> None:
    furnish(brand)
    with in_tenant(brand.id) as session:
        make_account(session, brand.id, "mira@example.com", name="Mira Castell")
    mira = site.browser(brand)
    mira.sign_in("mira@example.com")
    shown = mira.get("/en-eu/cart").text
    assert "\n".join(HEAD.findall(shown) + FOOT.findall(shown)) == around(site, brand)
    assert "Mira" not in around(site, brand)
