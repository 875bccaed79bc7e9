"""The demo world: made through the use cases, believable, complete, and left alone by a second start.

It is made once for all tests here, with pictures drawn small and the orders of the last five weeks.
"""

import io
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from PIL import Image
from sqlalchemy import Engine, func, select

from app.demo.asking import write_rules
from app.demo.catalogs import fill_catalog, newest_version, publish_markets
from app.demo.data.assortment import products
from app.demo.data.cast import PEOPLE
from app.demo.data.gallery import pictures
from app.demo.data.order_plan import plan
from app.demo.data.page_texts import TOURS
from app.demo.data.shop_texts import SHOPS
from app.demo.data.stocks import on_hand
from app.demo.fronts import write_fronts
from app.demo.houses import HOUSES
from app.demo.pages import write_pages
from app.demo.pictures import Drawn, cut, hang_pictures
from app.demo.sales import sell
from app.demo.settling import move_in, open_houses
from app.demo.sharing import CHANGED, SELLERS, agree, change_one_thing, lay_over
from app.demo.shelves import fill_shelves, pieces_sold
from app.demo.stage import PASSWORD, Stage, inside, person
from catalog.agreements import list_agreements
from catalog.assortment import cards_for, shop_list, shop_product, view_for
from catalog.differences import list_differences
from catalog.models import Picture, Product
from catalog.search.engine import ENGINE
from catalog.searching import goods, measuring
from catalog.searching.reading import rules_for
from catalog.searching.tallies import list_asked
from kernel import audit, clock, files
from kernel.db.session import transaction, use_engine
from kernel.errors import NotThere
from kernel.models import AuditEntry, MailMessage, OutboxRow
from orders.models import Order, OrderEvent, OrderLine, Stock
from storefront.front import front_in
from tenants.models import Account
from tenants.signin.passwords import matches

T = TypeVar("T")
BRANDS, PARTNERS, DAYS = ("veloria", "lumenparts"), ("radhaus", "harborcycles"), 35


