"""A partner's rules for a brand's changes: what the shop shows, what is listed, what was written down."""

from uuid import UUID

import pytest
from sqlalchemy import func, select

from catalog.adoptions import list_followed, rules_for, set_rules
from catalog.assortment import cards_for, shop_products, view_for
from catalog.differences import count_differences, decide, list_differences, take
from catalog.events import CatalogPublished
from catalog.following import Decided, Following, field_of, held_versions
from catalog.list_prices import set_list_prices
from catalog.models import Category, FollowedPublication, Overlay
from catalog.overlays import set_hidden, set_price, set_words
from catalog.products import ProductEdit, edit_product
from catalog.provenance import provenance
from catalog.relaying import tell_partners_of_publication
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.money import Money
from tests.catalog.test_overlays import Shared, shown
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_product, publish_all, share, somebody
from tests.factories.tenants import make_market

NOBODYS = UUID(int=7)


@pytest.fixture
def shared(brand: Shop, partner: Shop) -> Shared:
    return Shared(brand, partner)


def ruled(shared: Shared, **rules: str) -> None:
    with in_tenant(shared.partner) as session:
        set_rules(session, shared.actor, shared.agreement.id, rules)


def told(shared: Shared) -> None:
    """Publishes, and does the worker's part."""
    with in_tenant(shared.brand) as session:
        version = publish_all(session, shared.brand).version
    deliver(shared, version)


def deliver(shared: Shared, version: int) -> None:
    with in_tenant(shared.brand) as session:
        tell_partners_of_publication(session, somebody(shared.brand), CatalogPublished("eu", ["en"], version, 1, 0))


def name_of(shared: Shared, product_id: UUID) -> str:
    with in_tenant(shared.partner) as session:
        view = view_for(session, "eu", "en")
        [card] = cards_for(session, view, [product_id])
        assert shop_products(session, view, [product_id])[product_id].name == card.name
        return card.name


def listed(shared: Shared) -> list[tuple[str, list[str]]]:
    with in_tenant(shared.partner) as session:
        found = list_differences(session, shared.actor, shared.agreement.id)
        assert count_differences(session, shared.actor, shared.agreement.id) == len(found)
        return [(c.difference.sku, sorted(c.fields)) for c in found]


def test_a_field_on_hold_is_shown_as_it_was_until_it_is_taken(shared: Shared) -> None:
    ruled(shared, name="hold")
    shared.edit(shared.bell, names={"en": "Horn"}, texts={"en": "Loud"})
    with in_tenant(shared.partner) as session:
        assert (shown(session, "bell-bell").name, shown(session, "bell-bell").text) == ("Bell", "Loud")
        [change] = list_differences(session, shared.actor, shared.agreement.id)
        assert (change.is_held, dict(change.held), sorted(change.fields)) == (True, {"name": 1}, ["name", "text"])
    assert name_of(shared, shared.bell) == "Bell"
    with in_tenant(shared.partner) as session:
        take(session, shared.actor, shared.agreement.id, [shared.bell])
    assert (name_of(shared, shared.bell), listed(shared)) == ("Horn", [])
    shared.edit(shared.bell, names={"en": "Hooter"})
    assert (name_of(shared, shared.bell), listed(shared)) == ("Horn", [("BELL", ["name"])])


def test_a_field_that_is_refused_stays_and_is_not_listed_also_for_products_that_came_later(shared: Shared) -> None:
    ruled(shared, name="refuse", added="take")
    shared.edit(shared.jacket, names={"en": "Coat"})
    with in_tenant(shared.brand) as session:
        category = session.scalars(select(Category).where(Category.code == "shown")).one()
        late = make_product(session, shared.brand, "NEW", name="New", category=category).id
        publish_all(session, shared.brand)
    shared.edit(late, names={"en": "Newer"})
    assert (name_of(shared, shared.jacket), name_of(shared, late)) == ("Jacket", "New")
    assert listed(shared) == []
    ruled(shared, name="tell", added="tell")
    assert (name_of(shared, shared.jacket), name_of(shared, late)) == ("Coat", "Newer")
    assert listed(shared) == [("JK", ["name"]), ("NEW", ["added"])]


def test_taking_at_once_leaves_nothing_to_look_at_and_prices_always_follow(shared: Shared) -> None:
    ruled(shared, name="take", prices="take", text="hold")
    shared.edit(shared.bell, names={"en": "Horn"})
    with in_tenant(shared.brand) as session:
        set_list_prices(session, somebody(shared.brand), shared.bell, {"EUR": "120"})
        publish_all(session, shared.brand)
    with in_tenant(shared.partner) as session:
        assert (shown(session, "bell-bell").name, shown(session, "bell-bell").price.money) == ("Horn", Money.of("120", "EUR"))
    assert listed(shared) == []


