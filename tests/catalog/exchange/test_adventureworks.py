"""The 504 products of a bicycle maker, through the importer, with the mappings that are kept beside the demo."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from catalog.assortment import shop_categories, shop_list, shop_product, view_for
from catalog.exchange.importing import run_for, run_import, start_import
from catalog.exchange.reporting import list_problems
from catalog.list_prices import prices_of
from catalog.models import ImportRun, Product
from kernel import files
from kernel.models import OutboxRow
from kernel.money import Money
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, publish_all, share, somebody
from tests.factories.tenants import make_market

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared/data/adventureworks"
MAPPINGS = ROOT / "app/demo/adventureworks"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the AdventureWorks files are not beside the project")


def run(shop: Shop, name: str) -> ImportRun:
    rules = json.loads((MAPPINGS / f"{name}.mapping.json").read_text())
    with in_tenant(shop.id) as session:
        started = start_import(session, somebody(shop.id), f"{name}.csv", DATA / f"{name}.csv", rules, by_worker=False)
    with entering(shop.id):
        run_import(somebody(shop.id), started.id)
    with in_tenant(shop.id) as session:
        return run_for(session, somebody(shop.id), started.id)


def test_products_prices_and_stock_come_in_whole_and_are_sold_by_a_partner(brand: Shop, partner: Shop) -> None:
    files.use_store(files.memory_store())
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "us", "USD", ("en", "fr", "zh-Hant"), ("US", "CA"), prices_include_tax=False)
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "us", "USD", ("en", "fr"), ("US",), prices_include_tax=False)
    products, prices, stock = run(brand, "products"), run(brand, "list_prices"), run(brand, "stock")
    assert (products.state, products.rows_read, products.rows_made, products.rows_wrong) == ("finished", 504, 504, 0)
    assert (prices.rows_read, prices.rows_passed_over, prices.rows_wrong) == (395, 200, 0)
    assert (stock.rows_read, stock.rows_wrong) == (1069, 0)
    with in_tenant(brand.id) as session:
        bike = session.scalars(select(Product).where(Product.sku == "BK-R50B-58")).one()
        assert set(bike.texts) == {"en", "fr", "ar", "he", "th", "zh-Hant"}
        assert bike.weight_kg == Decimal("8.9770")  # 19.79 lb
        assert set(prices_of(session, bike.id)) == {"USD", "EUR"}
        reports = session.scalars(select(OutboxRow).where(OutboxRow.name == "catalog.StockReported")).all()
        assert sum(len(r.payload["lines"]) for r in reports) == 432
        assert list_problems(session, somebody(brand.id), stock.id) == []
        published = publish_all(session, brand.id, "us")
        assert {language: c.added for language, c in published.languages.items()} == {"en": 295, "fr": 295, "zh-Hant": 295}
        roots = {c.name: c for c in shop_categories(session, view_for(session, "us", "en"))}
        assert {name: c.product_count for name, c in roots.items()} == {"Bikes": 97, "Components": 134, "Clothing": 35, "Accessories": 29}
    share(brand.id, partner.id, market="us", category_ids=(roots["Bikes"].id, roots["Accessories"].id))
    with in_tenant(partner.id) as session:
        view = view_for(session, "us", "fr")
        assert shop_list(session, view).total == 97 + 29
        shown = shop_product(session, view, "road-650-black-58-bk-r50b-58")
        assert shown.price.money == Money.of("782.99", "USD")
        assert "vélo" in shown.text.lower()
        assert session.scalar(select(func.count()).select_from(Product)) == 0
    assert run(brand, "products").rows_same == 504
