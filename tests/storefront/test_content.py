"""Pages made of blocks in the shop: shown to everybody of this tenant and place, kept, found by search engines, at its own prices."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from app.routes import all_routes
from catalog.content import appearing, pages
from catalog.content.addresses import RESERVED
from catalog.content.banners import BannerEdit, write_banner
from catalog.content.blocks import Banner, Chosen, Faq, Form, Hero, PageContent, Question, Rule, Text
from catalog.content.listing import Listing, change_listing
from catalog.content.menus import write_menu
from catalog.content.pages import NewPage
from catalog.content.redirects import add_redirect
from catalog.content.requests import list_requests
from kernel import clock
from tests.browsing import Browser, Site, running_site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_category, make_product, publish_all, share
from tests.factories.tenants import make_account, make_market, staff

FORM = Form(id="asking", title="Write to us", subject="A question")


@pytest.fixture
def site(db: Engine, tmp_path: Any) -> Any:
    with running_site(db, tmp_path) as running:
        yield running


@pytest.fixture
def shop(brand: Shop) -> Shop:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en", "de"), countries=("DE",))
        bikes = make_category(session, brand.id, "bikes")
        make_product(session, brand.id, "BK-1", "Pine bike", "1299.00", category=bikes)
        make_product(session, brand.id, "BK-2", "Copper bike", "899.00", category=bikes)
        publish_all(session, brand.id)
    return brand


def write(shop: Shop, path: str, content: PageContent, kind: str = "page", language: str = "en", group: UUID | None = None) -> UUID:
    with in_tenant(shop.id) as session:
        made = pages.make_page(session, staff(shop.id), NewPage(kind, "eu", language, path, content.title or "Page", group), content)
        appearing.publish(session, staff(shop.id), made.id)
        return made.id


def text_page(title: str = "Our story", *blocks: Any) -> PageContent:
    return PageContent(title=title, description="How it began", blocks=[Text(id="words", text="By the *river*."), *blocks])


def guest(site: Site, shop: Shop) -> Browser:
    site.settle()
    return site.browser(shop)


def told(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found is not None
    return {one["@type"]: one for one in json.loads(found[1])["@graph"]}


def test_no_page_of_a_tenant_can_stand_before_one_of_the_shops() -> None:
    place = "/{locale:place}/"
    words = {e.path.removeprefix(place).split("/")[0] for e in all_routes()[0] if e.path.startswith(place)} - {""}
    own = {word for word in words if not word.startswith("{") and len(word) > 1 and word != "blog"}
    assert own - RESERVED == set()


def test_a_page_is_shown_at_its_address_and_kept(site: Site, shop: Shop) -> None:
    write(shop, "our-story", text_page())
    visitor = guest(site, shop)
    first = visitor.get("/en-eu/our-story")
    assert (first.status_code, first.text.count("By the <em>river</em>.")) == (200, 1)
    again = visitor.get("/en-eu/our-story")
    assert again.text == first.text
    assert visitor.get("/en-eu/our-story", if_none_match=again.headers["etag"]).status_code == 304
    assert visitor.get("/de-eu/our-story").status_code == 404
    assert visitor.get("/en-eu/our-story/more").status_code == 404


def test_a_twin_has_its_own_pages_only(site: Site, shop: Shop, twin: Shop) -> None:
    with in_tenant(twin.id) as session:
        make_market(session, twin.id, "eu")
    page = write(shop, "our-story", text_page())
    visitor = guest(site, twin)
    for path in ("/en-eu/our-story", "/en-eu/blog", "/en-eu/blog/feed.xml"):
        assert visitor.get(path).status_code == 404
    assert "our-story" not in visitor.get("/sitemap/en-eu/pages.xml").text
    sent = visitor.post("/en-eu/ask", {"page": str(page), "block": "asking", "name": "M", "email": "m@example.com", "message": "Hello"})
    assert sent.status_code == 404


def test_products_stand_on_a_page_at_the_price_of_each_shop(site: Site, shop: Shop, partner: Shop) -> None:
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu", countries=("DE",))
    share(shop.id, partner.id)
    blocks = [Chosen(title="Ours", skus=["BK-2", "BK-1", "NOPE"]), Rule(title="All", category="bikes", sort="price", count=1)]
    for one in (shop, partner):
        write(one, "tour", PageContent(title="Tour", blocks=blocks))
    shown = guest(site, shop).get("/en-eu/tour").text
    assert [shown.find(name) >= 0 for name in ("Copper bike", "Pine bike")] == [True, True]
    assert shown.find("Copper bike") < shown.find("Pine bike")
    assert shown.count("€899.00") == 2
    assert "€1,299.00" in guest(site, partner).get("/en-eu/tour").text


def test_what_a_shop_does_not_sell_is_not_on_its_pages(site: Site, shop: Shop, partner: Shop) -> None:
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu", countries=("DE",))
    write(partner, "tour", PageContent(title="Tour", blocks=[Text(text="Words"), Chosen(title="Ours", skus=["BK-1"])]))
    shown = guest(site, partner).get("/en-eu/tour")
    assert (shown.status_code, "Pine bike" in shown.text) == (200, False)


def test_texts_of_a_page_stay_texts(site: Site, shop: Shop) -> None:
    bad = '<img src=x onerror=xss()></script><script>xss()</script>" onx="1'
    blocks = [
        Hero(title=bad, text=bad),
        Text(title=bad, text=bad),
        Faq(title=bad, items=[Question(question=bad, answer=bad)]),
        Banner(text=bad),
    ]
    write(shop, "bad", PageContent(title=bad, description=bad, blocks=blocks))
    page = guest(site, shop).get("/en-eu/bad").text
    assert "<img src=x" not in page
    assert "<script>xss" not in page
    assert told(page)["FAQPage"]["mainEntity"][0]["name"] == bad


def test_search_engines_are_told_of_page_questions_and_languages(site: Site, shop: Shop) -> None:
    faq = Faq(items=[Question(question="Which size?", answer="The **right** one.")])
    page = write(shop, "our-story", text_page("Our story", faq))
    with in_tenant(shop.id) as session:
        group = pages.page_for(session, staff(shop.id), page).group_id
    write(shop, "unsere-geschichte", text_page("Unsere Geschichte"), language="de", group=group)
    shown = guest(site, shop).get("/en-eu/our-story").text
    base = f"http://{shop.slug}.localhost"
    assert f'<link rel="canonical" href="{base}/en-eu/our-story">' in shown
    found = re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)">', shown)
    assert found == [("de", f"{base}/de-eu/unsere-geschichte"), ("en", f"{base}/en-eu/our-story"), ("x-default", f"{base}/en-eu/our-story")]
    assert '<meta name="description" content="How it began">' in shown
    assert '<meta property="og:title" content="Our story">' in shown
    data = told(shown)
    assert data["FAQPage"]["mainEntity"][0]["acceptedAnswer"]["text"] == "<p>The <strong>right</strong> one.</p>\n"
    assert [item["name"] for item in data["BreadcrumbList"]["itemListElement"]] == [shop.name, "Our story"]


def test_a_product_tells_the_price_that_the_page_shows(site: Site, shop: Shop) -> None:
    page = guest(site, shop).get("/en-eu/p/pine-bike-bk-1").text
    product = told(page)["Product"]
    assert (product["name"], product["sku"]) == ("Pine bike", "BK-1")
    offer = product["offers"]
    assert (offer["price"], offer["priceCurrency"], offer["priceSpecification"]["valueAddedTaxIncluded"]) == ("1299.00", "EUR", True)
    assert "€1,299.00" in page


def test_the_sitemap_lists_what_is_public_and_nothing_else(site: Site, shop: Shop) -> None:
    write(shop, "our-story", text_page())
    write(shop, "quiet", text_page("Quiet").model_copy(update={"hidden": True}))
    with in_tenant(shop.id) as session:
        pages.make_page(session, staff(shop.id), NewPage("page", "eu", "en", "not-yet", "Not yet"), text_page())
    visitor, base = guest(site, shop), f"http://{shop.slug}.localhost"
    index = visitor.get("/sitemap.xml")
    assert re.findall(r"<loc>([^<]+)</loc>", index.text) == [
        f"{base}/sitemap/{place}/{part}.xml" for place in ("en-eu", "de-eu") for part in ("pages", "products")
    ]
    assert index.headers["content-type"].startswith("application/xml")
    listed = re.findall(r"<loc>([^<]+)</loc>", visitor.get("/sitemap/en-eu/pages.xml").text)
    assert f"{base}/en-eu/our-story" in listed
    assert f"{base}/en-eu/c/bikes" in listed
    assert [one for one in listed if "quiet" in one or "not-yet" in one or "cart" in one or "desk" in one] == []
    products = visitor.get("/sitemap/en-eu/products.xml")
    assert re.findall(r"<loc>([^<]+)</loc>", products.text) == [f"{base}/en-eu/p/copper-bike-bk-2", f"{base}/en-eu/p/pine-bike-bk-1"]
    again = visitor.get("/sitemap/en-eu/products.xml", accept_encoding="gzip")
    assert (again.headers["content-encoding"], visitor.get("/sitemap/en-eu/products.xml?part=2").status_code) == ("gzip", 404)
    assert f"Sitemap: {base}/sitemap.xml" in visitor.get("/robots.txt").text


def test_a_shop_that_may_not_be_listed_has_no_sitemap(site: Site, shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        change_listing(session, staff(shop.id), Listing(is_listed=False))
    visitor = guest(site, shop)
    assert visitor.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert visitor.get("/sitemap.xml").status_code == 404


def test_addresses_that_have_moved_lead_on_wherever_they_were(site: Site, shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        for source, target in (
            ("/old.html", "/en-eu/our-story"),
            ("/en-eu/summer", "/en-eu/all"),
            ("/en-eu/p/gone", "/en-eu/p/pine-bike-bk-1"),
        ):
            add_redirect(session, staff(shop.id), source, target)
    visitor = guest(site, shop)
    for source, target in (
        ("/old.html", "/en-eu/our-story"),
        ("/en-eu/summer", "/en-eu/all"),
        ("/en-eu/p/gone", "/en-eu/p/pine-bike-bk-1"),
    ):
        answer = visitor.get(source)
        assert (answer.status_code, answer.headers["location"]) == (301, target)
    write(shop, "summer", text_page("Summer"))
    assert guest(site, shop).get("/en-eu/summer").status_code == 200
    assert visitor.get("/nothing/here.html").status_code == 404


def test_a_message_reaches_the_desk_once_and_what_is_wrong_is_said(site: Site, shop: Shop) -> None:
    page = write(shop, "contact", text_page("Contact", FORM))
    visitor = guest(site, shop)
    good = {"page": str(page), "block": "asking", "name": "Mira", "email": "mira@example.com", "message": "Does it fit\nme?"}
    bad = visitor.post("/en-eu/ask", {**good, "email": "nonsense"})
    assert (bad.status_code, "Does it fit" in bad.text) == (422, True)
    for _time in range(2):
        assert visitor.post("/en-eu/ask", good).headers["location"] == "/en-eu/ask"
    assert visitor.post("/en-eu/ask", {**good, "block": "other"}).status_code == 404
    with in_tenant(shop.id) as session:
        found = list_requests(session, staff(shop.id))
        assert [(r.name, r.email, r.message, r.subject, r.state) for r in found] == [
            ("Mira", "mira@example.com", "Does it fit\nme?", "A question", "new")
        ]


def test_many_messages_from_one_address_are_too_many(site: Site, shop: Shop) -> None:
    page = write(shop, "contact", text_page("Contact", FORM))
    visitor = guest(site, shop)
    sent = [
        visitor.post(
            "/en-eu/ask", {"page": str(page), "block": "asking", "name": "M", "email": "m@example.com", "message": f"No. {n}"}
        ).status_code
        for n in range(6)
    ]
    assert sent == [303, 303, 303, 303, 429, 429]


def test_the_home_page_and_a_category_carry_blocks_where_some_are_written(site: Site, shop: Shop) -> None:
    assert "New home" not in guest(site, shop).get("/en-eu/").text
    write(shop, "", PageContent(title="New home", blocks=[Hero(title="New home")]), kind="home")
    write(shop, "bikes", text_page("Bikes"), kind="category")
    visitor = guest(site, shop)
    assert "New home" in visitor.get("/en-eu/").text
    first = visitor.get("/en-eu/c/bikes").text
    assert ("By the <em>river</em>." in first, "Pine bike" in first) == (True, True)
    assert "By the <em>river</em>." not in visitor.get("/en-eu/c/bikes?stock=1").text


def test_menus_stand_above_and_below_every_page(site: Site, shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        boss = staff(shop.id)
        write_menu(session, boss, "eu", "en", "head", [{"kind": "categories"}, {"label": "Our story", "link": "our-story"}])
        write_menu(
            session, boss, "eu", "en", "foot", [{"label": "House", "children": [{"label": "Press", "link": "https://press.example/"}]}]
        )
    visitor = guest(site, shop)
    page = visitor.get("/en-eu/all").text
    assert '<a href="/en-eu/our-story">Our story</a>' in page
    assert '<h2>House</h2><ul><li><a href="https://press.example/">Press</a></li></ul>' in page
    assert "Our story" not in visitor.get("/de-eu/all").text


def test_a_banner_is_seen_by_those_it_is_for_at_its_time(site: Site, shop: Shop) -> None:
    begin = clock.now() + timedelta(hours=1)
    with in_tenant(shop.id) as session:
        boss = staff(shop.id)
        make_account(session, shop.id, "mira@example.com")
        for text, audience, starts_at in (
            ("Free freight", "everyone", None),
            ("Welcome back", "signed_in", None),
            ("Later", "everyone", begin),
        ):
            write_banner(session, boss, BannerEdit("eu", "en", text, audience=audience, starts_at=starts_at, is_on=True))
    visitor = guest(site, shop)
    page = visitor.get("/en-eu/all").text
    assert ("Free freight" in page, "Welcome back" in page, "Later" in page) == (True, False, False)
    assert "Welcome back" not in visitor.get("/en-eu/me").text
    visitor.sign_in("mira@example.com")
    mine = visitor.get("/en-eu/me").text
    assert ("Welcome back" in mine, "Free freight" in mine) == (True, True)
    assert visitor.get("/en-eu/all").text == page


def test_the_blog_lists_posts_and_feeds_them(site: Site, shop: Shop) -> None:
    post = PageContent(title="First <post>", teaser="In short", author="Clara Wen", blocks=[Text(text="Long")])
    write(shop, "first", post, kind="post")
    visitor = guest(site, shop)
    assert "First &lt;post&gt;" in visitor.get("/en-eu/blog").text
    feed = visitor.get("/en-eu/blog/feed.xml")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert "<title>First &lt;post&gt;</title>" in feed.text
    assert "Long" in visitor.get("/en-eu/blog/first").text


def test_a_draft_is_previewed_by_those_who_write_and_framed_by_our_own_pages_only(site: Site, shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        make_account(session, shop.id, "clara@example.com", permissions=("content.edit",))
        make_account(session, shop.id, "bare@example.com", permissions=("order.view",))
        page = pages.make_page(session, staff(shop.id), NewPage("page", "eu", "en", "not-yet", "Not yet"), text_page("Not yet")).id
    visitor = guest(site, shop)
    assert visitor.get(f"/en-eu/preview/{page}").status_code == 303
    assert site.browser(shop).sign_in("bare@example.com").get(f"/en-eu/preview/{page}").status_code == 403
    shown = site.browser(shop).sign_in("clara@example.com").get(f"/en-eu/preview/{page}")
    assert (shown.status_code, "By the <em>river</em>." in shown.text) == (200, True)
    assert (shown.headers["x-frame-options"], "frame-ancestors 'self'" in shown.headers["content-security-policy"]) == ("SAMEORIGIN", True)
    assert 'content="noindex"' in shown.text
