"""For any sequence of edits and publications: reading at version v gives what was published as v, and nothing else moves."""

from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.intervals import Place
from catalog.list_prices import set_list_prices
from catalog.products import ProductEdit, edit_product
from catalog.rolling_back import roll_back
from catalog.versions import count_unpublished, newest_publications, published_at
from kernel.errors import Conflict
from tests.conftest import MakeShop
from tests.factories.catalog import in_tenant, make_product, publish_all, somebody
from tests.factories.tenants import make_market

SKUS = ("A 1", "A-1", "B")  # the first two read alike in addresses
PLACE = Place("eu", "en")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("name"), st.sampled_from(SKUS), st.sampled_from(["One", "Two", "Three"])),
        st.tuples(st.just("price"), st.sampled_from(SKUS), st.sampled_from(["1.0000", "2.0000"])),
        st.tuples(st.just("status"), st.sampled_from(SKUS), st.sampled_from(["ready", "draft", "end"])),
        st.just(("publish", "", "")),
        st.tuples(st.just("back"), st.just(""), st.sampled_from(["1", "2", "3"])),
    ),
    max_size=14,
)
State = dict[str, tuple[str, str]]


class Model:
    """What ought to be: the drafts, and every version's content."""

    def __init__(self) -> None:
        self.drafts: dict[str, dict[str, str]] = {sku: {"name": "One", "price": "1.0000", "status": "draft"} for sku in SKUS}
        self.versions: list[State] = []

    def shown(self) -> State:
        return {sku: (d["name"], d["price"]) for sku, d in self.drafts.items() if d["status"] == "ready"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_every_version_stays_what_it_was(steps: list[tuple[str, str, str]], make_shop: MakeShop) -> None:
    brand, model = make_shop("brand"), Model()
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        ids = {sku: make_product(session, brand.id, sku, name="One", price="1", status="draft").id for sku in SKUS}
        publish_all(session, brand.id)
    model.versions.append({})
    for verb, sku, value in steps:
        with in_tenant(brand.id) as session:
            take_step(session, actor, model, ids, verb, sku, value)
    with in_tenant(brand.id) as session:
        assert newest_publications(session, "eu")["en"].version == len(model.versions)
        for version, expected in enumerate(model.versions, 1):
            assert told(published_at(session, actor, PLACE, version)) == expected
        publish_all(session, brand.id)
        assert told(published_at(session, actor, PLACE, 1_000)) == model.shown()
        assert count_unpublished(session, actor, "eu") == 0


def take_step(session: Any, actor: Any, model: Model, ids: dict[str, UUID], verb: str, sku: str, value: str) -> None:
    if verb == "publish":
        made = publish_all(session, actor.tenant_id)
        assert made.is_new == (model.shown() != model.versions[-1])
        if made.is_new:
            model.versions.append(model.shown())
    elif verb == "back":
        old = model.versions[int(value) - 1] if int(value) <= len(model.versions) else None
        if old is not None and old != model.versions[-1]:
            roll_back(session, actor, "eu", int(value))
            model.versions.append(old)
        elif old is not None:
            try:
                roll_back(session, actor, "eu", int(value))
            except Conflict:
                return
            raise AssertionError("rolled back to what is shown already")
    elif verb == "price":
        set_list_prices(session, actor, ids[sku], {"EUR": value})
        model.drafts[sku]["price"] = value
    else:
        edit = ProductEdit(names={"en": value}) if verb == "name" else ProductEdit(status=value)
        edit_product(session, actor, ids[sku], edit)
        model.drafts[sku][verb] = value


def told(published: dict[UUID, dict[str, Any]]) -> State:
    return {p["sku"]: (p["name"], p["prices"]["EUR"]) for p in published.values()}