def test_a_new_rule_keeps_what_the_shop_shows_now(shared: Shared) -> None:
    shared.edit(shared.bell, names={"en": "Horn"})
    ruled(shared, name="hold")
    assert (name_of(shared, shared.bell), listed(shared)) == ("Horn", [("BELL", ["name"])])
    shared.edit(shared.bell, names={"en": "Hooter"})
    assert name_of(shared, shared.bell) == "Horn"


def test_each_field_has_an_answer_of_its_own(shared: Shared) -> None:
    shared.edit(shared.bell, names={"en": "Horn"}, texts={"en": "Loud"}, summaries={"en": "Very"})
    agreement = shared.agreement.id
    with in_tenant(shared.partner) as session:
        decide(session, shared.actor, agreement, {shared.bell: {"name": "refuse", "text": "hold"}})
    assert (name_of(shared, shared.bell), listed(shared)) == ("Bell", [("BELL", ["text"])])
    shared.edit(shared.bell, names={"en": "Horn"}, gtin="4006381333931")
    assert listed(shared) == [("BELL", ["other", "text"])]
    with in_tenant(shared.partner) as session:
        decide(session, shared.actor, agreement, {shared.bell: {"*": "take"}})
        bell = shown(session, "bell-bell")
        assert (bell.name, bell.text, bell.summary) == ("Bell", "Loud", "Very")
        assert session.scalars(select(Overlay.held)).one() == {"name": 1}
    assert listed(shared) == []
    shared.edit(shared.bell, names={"en": "Hooter"})
    assert listed(shared) == [("BELL", ["name"])]


def test_a_change_that_was_put_off_leaves_the_list_when_the_brand_goes_back(shared: Shared) -> None:
    shared.edit(shared.bell, names={"en": "Horn"})
    with in_tenant(shared.partner) as session:
        decide(session, shared.actor, shared.agreement.id, {shared.bell: {"name": "hold"}})
    assert listed(shared) == [("BELL", ["name"])]
    shared.edit(shared.bell, names={"en": "Bell"})
    assert listed(shared) == []


def test_new_products_wait_or_stay_out_and_it_is_written_down_once(shared: Shared) -> None:
    ruled(shared, added="hold", name="refuse")
    with in_tenant(shared.brand) as session:
        category = session.scalars(select(Category).where(Category.code == "shown")).one()
        new = make_product(session, shared.brand, "NEW", name="New", category=category).id
        make_product(session, shared.brand, "FAR", name="Outside")
        edit_name(session, shared, "Horn")
    told(shared)
    with in_tenant(shared.partner) as session:
        [row] = list_followed(session, shared.actor, shared.agreement.id)
        assert (row.version, row.counts, row.fields) == (2, {"hold": 1, "refuse": 1}, {"added": 1, "name": 1})
        assert sorted(row.skus) == ["BELL", "NEW"]
        assert cards_for(session, view_for(session, "eu", "en"), [new]) == []
    assert listed(shared) == [("NEW", ["added"])]
    with in_tenant(shared.partner) as session:
        take(session, shared.actor, shared.agreement.id, [new])
    assert (name_of(shared, new), listed(shared)) == ("New", [])
    deliver(shared, 2)
    assert name_of(shared, new) == "New"
    with in_tenant(shared.partner) as session:
        assert session.scalar(select(func.count()).select_from(FollowedPublication)) == 1


def edit_name(session, shared: Shared, name: str) -> None:
    edit_product(session, somebody(shared.brand), shared.bell, ProductEdit(names={"en": name}))


def test_without_rules_a_publication_writes_nothing_at_the_partners(shared: Shared) -> None:
    with in_tenant(shared.brand) as session:
        edit_name(session, shared, "Horn")
    told(shared)
    with in_tenant(shared.partner) as session:
        assert session.scalar(select(func.count()).select_from(FollowedPublication)) == 0
        assert session.scalar(select(func.count()).select_from(Overlay)) == 0


def test_everything_taken_lets_held_products_in_and_own_hiding_stay(shared: Shared) -> None:
    ruled(shared, added="hold")
    with in_tenant(shared.brand) as session:
        category = session.scalars(select(Category).where(Category.code == "shown")).one()
        new = make_product(session, shared.brand, "NEW", name="New", category=category).id
    told(shared)
    with in_tenant(shared.partner) as session:
        set_hidden(session, shared.actor, shared.agreement.id, shared.bell, True)
        take(session, shared.actor, shared.agreement.id)
        view = view_for(session, "eu", "en")
        assert [c.sku for c in cards_for(session, view, [new, shared.bell])] == ["NEW"]


