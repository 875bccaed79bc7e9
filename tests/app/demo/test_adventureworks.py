"""AdventureWorks as a brand: 504 products through the importer, none lost, shared with two partners at their own prices."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from app.demo.adventureworks.world import BRAND, MARKET, PARTNERS, NoData, Report, make_adventureworks
from app.demo.stage import inside
from catalog.assortment import shop_list, shop_product, view_for
from catalog.models import Product
from kernel import files
from kernel.db.session import transaction, use_engine
from kernel.errors import NotThere

DATA = Path(__file__).parents[4] / "shared/data/adventureworks"
AMERICAN, FRENCH = PARTNERS

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the AdventureWorks files are not here")


@pytest.fixture(scope="module")
def reports(app_engine: Engine, owner_db: Engine) -> Iterator[list[Report]]:
    use_engine(app_engine)
    files.use_store(files.memory_store())
    yield make_adventureworks(owner_db, DATA, lambda _line: None)
    files.use_store(None)
    use_engine(None)


@pytest.fixture
def imported(reports: list[Report], app_engine: Engine) -> dict[str, Report]:
    use_engine(app_engine)
    return {report.file: report for report in reports}


def test_a_folder_without_the_files_is_refused_and_no_shop_is_opened(owner_db: Engine, tmp_path: Path) -> None:
    with pytest.raises(NoData, match=r"no products\.csv"):
        make_adventureworks(owner_db, tmp_path, lambda _line: None)


@needs_data
def test_every_row_of_every_file_is_accounted_for(imported: dict[str, Report]) -> None:
    for name, report in imported.items():
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            rows = sum(1 for _row in csv.DictReader(file))
        assert report.read == rows
        assert report.made + report.changed + report.same + report.wrong + report.passed_over == rows
    products = imported["products.csv"]
    assert (products.read, products.made, products.wrong) == (504, 504, 0)


@needs_data
def test_what_is_on_sale_is_published_in_english_french_and_chinese(imported: dict[str, Report]) -> None:
    with inside(BRAND) as tenant_id, transaction(read_only=True) as session:
        ready = select(func.count()).where(Product.tenant_id == tenant_id, Product.status == "ready", Product.parent_id.is_(None))
        count = session.scalar(ready)
        texts = []
        for language in ("en", "fr", "zh-Hant"):
            view = view_for(session, MARKET, language)
            cards = [card for page in (1, 2, 3) for card in shop_list(session, view, page=page, per_page=100).cards]
            assert shop_list(session, view).total == len(cards)
            assert 0 < len(cards) <= (count or 0)
            texts.append(shop_product(session, view, next(card.slug for card in cards if card.sku == "BK-M82S-38")).text)
    assert len(set(texts)) == 3


@needs_data
def test_each_partner_sells_bikes_and_accessories_at_its_own_prices(imported: dict[str, Report]) -> None:
    prices = {}
    for partner in PARTNERS:
        with inside(partner.slug), transaction(read_only=True) as session:
            view = view_for(session, partner.market, partner.details.languages[0])
            page = shop_list(session, view, per_page=200)
            assert {c.sku[:2] for c in page.cards} >= {"BK", "HL"}
            card = next(card for card in page.cards if card.sku == "BK-R93R-62")
            assert card.price.list_money is not None
            prices[partner.slug] = (card.price.money, card.price.list_money)
    for partner in PARTNERS:
        own, listed = prices[partner.slug]
        assert own.currency == partner.details.currency
        assert abs(own.amount - listed.amount * (100 + partner.percent) / 100) <= Decimal("0.01")


@needs_data
def test_nobody_is_sold_what_was_not_shared(imported: dict[str, Report]) -> None:
    with inside(AMERICAN.slug), transaction(read_only=True) as session:
        skus = {card.sku for card in shop_list(session, view_for(session, "us", "en"), per_page=200).cards}
        with pytest.raises(NotThere):
            view_for(session, "fr", "fr")
    assert not any(sku.startswith(("SO-", "SJ-", "FR-", "WB-")) for sku in skus)
    with inside(FRENCH.slug), transaction(read_only=True) as session, pytest.raises(NotThere):
        view_for(session, "us", "en")
