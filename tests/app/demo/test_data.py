"""The demo catalogs: complete in three languages, numbers that check, variants that follow, plans that repeat."""

import csv
import io
import json
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from stdnum import ean

from app.demo.data.assortment import DemoProduct, by_sku, products, relations, sellable
from app.demo.data.attributes import ATTRIBUTES, BY_CODE
from app.demo.data.cast import COMPANIES, PEOPLE, SHOPPERS, shopper_mail
from app.demo.data.categories import CATEGORIES
from app.demo.data.gallery import draw, pictures
from app.demo.data.gtins import check_digit, restricted
from app.demo.data.order_plan import DAYS, FRESH, PER_WEEK, plan
from app.demo.data.partners import CORRIDORS, OVERLAYS, shelf
from app.demo.data.sheets import files, positions, product_columns, product_rows
from app.demo.data.shop_texts import SHOPS
from app.demo.data.stocks import on_hand
from app.demo.drawing.goods import GOODS
from app.demo.drawing.models import MODELS
from app.demo.drawing.paints import PAINTS
from app.demo.drawing.scenes import SCENES
from catalog.exchange.mapping import read_mapping

LANGUAGES = {"en", "de", "zh-Hans"}
EVERYTHING = (*products("veloria"), *products("lumenparts"))
TODAY = date(2026, 11, 23)


def test_the_check_digit_of_a_known_number_is_right() -> None:
    assert check_digit("400638133393") == 1
    assert restricted(1000) == "2000000010007"


@pytest.mark.parametrize(("number", "prefix"), [(-1, "20"), (10**10, "20"), (5, "40")])
def test_numbers_outside_the_restricted_range_are_refused(number: int, prefix: str) -> None:
    with pytest.raises(ValueError, match="no such restricted number"):
        restricted(number, prefix)


def test_all_article_numbers_are_valid_and_different() -> None:
    numbers = [number for one in EVERYTHING for number in (one.gtin, *(variant.gtin for variant in one.variants))]
    assert len(numbers) == len(set(numbers))
    assert all(ean.is_valid(number) and number[0] == "2" for number in numbers)


def test_skus_are_different_and_say_size_and_paint() -> None:
    skus = [sku for sku, _ in sellable("veloria")] + [sku for sku, _ in sellable("lumenparts")]
    assert len(skus) == len(set(skus))
    assert "VEL-TERN-54-PIN" in skus
    tern = by_sku()["VEL-TERN"]
    assert len(tern.variants) == 15
    assert tern.variants[0].axes == {"frame_size": "50", "colour": "PIN"}
    assert tern.variants[0].values == {"rider_height": "160–168 cm"}


@pytest.mark.parametrize("one", EVERYTHING, ids=lambda one: one.sku)
def test_every_product_is_complete_in_three_languages(one: DemoProduct) -> None:
    for words in (one.names, one.lines, one.descriptions):
        assert set(words) == LANGUAGES
        assert all(text.strip() == text and text for text in words.values())
    assert all(len(points) == 3 for points in one.highlights.values())
    every = " ".join([*one.descriptions.values(), *one.lines.values(), *(p for points in one.highlights.values() for p in points)])
    assert not re.search("[!！]", every)
    assert re.search("[一-鿿]", one.descriptions["zh-Hans"])
    assert one.category in {category.code for category in CATEGORIES}
    assert one.drawing in (MODELS if one.is_bicycle else GOODS)
    assert set(one.paints) <= set(PAINTS)
    assert one.status in {"ready", "phase_out"}
    assert Decimal(one.eur) > 0
    assert Decimal(one.usd) >= Decimal(one.eur)


@pytest.mark.parametrize("one", EVERYTHING, ids=lambda one: one.sku)
def test_every_value_fits_its_attribute(one: DemoProduct) -> None:
    for code, value in one.values.items():
        attribute = BY_CODE[code]
        if attribute.kind == "choice":
            assert value in attribute.choices
        elif attribute.kind == "number":
            assert isinstance(value, (int, float))
    for variant in one.variants:
        for code, choice in variant.axes.items():
            assert BY_CODE[code].is_axis
            assert choice in BY_CODE[code].choices


