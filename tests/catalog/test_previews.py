"""Previews: a whole shop of what is being edited, for whoever holds a link that is good."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, update

from catalog import previews
from catalog.list_prices import set_list_prices
from catalog.models import PreviewLink, Publication, PublishedProduct
from catalog.previews import bring_up_to_date, list_links, make_link, open_link, revoke_link, token_of
from catalog.products import ProductEdit, edit_product
from kernel import clock
from kernel.errors import Invalid, NotAllowed, NotThere
from kernel.jobs import drain_once
from tests.browsing import Elements, Site, running_site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_category, make_product, publish_all, somebody
from tests.factories.tenants import make_administrator, make_market


@pytest.fixture
def site(db: Engine, tmp_path: Path) -> Iterator[Site]:
    with running_site(db, tmp_path) as running:
        yield running


@pytest.fixture
def shop(brand: Shop) -> Shop:
    """One bell is published; it was renamed and made dearer since, a horn is new and a gong was taken out."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en", "de"))
        make_administrator(session, brand.id, "ada@example.com")
        goods = make_category(session, brand.id, "goods")
        bell = make_product(session, brand.id, "BELL", name="Bell", category=goods)
        gong = make_product(session, brand.id, "GONG", name="Gong", category=goods)
        publish_all(session, brand.id)
        edit_product(session, somebody(brand.id), bell.id, ProductEdit(names={"en": "Loud bell"}), bell.edit_version)
        set_list_prices(session, somebody(brand.id), bell.id, {"EUR": "77"})
        edit_product(session, somebody(brand.id), gong.id, ProductEdit(status="end"), gong.edit_version)
        make_product(session, brand.id, "HORN", name="Horn", category=goods)
    return brand


def link(shop: Shop, relay_db: Engine, **wanted: object) -> tuple[UUID, str]:
    """A link whose goods are there, and its token."""
    with in_tenant(shop.id) as session:
        made = make_link(session, somebody(shop.id), "eu", "en", **wanted)  # type: ignore[arg-type]
    drain_once(relay_db, shop.id)
    return made.id, token_of(made)


def change(shop: Shop, **values: object) -> None:
    with in_tenant(shop.id) as session:
        session.execute(update(PreviewLink).where(PreviewLink.tenant_id == shop.id).values(**values))


def test_the_preview_is_a_whole_shop_and_the_shop_stays_what_it_is(site: Site, shop: Shop, relay_db: Engine) -> None:
    site.settle()
    visitor = site.browser(shop)
    _id, token = link(shop, relay_db)
    for path, words in (
        ("c/goods", {"Loud bell", "Horn"}),
        ("all", {"Loud bell", "Horn"}),
        ("search?q=loud", {"Loud bell"}),
        ("p/bell-bell", {"Loud bell", "€77.00"}),
    ):
        shown = visitor.get(f"/en-eu~{token}/{path}")
        assert shown.status_code == 200, path
        text = Elements(shown.text).text
        assert all(word in text for word in words), (path, words)
        assert "Gong" not in text
        assert "Nothing can be ordered here." in text
        assert f"/en-eu~{token}/" in shown.text
    live = Elements(visitor.get("/en-eu/c/goods").text).text
    assert ("Loud bell" in live, "Horn" in live, "Gong" in live, "Preview" in live) == (False, False, True, False)
    assert visitor.get("/en-eu/p/horn-horn").status_code == 404