def small(number: int) -> bytes:
    """A tiny picture of its own colour, as PNG."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (number % 256, number // 256, 90)).save(out, "PNG")
    return out.getvalue()


def finished(value: T) -> "Future[T]":
    """What a helping process would have made."""
    done: Future[T] = Future()
    done.set_result(value)
    return done


def drawn() -> Drawn:
    rows: dict[tuple[str, str], list[Any]] = {}
    number = 0
    for brand in BRANDS:
        for one in products(brand):
            rows[brand, one.sku] = [finished(cut(small(number := number + 1))) for _picture in pictures(one)]
    landscapes = {tour.landscape: finished(cut(small(number := number + 1))) for tour in TOURS.values()}
    return Drawn(rows, {shop: finished(f"landscape of {shop}".encode()) for shop in SHOPS}, landscapes)


def build(stage: Stage, owner: Engine) -> None:
    """What app.demo.world does, in one process."""
    made = drawn()
    open_houses(stage, owner)
    move_in(stage)
    for brand in BRANDS:
        fill_catalog(stage, brand)
        hang_pictures(stage, brand, made)
    write_fronts(stage, made)
    write_pages(stage, made)
    publish_markets(stage, "veloria", ("eu", "us"), 200, 1, "First edition")
    publish_markets(stage, "lumenparts", ("eu",), 200, 1, "First edition")
    agree(stage)
    for partner in PARTNERS:
        lay_over(stage, partner)
    for house in HOUSES:
        fill_shelves(stage, house.slug)
    for seller in ("veloria", *PARTNERS):
        sell(stage, seller, f"http://{seller}.test/{{locale}}/order", DAYS)
    change_one_thing(stage)
    write_rules(stage)


@pytest.fixture(scope="module")
def world(app_engine: Engine, owner_db: Engine) -> Iterator[Stage]:
    use_engine(app_engine)
    files.use_store(files.memory_store())
    stage = Stage(clock.today())
    build(stage, owner_db)
    yield stage
    files.use_store(None)
    use_engine(None)


@pytest.fixture(autouse=True)
def open_database(world: Stage, app_engine: Engine) -> None:
    use_engine(app_engine)


def count_rows() -> dict[str, int]:
    """Rows of what a second start could double, by tenant and table."""
    found = {}
    for house in HOUSES:
        with inside(house.slug) as tenant_id, transaction(read_only=True) as session:
            for model in (Account, Product, Picture, Order, OrderEvent, OrderLine, Stock, AuditEntry, MailMessage, OutboxRow):
                query = select(func.count()).select_from(model).where(model.tenant_id == tenant_id)
                found[f"{house.slug}.{model.__tablename__}"] = session.scalar(query) or 0
    return found


def test_everybody_of_the_cast_can_sign_in_where_they_belong() -> None:
    for one in PEOPLE:
        with inside(one.tenant) as tenant_id, transaction(read_only=True) as session:
            account = session.scalars(select(Account).where(Account.tenant_id == tenant_id, Account.email == one.email)).one()
            assert account.status == "active"
            assert account.is_staff == (one.role not in ("customer", "buyer"))
    assert matches(PASSWORD, account.password_hash)


def test_search_follows_the_brands_own_words_and_a_change_that_helps_waits() -> None:
    with inside("veloria"), transaction(read_only=True) as session:
        clara = person(session, "clara@veloria.example")
        for language, query, better in (("en", "crash hat", "VEL-CAIRN"), ("de", "Kopfschutz", "VEL-CAIRN")):
            view = view_for(session, "eu", language)
            measured, holds = measuring.last_measure(session, clara, view)
            assert holds and measured is not None and measured.after > measured.before
            _now, draft = measuring.scopes_of(session, view)
            found = goods.by_number(session, language, [better])[better]
            assert found in measuring.first_ten(session, ENGINE, draft, query)[:3]
            assert list_asked(session, clara, language)[0][0] == query.lower()
        assert rules_for(session, view_for(session, "us", "en")).redirect("Returns") == "/help"


def test_people_hold_the_rights_of_their_parts_and_no_more() -> None:
    with inside("veloria"), transaction(read_only=True) as session:
        clara, david = person(session, "clara@veloria.example"), person(session, "david@veloria.example")
        jonas = person(session, "jonas@stadtwerke.example")
    assert clara.can("catalog.publish")
    assert not clara.can("agreement.offer")
    assert david.can("agreement.offer")
    assert not david.can("catalog.edit")
    assert jonas.company_id is not None
    assert not jonas.can("order.view")


def test_the_brands_shop_shows_all_products_with_pictures_and_prices_in_three_languages() -> None:
    with inside("veloria"), transaction(read_only=True) as session:
        for language, name in (("en", "Curlew"), ("de", "Curlew"), ("zh-Hans", "Curlew 杓鹬")):
            page = shop_list(session, view_for(session, "eu", language), per_page=100)
            assert page.total == len(products("veloria")) == len(page.cards)
            assert all(card.picture and card.picture.renditions and card.picture.alt for card in page.cards)
            assert name in {card.name for card in page.cards}
        assert shop_list(session, view_for(session, "us", "en"), per_page=100).total == len(products("veloria"))


def test_a_picture_is_cut_to_every_width_in_webp_and_to_small_ones_in_jpeg() -> None:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 900)).convert("RGB").save(out, "PNG")
    made = cut(out.getvalue())
    assert made.size == (1200, 900)
    assert [(one.format, one.width, one.height) for one in made.made] == [
        ("jpeg", 1200, 900), ("webp", 320, 240), ("webp", 640, 480), ("webp", 1200, 900), ("jpeg", 160, 120), ("jpeg", 640, 480),
    ]  # fmt: skip
    for one in made.made:
        with Image.open(io.BytesIO(one.data)) as opened:
            assert opened.size == (one.width, one.height)
            assert opened.convert("RGB").getpixel((one.width // 2, one.height // 2)) == pytest.approx((128, 128, 128), abs=6)


def test_a_colour_shows_its_own_picture_in_every_size() -> None:
    with inside("veloria"), transaction(read_only=True) as session:
        view = view_for(session, "eu", "en")
        slug = next(card.slug for card in shop_list(session, view, per_page=100).cards if card.sku == "VEL-TERN")
        tern = shop_product(session, view, slug)
    shown = {(v.values["colour"], v.picture_ids) for v in tern.variants}
    assert {colour: len(ids) for colour, ids in shown} == {"PIN": 0, "CHK": 1, "RST": 1}
    assert len(shown) == 3
    assert tern.pictures[0].alt.endswith("Deep pine")


def test_what_goes_with_a_bicycle_is_told_and_a_partner_shows_of_it_what_it_sells() -> None:
    shown = {}
    for shop, market in (("veloria", "eu"), ("radhaus", "de")):
        with inside(shop), transaction(read_only=True) as session:
            view = view_for(session, market, "en")
            classic = shop_product(session, view, "heron-classic-vel-heroncl")
            shown[shop] = {kind: [card.sku for card in cards_for(session, view, ids)] for kind, ids in classic.relations.items()}
    assert shown["veloria"] == {
        "accessory": ["VEL-CREEL", "VEL-CHIME"],
        "spare_part": ["VEL-PERCHL", "VEL-EAVES"],
        "successor": ["VEL-HERON"],
    }
    assert shown["radhaus"] == {"accessory": ["VEL-CREEL", "VEL-CHIME"], "spare_part": [], "successor": ["VEL-HERON"]}


def test_partners_sell_what_was_agreed_at_their_own_prices_under_their_own_names() -> None:
    with inside("radhaus"), transaction(read_only=True) as session:
        cards = {card.sku: card for card in shop_list(session, view_for(session, "de", "de"), per_page=100).cards}
    wren = cards["VEL-WREN"]
    assert (wren.name, wren.price.money.amount, wren.price.list_money and wren.price.list_money.amount) == (
        "Wren, das Hafenrad", Decimal("1349.00"), Decimal("1399.00"),
    )  # fmt: skip
    assert "VEL-TERNSL" not in cards
    assert not {one.sku for one in products() if one.category in ("mountain", "wheels", "workshop")} & set(cards)
    with inside("harborcycles"), transaction(read_only=True) as session:
        curlew = next(c for c in shop_list(session, view_for(session, "us", "en"), per_page=100).cards if c.sku == "VEL-CURLEW")
    assert (curlew.name, str(curlew.price.money)) == ("Curlew, harbor build", "3290.00 USD")


def test_nobody_sells_what_the_other_brand_makes() -> None:
    with inside("lumenparts"), transaction(read_only=True) as session:
        view = view_for(session, "eu", "en")
        cards = shop_list(session, view, per_page=100).cards
        assert {card.sku for card in cards} == {one.sku for one in products("lumenparts")}
        with pytest.raises(NotThere):
            shop_product(session, view, "tern-vel-tern")


@pytest.mark.parametrize("partner", PARTNERS)
def test_one_change_of_the_brand_waits_for_each_partner(partner: str) -> None:
    with inside(partner), transaction(read_only=True) as session:
        seller = person(session, SELLERS[partner])
        agreement = list_agreements(session, seller, "partner")[0]
        changes = list_differences(session, seller, agreement.id)
    assert [change.difference.sku for change in changes] == [CHANGED]


def test_orders_are_those_of_the_plan_with_their_states_and_days(world: Stage) -> None:
    since = world.last_day - timedelta(days=DAYS)
    for seller in ("veloria", *PARTNERS):
        planned = [one for one in plan(world.last_day) if one.seller == seller and one.day >= since]
        with inside(seller) as tenant_id, transaction(read_only=True) as session:
            placed = session.scalars(select(Order).where(Order.tenant_id == tenant_id).order_by(Order.placed_at)).all()
            numbers = [int(order.number) for order in placed]
        assert sorted(order.state for order in placed) == sorted(one.state for one in planned)
        assert numbers == sorted(numbers)
        assert {order.placed_at.date() for order in placed} <= {one.day + timedelta(days=n) for one in planned for n in (0, 1)}
        assert all(order.payment_due_on and order.payment_due_on > order.placed_at.date() for order in placed)
        assert max(order.placed_at for order in placed) <= clock.now()


def test_what_happened_to_an_order_is_dated_when_it_happened() -> None:
    with inside("veloria") as tenant_id, transaction(read_only=True) as session:
        closed = session.scalars(select(Order).where(Order.tenant_id == tenant_id, Order.state == "closed").limit(1)).one()
        mine = (OrderEvent.tenant_id == tenant_id, OrderEvent.order_id == closed.id)
        events = session.scalars(select(OrderEvent).where(*mine).order_by(OrderEvent.id)).all()
        told = (AuditEntry.tenant_id == tenant_id, AuditEntry.object_type == "order", AuditEntry.object_id == closed.number)
        trail = session.scalars(select(AuditEntry).where(*told).order_by(AuditEntry.id)).all()
    assert [event.verb for event in events] == ["place", "confirm", "ship", "deliver", "close"]
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert events[0].at == closed.placed_at
    assert [(entry.action, entry.actor_name) for entry in trail] == [
        (f"order.{verb}", "Lena Brandt") for verb in ("confirm", "ship", "deliver", "close")
    ]
    assert [entry.at for entry in trail] == [event.at for event in events[1:]]


def test_mails_of_the_past_count_as_sent_and_nothing_waits_for_the_worker() -> None:
    for house in HOUSES:
        with inside(house.slug) as tenant_id, transaction(read_only=True) as session:
            mails = select(func.count()).where(MailMessage.tenant_id == tenant_id, MailMessage.state != "sent")
            waiting = select(func.count()).where(OutboxRow.tenant_id == tenant_id, OutboxRow.deferred_at.is_(None))
            assert (session.scalar(mails), session.scalar(waiting)) == (0, 0)


def test_the_audit_trail_can_be_sealed_and_holds() -> None:
    with inside("radhaus"):
        while True:
            with transaction() as session:
                if not audit.seal(session):
                    break
        with transaction() as session:
            report = audit.verify(session)
    assert report.holds
    assert report.waiting == 0
    assert report.entries > 100


@pytest.mark.parametrize("seller", ["veloria", *PARTNERS, "lumenparts"])
def test_there_is_at_least_as_much_in_stock_as_the_plan_leaves(world: Stage, seller: str) -> None:
    since, wanted = world.last_day - timedelta(days=DAYS), on_hand(seller)
    later = pieces_sold(world, seller)
    for order in plan(world.last_day):
        if order.seller == seller and order.day >= since and order.state != "cancelled":
            for sku, pieces in order.lines:
                later[sku] -= pieces
    with inside(seller) as tenant_id, transaction(read_only=True) as session:
        there = dict(session.execute(select(Stock.sku, Stock.on_hand).where(Stock.tenant_id == tenant_id)).all())
    assert there == {sku: Decimal(count + later[sku]) for sku, count in wanted.items()}


def test_every_shop_says_who_it_is_in_each_of_its_languages() -> None:
    for house in HOUSES:
        with inside(house.slug), transaction(read_only=True) as session:
            for language in {tag for market in house.markets.values() for tag in market.languages}:
                front = front_in(session, language)
                assert front.headline == SHOPS[house.slug].headline[language]
                assert files.get(front.picture_key) == f"landscape of {house.slug}".encode()


def test_a_second_start_changes_nothing(world: Stage, owner_db: Engine) -> None:
    before = count_rows()
    build(world, owner_db)
    assert count_rows() == before
    with inside("veloria"), transaction(read_only=True) as session:
        assert (newest_version(session, "eu"), newest_version(session, "us")) == (2, 2)


def test_the_day_it_was_made_on_stays_the_day_of_the_world(world: Stage) -> None:
    assert isinstance(world.last_day, date)
    assert world.moment(0) <= clock.now()
    assert (world.last_day - world.moment(200).date()).days == 200
