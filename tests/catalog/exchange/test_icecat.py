"""19,406 real products, from the file to the search: each is in the catalog or in the report, and the process stays small."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.goods import ICECAT_RULES
from bench.icecat import FILE
from catalog.models import Product, PublishedProduct
from tests.cluster import ROOT, Database
from tests.conftest import Shop
from tests.factories.catalog import in_tenant
from tests.factories.tenants import make_market

ROWS = 19_406
TOO_LONG = 10  # lists of compatible printers beyond the 4,000 characters an attribute holds: in the report, not in the catalog
MOST_MIB = 400

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not FILE.exists(), reason="the Icecat file is not beside the project")]


def test_no_row_is_lost_products_are_found_and_memory_stays_below_400_mib(brand: Shop, database: Database, tmp_path: Path) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
    call = [sys.executable, "-m", "tests.catalog.exchange.taking_in", database.app_url, str(brand.id), str(tmp_path), str(FILE)]
    ran = subprocess.run([*call, json.dumps(ICECAT_RULES)], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["import"] == ["finished", ROWS, ROWS - TOO_LONG, 0, 0, 0, TOO_LONG]
    assert {(column, reason) for _row, column, _value, reason in told["left_out"]} == {
        ("attr_t_compatible_products", "At most 4000 characters.")
    }
    assert len({row for row, _column, _value, _reason in told["left_out"]}) == TOO_LONG
    made = ROWS - TOO_LONG
    assert told["publication"] == ["done", 1, made, made, made]
    with in_tenant(brand.id) as session:
        mine = (PublishedProduct.tenant_id == brand.id, PublishedProduct.to_version.is_(None))
        assert session.scalar(select(func.count()).select_from(Product).where(Product.tenant_id == brand.id)) == made
        assert session.scalar(select(func.count(PublishedProduct.product_id.distinct())).where(*mine)) == made
    cartridges, one, misspelt = told["found"]
    assert cartridges > 1_000
    assert one >= 1
    assert misspelt >= 1
    assert told["peak_mib"] <= MOST_MIB