def test_it_is_kept_nowhere_indexed_by_nobody_and_sells_nothing(site: Site, shop: Shop, relay_db: Engine) -> None:
    site.settle()
    visitor = site.browser(shop)
    _id, token = link(shop, relay_db)
    answer = visitor.get(f"/en-eu~{token}/p/bell-bell")
    told = {name: answer.headers[name] for name in ("cache-control", "x-robots-tag", "referrer-policy")}
    assert told == {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow, noarchive", "referrer-policy": "same-origin"}
    assert "etag" not in answer.headers
    assert [key for key in site.app.cache._pages if b"~" in key[2]] == []
    for path, form in (("cart", {"product_id": "x", "quantity": "1"}), ("sign-in", {"email": "ada@example.com"}), ("checkout/review", {})):
        refused = visitor.post(f"/en-eu~{token}/{path}", form)
        assert (refused.status_code, "Nothing can be ordered here" in refused.text) == (403, True), path
    assert visitor.get(f"/en-eu~{token}/cart").status_code == 403
    assert visitor.get(f"/en-eu~{token}/me").status_code == 204


def test_a_link_opens_nothing_when_it_is_wrong_over_revoked_or_for_another_place(site: Site, shop: Shop, relay_db: Engine) -> None:
    site.settle()
    visitor = site.browser(shop)
    link_id, token = link(shop, relay_db)
    other = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    for wrong in (f"/en-eu~{other}/", f"/de-eu~{token}/", "/en-eu~" + "A" * 64 + "/"):
        assert visitor.get(wrong).status_code == 404, wrong
    assert visitor.get(f"/en-eu~{token}/").status_code == 200
    change(shop, expires_at=clock.now() - timedelta(seconds=1))
    assert visitor.get(f"/en-eu~{token}/").status_code == 404
    change(shop, expires_at=clock.now() + timedelta(days=1))
    assert visitor.get(f"/en-eu~{token}/").status_code == 200
    with in_tenant(shop.id) as session:
        revoke_link(session, somebody(shop.id), link_id)
    gone = visitor.get(f"/en-eu~{token}/")
    assert (gone.status_code, token in gone.text.split("<main", 1)[0]) == (404, False)


def test_it_shows_what_was_edited_when_it_was_last_brought_up_to_date(site: Site, shop: Shop, relay_db: Engine) -> None:
    site.settle()
    visitor = site.browser(shop)
    link_id, token = link(shop, relay_db)
    with in_tenant(shop.id) as session:
        make_product(session, shop.id, "TUBA", name="Tuba")
    assert visitor.get(f"/en-eu~{token}/p/tuba-tuba").status_code == 404
    with in_tenant(shop.id) as session:
        bring_up_to_date(session, somebody(shop.id), link_id)
    drain_once(relay_db, shop.id)
    assert visitor.get(f"/en-eu~{token}/p/tuba-tuba").status_code == 200
    with in_tenant(shop.id) as session:
        rows = select(func.count()).select_from(PublishedProduct).where(PublishedProduct.tenant_id == shop.id)
        beside, before = PublishedProduct.market_code == "~eu", session.scalar(rows)
        bring_up_to_date(session, somebody(shop.id), link_id)
        assert session.scalar(rows.where(beside, PublishedProduct.to_version.is_(None))) == 3
    drain_once(relay_db, shop.id)
    with in_tenant(shop.id) as session:
        assert session.scalar(rows) == before
        live = select(Publication.version).where(
            Publication.tenant_id == shop.id, Publication.market_code == "eu", Publication.language == "en"
        )
        assert list(session.scalars(live)) == [1]


def test_who_may_not_edit_makes_no_link_and_bad_wishes_are_refused(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        for refused, wish in ((NotThere, ("eu", "fr")), (NotThere, ("us", "en"))):
            with pytest.raises(refused):
                make_link(session, somebody(shop.id), *wish)
        for wrong in ({"days": 0}, {"days": 31}, {"as_of": "some day"}):
            with pytest.raises(Invalid):
                make_link(session, somebody(shop.id), "eu", "en", **wrong)
        with pytest.raises(NotAllowed):
            make_link(session, somebody(shop.id, "catalog.view"), "eu", "en")
        assert list_links(session, somebody(shop.id)) == []


def test_another_brand_can_neither_see_nor_open_nor_revoke_it(site: Site, shop: Shop, twin: Shop, relay_db: Engine) -> None:
    link_id, token = link(shop, relay_db)
    with in_tenant(twin.id) as session:
        make_market(session, twin.id, "eu", languages=("en", "de"))
        actor = somebody(twin.id)
        assert list_links(session, actor) == []
        for act in (revoke_link, bring_up_to_date):
            with pytest.raises(NotThere):
                act(session, actor, link_id)
        with pytest.raises(NotThere):
            open_link(session, token, "eu", "en")
    site.settle()
    assert site.browser(twin).get(f"/en-eu~{token}/").status_code == 404
    with in_tenant(shop.id) as session:
        assert open_link(session, token, "eu", "en").link_id == link_id
        assert previews.link_for(session, somebody(shop.id), link_id).revoked_at is None
