"""What shops keep in the process (cards, navigation, the home page's choice) is never another tenant's, market's, language's
or host's, never older than the last change, and never what somebody has not committed."""

import re
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Engine

from catalog.agreements import withdraw
from catalog.assortment import shop_state, view_for
from catalog.list_prices import set_list_prices
from catalog.models import Picture
from catalog.overlays import set_prices_by_percent
from kernel.db.session import transaction
from kernel.ids import new_id
from kernel.tenancy import entering
from storefront.front import FrontTexts, write_front
from tests.browsing import Site, counted
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_category, make_product, publish_all, share, somebody
from tests.factories.tenants import make_market

CARD = re.compile(r'<article class="card">.*?</article>', re.DOTALL)


def furnish(shop: Shop, name: str, price: str = "10.00", picture_key: str = "") -> UUID:
    """A shop with one product in one category; returns the product's id."""
    with in_tenant(shop.id) as session:
        make_market(session, shop.id, "eu", languages=("en", "de"))
        category = make_category(session, shop.id, "bells", en="Bells")
        product = make_product(session, shop.id, "BL-1", name, price, category=category)
        if picture_key:
            made = {"format": "jpeg", "width": 640, "height": 480, "bytes": 1, "key": picture_key}
            session.add(
                Picture(
                    tenant_id=shop.id, id=new_id(), product_id=product.id, file_key="pictures/x", digest="", width=640, height=480,
                    position=1, alts={"en": "A bell"}, renditions=[made], state="ready",
                )
            )  # fmt: skip
            session.flush()
        publish_all(session, shop.id)
        return product.id


def page(site: Site, shop: Shop, path: str = "/en-eu/all", host: str = "") -> str:
    """The page made anew by a process that has heard of every change."""
    site.settle()
    site.app.cache._pages.clear()
    answer = site.browser(shop, host).get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def card(text: str) -> str:
    [found] = CARD.findall(text)
    return found


def test_two_brands_with_the_same_article_number_show_their_own_cards(site: Site, brand: Shop, twin: Shop) -> None:
    furnish(brand, "Brass bell", "10.00")
    furnish(twin, "Copper bell", "20.00")
    for _ in range(2):
        ours, theirs = page(site, brand), page(site, twin)
        assert "Brass bell" in card(ours)
        assert "€10.00" in card(ours)
        assert "Copper bell" not in ours
        assert "Copper bell" in card(theirs)
        assert "€20.00" in card(theirs)
        assert "Brass bell" not in theirs


def test_a_second_list_makes_no_card_and_no_navigation_anew(site: Site, brand: Shop, db: Engine) -> None:
    furnish(brand, "Brass bell")
    first = page(site, brand)
    with counted(db) as statements:
        again = page(site, brand, "/en-eu/c/bells")
    assert card(again) == card(first)
    # where the category stands in other languages is asked for, once; what it and its products are is not
    assert [s for s in statements if "payload" in s] == []


def test_each_language_and_each_market_has_cards_of_its_own(site: Site, brand: Shop) -> None:
    product = furnish(brand, "Brass bell", "1299.00")
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "us", "USD", languages=("en",), countries=("US",))
        set_list_prices(session, somebody(brand.id), product, {"EUR": "1299.00", "USD": "1499.00"})
        publish_all(session, brand.id, "us")
    english, german = card(page(site, brand)), card(page(site, brand, "/de-eu/all"))
    american = card(page(site, brand, "/en-us/all"))
    assert "€1,299.00" in english
    assert 'href="/en-eu/p/' in english
    assert "1.299,00\xa0€" in german
    assert 'href="/de-eu/p/' in german
    assert "$1,499.00" in american
    assert 'href="/en-us/p/' in american


def test_a_new_price_stands_on_the_card_of_brand_and_partner(site: Site, brand: Shop, partner: Shop) -> None:
    product = furnish(brand, "Brass bell", "10.00")
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu", languages=("en",))
    [agreement] = share(brand.id, partner.id)
    assert "€10.00" in card(page(site, brand))
    assert "€10.00" in card(page(site, partner))
    with in_tenant(brand.id) as session:
        set_list_prices(session, somebody(brand.id), product, {"EUR": "12.00"})
        publish_all(session, brand.id)
    # the partner's own stamp has not moved yet; the brand's version has
    assert "€12.00" in card(page(site, brand))
    assert "€12.00" in card(page(site, partner))
    with in_tenant(partner.id) as session:
        set_prices_by_percent(session, somebody(partner.id), agreement.id, "EUR", Decimal(10))
    assert "€13.20" in card(page(site, partner))
    assert "€12.00" in card(page(site, brand))