def test_the_tree_has_two_levels_and_no_empty_shelf() -> None:
    parents = {one.code: one.parent for one in CATEGORIES}
    leaves = [one.code for one in CATEGORIES if one.parent]
    assert len(leaves) == 12
    assert all(parents[parents[leaf] or ""] is None for leaf in leaves)
    assert {one.category for one in products()} == set(leaves)
    assert all(set(one.names) == set(one.intro) == LANGUAGES for one in CATEGORIES)
    assert all(one.scene in SCENES for one in CATEGORIES if one.scene)


def test_the_sheets_have_a_row_for_every_product_and_variant_and_the_mapping_knows_their_columns() -> None:
    made = files("veloria")
    heads, variants = (list(csv.DictReader(io.StringIO(made[name].decode()))) for name in ("products.csv", "variants.csv"))
    assert [row["sku"] for row in heads] == [one.sku for one in products()]
    assert [row["sku"] for row in variants] == [variant.sku for one in products() for variant in one.variants]
    assert len(product_rows()) == len(heads) + len(variants)
    mapping = read_mapping(json.loads(made["products.mapping.json"]))
    known = {column for rule in mapping.rules for column in rule.columns}
    assert [column for column in product_columns() if column not in known and not column.startswith("attr_")] == []
    tern = next(row for row in variants if row["sku"] == "VEL-TERN-54-PIN")
    assert (tern["parent_sku"], tern["attr_frame_size"], tern["attr_colour"], tern["price_eur"]) == ("VEL-TERN", "54", "PIN", "2899.00")
    assert len(list(csv.DictReader(io.StringIO(made["attributes.csv"].decode())))) == len(ATTRIBUTES)


def test_what_goes_with_a_product_is_there_and_everything_phased_out_has_a_successor() -> None:
    for brand in ("veloria", "lumenparts"):
        own = by_sku(brand)
        for one in own.values():
            named = {name: set(skus) for name, skus in one.related.items()}
            assert named.keys() <= {"accessories", "spare_parts", "successor"}
            assert all(skus <= own.keys() - {one.sku} and skus for skus in named.values())
            assert ("successor" in named) == (one.status == "phase_out")
    assert relations().keys() <= {one.sku for one in EVERYTHING}
    rows = {row["sku"]: row for row in product_rows()}
    assert (rows["VEL-HERONCL"]["successor"], rows["VEL-RIDGE25"]["accessories"]) == ("VEL-HERON", "VEL-QUAY30|VEL-COIL28")


def test_the_mapping_leads_to_the_shelves_by_their_english_names() -> None:
    told = next(rule for rule in json.loads(files()["products.mapping.json"])["columns"] if rule["field"] == "category")
    named = {one.code: one.names["en"] for one in CATEGORIES}
    assert told["steps"][0]["lookup"] == {one.code: f"{named[one.parent]} > {named[one.code]}" for one in CATEGORIES if one.parent}


def test_featured_products_come_first_and_every_shelf_is_seen_early() -> None:
    places = positions("veloria")
    assert sorted(places, key=lambda sku: places[sku])[:8] == list(SHOPS["veloria"].featured)
    assert sorted(places.values()) == list(range(1, len(products()) + 1))
    early = {one.category for one in products() if places[one.sku] <= 20}
    assert early == {one.code for one in CATEGORIES if one.parent}


def test_stock_is_the_same_every_time_and_some_things_are_sold_out() -> None:
    stock = on_hand("veloria")
    assert stock == on_hand("veloria")
    assert set(stock) == {sku for sku, _ in sellable("veloria")}
    assert 0 < sum(count == 0 for count in stock.values()) < len(stock) / 6
    assert set(on_hand("radhaus")) <= set(stock)


@pytest.mark.parametrize("partner", sorted(OVERLAYS))
def test_partner_prices_lie_in_the_corridor_of_the_agreement(partner: str) -> None:
    low, high = (Decimal(percent) / 100 + 1 for percent in CORRIDORS[partner])
    for overlay in OVERLAYS[partner]:
        one = by_sku()[overlay.sku]
        for currency, amount in overlay.prices.items():
            listed = Decimal(one.eur if currency == "EUR" else one.usd)
            assert listed * low <= Decimal(amount) <= listed * high
        assert (overlay.sku in shelf(partner)) != overlay.hidden