@pytest.mark.parametrize("rules", [{"name": "sometimes"}, {"prices": "hold"}, {"colour": "take"}, {"removed": "refuse"}])
def test_rules_that_there_are_not_are_refused_and_nothing_changes(shared: Shared, rules: dict[str, str]) -> None:
    with in_tenant(shared.partner) as session:
        with pytest.raises(Invalid):
            set_rules(session, shared.actor, shared.agreement.id, {"text": "hold"} | rules)
        assert rules_for(session, shared.actor, shared.agreement.id).rules == {}


def test_rules_are_the_partners_and_need_its_right(shared: Shared, twin: Shop) -> None:
    agreement = shared.agreement.id
    with in_tenant(shared.partner) as session, pytest.raises(NotAllowed):
        set_rules(session, somebody(shared.partner, "agreement.view"), agreement, {"name": "hold"})
    for tenant in (shared.brand, twin.id):
        with in_tenant(tenant) as session, pytest.raises(NotThere):
            set_rules(session, somebody(tenant), agreement, {"name": "hold"})
    with in_tenant(shared.partner) as session:
        adoption = set_rules(session, shared.actor, agreement, {"name": "hold"})
        with pytest.raises(Conflict):
            set_rules(session, shared.actor, agreement, {"name": "take"}, seen=adoption.edit_version - 1)
        assert rules_for(session, shared.actor, agreement).rules == {"name": {"do": "hold", "since": 1}}


def test_two_partners_follow_one_brand_each_in_its_own_way(shared: Shared, make_shop: MakeShop) -> None:
    other = make_shop("partner")
    with in_tenant(other.id) as session:
        make_market(session, other.id, "eu")
    [theirs] = share(shared.brand, other.id, overlay_fields=("name",))
    ruled(shared, name="hold")
    with in_tenant(other.id) as session:
        set_rules(session, somebody(other.id), theirs.id, {"name": "take"})
    with in_tenant(shared.brand) as session:
        edit_name(session, shared, "Canary horn")
    told(shared)
    assert name_of(shared, shared.bell) == "Bell"
    with in_tenant(other.id) as session:
        assert shown(session, "bell-bell").name == "Canary horn"
        assert [row.counts for row in session.scalars(select(FollowedPublication))] == [{"take": 1}]
    with in_tenant(shared.partner) as session:
        assert [row.counts for row in session.scalars(select(FollowedPublication))] == [{"hold": 1}]
    with in_tenant(shared.brand) as session:
        assert session.scalar(select(func.count()).select_from(FollowedPublication)) == 0


def test_every_field_says_where_it_comes_from_and_since_when(shared: Shared) -> None:
    ruled(shared, text="hold")
    shared.edit(shared.bell, texts={"en": "Loud"}, names={"en": "Horn"})
    with in_tenant(shared.partner) as session:
        set_words(session, shared.actor, shared.agreement.id, shared.bell, {"en": "Glocke"})
        set_price(session, shared.actor, shared.agreement.id, shared.bell, "EUR", "101")
        origins = {o.field: o for o in provenance(session, shared.actor, shared.agreement.id, shared.bell, "EUR", "en")}
        told = {name: (o.origin, o.own, o.do) for name, o in origins.items()}
        assert told == {
            "name": ("own", "Glocke", "tell"),
            "text": ("held", "", "hold"),
            "pictures": ("brand", "", "tell"),
            "attributes": ("brand", "", "tell"),
            "price": ("own", "101.0000", "tell"),
        }
        text, pictures = origins["text"], origins["pictures"]
        assert text.shown["text"] == ""
        assert text.since == pictures.since
        assert text.newer is not None
        assert text.since is not None
        assert text.newer > text.since
        with pytest.raises(NotThere):
            provenance(session, shared.actor, shared.agreement.id, NOBODYS, "EUR", "en")


def test_lines_belong_to_fields_and_decisions_stand_before_rules() -> None:
    lines = {
        "name": "name", "summary": "text", "text": "text", "pictures.1.alt": "pictures", "attributes.colour": "attributes",
        "prices.EUR": "prices", "variants.BR-1.5.prices.EUR": "prices", "variants.BR-1.5": "name", "gtin": "other", "categories": "other",
    }  # fmt: skip
    assert {line: field_of(line) for line in lines} == lines
    assert field_of("variants.BR-1.5", is_new=True) == "other"
    how = Following(4, (("name", "hold", 6), ("pictures", "refuse", 2), ("text", "hold", 1)))
    assert held_versions(how, Decided(5, {"name": 3}), 8) == {"name": 3, "pictures": 2, "text": 5}
    assert held_versions(how, Decided(), 8) == {"name": 6, "pictures": 2, "text": 4}
    assert held_versions(how, Decided(), 5) == {"pictures": 2, "text": 4}
    assert held_versions(Following(9), Decided(), 8) == {}