def test_nothing_kept_of_a_brand_is_shown_once_its_agreement_is_withdrawn(site: Site, brand: Shop, partner: Shop) -> None:
    furnish(brand, "Brass bell")
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu", languages=("en",))
    [agreement] = share(brand.id, partner.id)
    paths = ("/en-eu/", "/en-eu/all", "/en-eu/search?q=brass", "/en-eu/suggest?q=brass")
    # twice: what is asked for again is what is kept
    for path in (*paths, *paths):
        assert "Brass bell" in page(site, partner, path), path
    slug = re.findall(r'href="(/en-eu/p/[^"]+)"', page(site, partner))[0]
    assert "Brass bell" in page(site, partner, slug)
    with in_tenant(brand.id) as session:
        withdraw(session, somebody(brand.id), agreement.id)
    # the partner's stamp has not moved yet: nobody has heard of the event
    for path in paths:
        told = page(site, partner, path)
        assert ("Brass bell" in told, "Bells" in told) == (False, False), path
    assert site.browser(partner, "").get(slug).status_code == 404
    assert "Brass bell" in page(site, brand)


def test_pictures_on_a_kept_card_are_on_the_host_that_was_asked_for(site: Site, brand: Shop) -> None:
    furnish(brand, "Brass bell", picture_key="pictures/ab/bell-640.jpeg")
    plain = card(page(site, brand))
    with_port = card(page(site, brand, host=f"{brand.slug}.localhost:8443"))
    assert f"http://media.{brand.slug}.localhost/" in plain
    assert f"http://media.{brand.slug}.localhost:8443/" in with_port
    assert ":8443" not in card(page(site, brand))


def test_the_home_page_shows_new_words_and_new_goods_at_once(site: Site, brand: Shop) -> None:
    furnish(brand, "Brass bell")
    assert "Brass bell" in card(page(site, brand, "/en-eu/"))
    with in_tenant(brand.id) as session:
        write_front(session, somebody(brand.id), "en", FrontTexts(headline="Ring for it"))
        make_product(session, brand.id, "BL-2", "Copper bell", "20.00")
        publish_all(session, brand.id)
    shown = page(site, brand, "/en-eu/")
    assert "Ring for it" in shown
    assert len(CARD.findall(shown)) == 2


def test_what_goes_with_a_product_is_of_its_category_and_not_itself(site: Site, brand: Shop) -> None:
    furnish(brand, "Brass bell")
    with in_tenant(brand.id) as session:
        make_product(session, brand.id, "X-1", "Other thing")
        publish_all(session, brand.id)
    assert CARD.findall(page(site, brand, "/en-eu/p/brass-bell-bl-1")) == []
    with in_tenant(brand.id) as session:
        category = make_category(session, brand.id, "more-bells")
        for n in (2, 3):
            make_product(session, brand.id, f"BL-{n}", f"Bell {n}", category=category)
        publish_all(session, brand.id)
    assert "Bell 3" in card(page(site, brand, "/en-eu/p/bell-2-bl-2"))
    assert "Bell 2" in card(page(site, brand, "/en-eu/p/bell-3-bl-3"))


def test_a_shops_state_is_one_object_until_something_changes(db: Engine, brand: Shop, twin: Shop) -> None:
    def state(shop: Shop, language: str = "en") -> object:
        with entering(shop.id), transaction(read_only=True) as session:
            return shop_state(session, view_for(session, "eu", language))

    furnish(brand, "Brass bell")
    furnish(twin, "Copper bell")
    known = state(brand)
    assert state(brand) is known
    assert known not in (state(twin), state(brand, "de"))
    with in_tenant(brand.id) as session:
        write_front(session, somebody(brand.id), "en", FrontTexts(headline="Ring for it"))
        assert shop_state(session, view_for(session, "eu", "en")) is not known
    assert state(brand) is not known


@pytest.mark.parametrize("path", ["/en-eu/", "/en-eu/all", "/en-eu/c/bells", "/en-eu/p/brass-bell-bl-1"])
def test_a_page_made_from_kept_things_is_the_page_made_from_scratch(site: Site, brand: Shop, path: str) -> None:
    furnish(brand, "Brass bell", picture_key="pictures/ab/bell-640.jpeg")
    assert page(site, brand, path) == page(site, brand, path)
