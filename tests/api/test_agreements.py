"""Agreements as another program lists them: page by page, from both sides, and nobody else's."""

from tests.browsing import Program, Site
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import share


def pages(program: Program, limit: int) -> list[list[str]]:
    found, after = [], ""
    while True:
        page = program.get(f"/agreements?limit={limit}" + (f"&after={after}" if after else "")).json()
        found.append([item["id"] for item in page["items"]])
        if page["next"] is None:
            return found
        after = page["next"]


def test_agreements_come_page_by_page_newest_first(site: Site, shop: Shop, make_shop: MakeShop) -> None:
    partners = [make_shop("partner") for _ in range(5)]
    made = [str(agreement.id) for agreement in share(shop.id, *(p.id for p in partners))]
    newest = made[::-1]
    erp = site.program(shop, "agreement.view")
    assert pages(erp, 2) == [newest[:2], newest[2:4], newest[4:]]
    assert pages(erp, 5) == [newest]
    first = erp.get("/agreements?limit=2").json()
    later = str(share(shop.id, make_shop("partner").id)[0].id)
    second = erp.get(f"/agreements?limit=2&after={first['next']}").json()
    assert [item["id"] for item in second["items"]] == newest[2:4]
    assert pages(erp, 200) == [[later, *newest]]
    assert pages(site.program(partners[3], "agreement.view"), 2) == [[made[3]]]


def test_a_list_of_agreements_refuses_what_it_did_not_make(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "agreement.view")
    for wrong in ("after=W10", "after=made-up", "limit=0", "limit=201", "page=2"):
        assert erp.get(f"/agreements?{wrong}").status_code == 422, wrong
    assert site.program(shop, "order.view").get("/agreements").status_code == 403