def test_the_plan_of_orders_repeats_and_sells_only_what_the_seller_has() -> None:
    orders = plan(TODAY)
    assert orders == plan(TODAY)
    assert orders != plan(TODAY, seed=1)
    assert 250 < len(orders) < 700
    assert (orders[-1].day - orders[0].day).days <= DAYS
    goods = {sku: one.sku for sku, one in sellable()}
    companies = {one.key for one in COMPANIES}
    for order in orders:
        assert order.lines
        assert all(pieces > 0 for _, pieces in order.lines)
        assert order.company is None or order.company in companies
        if order.seller != "veloria":
            assert {goods[sku] for sku, _ in order.lines} <= set(shelf(order.seller))


def test_yesterdays_orders_are_not_closed_and_old_ones_are() -> None:
    orders = plan(TODAY)
    assert {one.state for one in orders if (TODAY - one.day).days <= 1} <= {"placed", "cancelled"}
    assert {one.state for one in orders if (TODAY - one.day).days > 21} == {"closed", "cancelled"}


def test_every_desk_has_something_to_do_on_every_day_of_the_year() -> None:
    for month in range(1, 13):
        last = date(2026, month, 17)
        orders = plan(last)
        for back in FRESH:
            day = last - timedelta(days=back)
            assert {one.seller for one in orders if one.day == day} == set(PER_WEEK)


def test_on_saturdays_people_come_for_a_bicycle_and_companies_mean_what_they_order() -> None:
    goods = dict(sellable())
    orders = plan(TODAY)
    firsts = [goods[one.lines[0][0]] for one in orders if one.company is None and one.day.weekday() == 5]
    assert len(firsts) > 70
    assert all(one.is_bicycle for one in firsts)
    assert {one.state for one in orders if one.company} == {"closed", "delivered", "shipped"}


def test_the_brands_have_as_many_products_as_their_words_say() -> None:
    assert (len(products("veloria")), len(products("lumenparts"))) == (82, 15)
    assert sum(one.is_bicycle for one in products("veloria")) == 30
    assert "Thirty bicycles" in next(one.intro["en"] for one in CATEGORIES if one.code == "bicycles")
    assert "fifteen things" in SHOPS["lumenparts"].story["en"]


@pytest.mark.parametrize("tenant", ["veloria", "lumenparts"])
def test_every_lamp_has_a_drawing_of_its_own(tenant: str) -> None:
    drawings = [one.drawing for one in products(tenant) if one.category == "light"]
    assert len(drawings) == len(set(drawings))


def test_nobody_has_an_address_that_could_be_real_mail() -> None:
    mails = [person.email for person in PEOPLE] + [shopper_mail(a, b) for people in SHOPPERS.values() for a, b, _ in people]
    assert len(mails) == len(set(mails))
    assert all(mail.endswith((".example", "@example.com")) and mail.isascii() and " " not in mail for mail in mails)


def test_shops_speak_three_languages_and_feature_what_they_sell() -> None:
    for tenant, shop in SHOPS.items():
        for words in (shop.headline, shop.subline, shop.button, shop.story_title, shop.story):
            assert set(words) == LANGUAGES
            assert not any(sign in text for text in words.values() for sign in "!！")
        own = shelf(tenant) if tenant in OVERLAYS else [one.sku for one in products(tenant)]
        assert set(shop.featured) <= set(own)
        assert shop.scene in SCENES


def test_pictures_are_numbered_described_and_show_each_paint() -> None:
    tern = pictures(by_sku()["VEL-TERN"])
    assert [(one.position, one.paint, one.view) for one in tern] == [
        (1, "PIN", "whole"),
        (2, "CHK", "whole"),
        (3, "RST", "whole"),
        (4, "PIN", "cockpit"),
        (5, "PIN", "drivetrain"),
    ]
    assert tern[0].alt["de"] == "Tern, Allround-Rennrad, Carbon, Tannengrün"
    for one in EVERYTHING:
        assert all(set(picture.alt) == LANGUAGES for picture in pictures(one))
    assert draw(tern[0], 80, 60).startswith(b"\x89PNG")
