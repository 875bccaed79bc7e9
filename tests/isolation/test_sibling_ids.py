"""Every id that a form or a body may carry besides the one in the path, replaced by another tenant's: refused, and nothing changes (T02).

Made from the models of forms and bodies: a new field that names an id fails here until it is tried.
"""

from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel
from sqlalchemy import Engine

from app.routes import all_routes
from kernel.web.routes import Entry
from tests.browsing import Browser, Program
from tests.isolation.fingerprints import fingerprint
from tests.isolation.people import People
from tests.isolation.samples import SAMPLES, filled, path_of, value, whose
from tests.isolation.world import Tenant, World

ENTRIES = all_routes()[0]
# fields whose type does not say that they hold an id
ALSO = {"categories", "partner", "parent", "picture_key", "mapping", "mapping_name", "market", "market_code", "client_id"}
# a market code, a mapping's name: words within the tenant that name nothing of another; tried by their twins elsewhere
WORDS = {"mapping", "mapping_name", "market", "market_code"}
# (route, field) → name of the foreign thing
FOREIGN: dict[tuple[str, str], str] = {
    ("cart.add", "product_id"): "only",
    ("notices.ask", "product_id"): "only",
    ("asking.send", "page"): "page",
    ("desk.bulk", "ids"): "only",
    ("desk.bulk.begin", "ids"): "only",
    ("desk.product_history.restore", "entry"): "product",
    ("api.pages.make", "group_id"): "page_group",
    ("desk.stock.count", "product_id"): "only",
    ("desk.products.make", "categories"): "category",
    ("desk.product.change", "categories"): "category",
    ("desk.relations.arrange", "ids"): "product",
    ("desk.relations.arrange", "remove"): "only",
    ("desk.categories.make", "parent"): "category",
    ("desk.category.change", "parent"): "category",
    ("desk.agreements.offer", "partner"): "tenant",
    ("desk.agreements.offer", "categories"): "category",
    ("desk.agreement.amend", "categories"): "category",
    ("desk.party.relate", "to"): "works",
    ("desk.people.invite", "roles"): "role",
    ("desk.person.roles", "roles"): "role",
    ("portal.changes.answer", "ids"): "product",
    ("portal.choice.save", "categories"): "category",
    ("portal.lead", "product"): "product",
    ("api.api.make_product", "category_ids"): "category",
    ("api.description_api.move_product", "family_id"): "family",
    ("api.api.change_product", "category_ids"): "category",
    ("api.api.offer_agreement", "partner_id"): "tenant",
    ("api.api.offer_agreement", "category_ids"): "category",
    ("api.api.offer_agreement", "product_ids"): "product",
    ("api.api.offer_agreement", "excluded_product_ids"): "product",
    ("api.sharing_api.amend_terms", "partner_id"): "tenant",
    ("api.sharing_api.amend_terms", "category_ids"): "category",
    ("api.sharing_api.amend_terms", "product_ids"): "product",
    ("api.sharing_api.amend_terms", "excluded_product_ids"): "product",
    ("api.api.add_line", "product_id"): "only",
    ("api.api.place", "cart_id"): "cart",
}
# fields that may be sent and mean nothing there: the partner of an agreement does not change with its terms; and those whose keys are ids,
# which are tried beside their pages (tests/storefront/test_matrix.py, tests/api/test_sharing.py)
# A draft may name a picture that is not there (any more): the page shows none.
IGNORED = {
    ("desk.agreement.amend", "partner"), ("matrix.add", "quantities"), ("api.sharing_api.answer_changes", "answers"),
    ("desk.page.write", "picture_id"),
}  # fmt: skip


# what is chosen from a list of changes and is not in it is passed over
PASSED_OVER = {("portal.changes.answer", "ids"): 303, ("desk.bulk", "ids"): 200}


def fields(model: type[BaseModel]) -> set[str]:
    return {n for n, f in model.model_fields.items() if "UUID" in str(f.annotation) or n.endswith(("_id", "_ids")) or n in ALSO}


def asked() -> set[tuple[str, str]]:
    models = {e.name: e.form or e.body for e in ENTRIES}
    return {(name, field) for name, model in models.items() if model is not None for field in fields(model) if field not in WORDS}


def test_every_field_that_names_an_id_is_tried() -> None:
    assert asked() - IGNORED - {("desk.front.save", "picture_key")} == set(FOREIGN)


def send(who: Browser | Program, entry: Entry, tenant: Tenant, body: dict[str, Any]):
    values = {param: value(name, tenant) for param, name in SAMPLES[entry.name].params.items()}
    path = path_of(entry, values)
    return who.send(entry.methods[0], path, body) if isinstance(who, Program) else who.post(path, body)


@pytest.mark.parametrize(("name", "field"), sorted(FOREIGN))
def test_a_foreign_id_beside_the_checked_one_is_refused(name: str, field: str, people: People, world: World, superuser_db: Engine) -> None:
    entry = next(e for e in ENTRIES if e.name == name)
    mine, foreign = (world.dealer, world.stranger) if whose(entry) == "dealer" else (world.home, world.abroad)
    body = filled(SAMPLES[name].body, mine)
    planted = foreign.ids[FOREIGN[name, field]]
    body[field] = [planted] if isinstance(body.get(field, []), list) else planted
    before = [fingerprint(superuser_db, tenant.id) for tenant in world.all]
    answer = send(people.who_may(whose(entry)), entry, mine, body)
    assert answer.status_code in {404, 409, 422} or answer.status_code == PASSED_OVER.get((name, field)), (
        answer.status_code,
        answer.headers.get("location"),
    )
    assert foreign.word not in answer.text.lower()
    assert [fingerprint(superuser_db, tenant.id) for tenant in world.all] == before


@pytest.mark.parametrize("extra", ["tenant_id", "id", "is_staff", "permissions", "status", "role", "edit_version", "created_at"])
def test_what_a_form_does_not_ask_for_changes_nothing(extra: str, people: People, world: World, superuser_db: Engine) -> None:
    account = str(UUID(world.home.ids["mira"]))
    body = {"name": "Mira Castell", "language": "en"}
    assert people.customer.post("/en-eu/account", body).status_code == 303
    before = fingerprint(superuser_db, world.home.id)["tenants.account"]
    planted = {"tenant_id": world.abroad.ids["tenant"], "id": account, "status": "deactivated"}.get(extra, "true")
    assert people.customer.post("/en-eu/account", {**body, extra: planted}).status_code == 303
    after = fingerprint(superuser_db, world.home.id)["tenants.account"]
    assert after == before or rows_but_updated(superuser_db, world) == 1
    assert people.customer.get("/desk/").status_code == 403


def rows_but_updated(engine: Engine, world: World) -> int:
    """Customers of that name who are active and no staff: still exactly one."""
    with engine.connect() as connection:
        query = "SELECT count(*) FROM tenants.account WHERE tenant_id = %s AND name = 'Mira Castell' AND NOT is_staff AND status = 'active'"
        return int(connection.exec_driver_sql(query, (world.home.id,)).scalar() or 0)


def test_a_program_cannot_name_fields_that_are_not_asked_for(people: People, world: World, superuser_db: Engine) -> None:
    before = fingerprint(superuser_db, world.home.id)
    for extra in ("tenant_id", "id", "kind", "parent_id", "touched"):
        answer = people.program.post("/products", {"sku": "MASS-1", "names": {"en": "M"}, extra: world.abroad.ids["tenant"]})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, extra)
    assert fingerprint(superuser_db, world.home.id) == before
