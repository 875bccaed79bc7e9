"""Rules of search from the draft to the shop: checked one by one and together, in force at once, undone, each shop its own."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select

from catalog.assortment import search_scope, sources_for, view_for
from catalog.models.search_rules import ShopSearchRule
from catalog.search.pg import PgSearch
from catalog.search.rules import Pin, SearchRules
from catalog.searching import drafts, publishing, reading
from catalog.searching.goods import by_number, known, numbers_of
from catalog.searching.shapes import MOST, ONE_WAY, PIN, REDIRECT, STOP_WORD, SYNONYM, Rule
from kernel import stamps
from kernel.db.session import transaction
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.models import AuditEntry
from kernel.tenancy import entering
from tests.browsing import counted
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_category, make_product, publish_all, share, somebody
from tests.factories.tenants import make_market

RIGHT = "search.manage"


@pytest.fixture
def shop(brand: Shop) -> dict[str, UUID]:
    """A bike, a bell and a lamp on sale in two languages; a product that is not published yet."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en", "de"))
        shared = make_category(session, brand.id, "shared")
        made = {
            sku: make_product(session, brand.id, sku, name, category=shared, names={"en": name, "de": name}).id
            for sku, name in (("BIKE", "Steel bike"), ("BELL", "Brass bell"), ("LAMP", "Bright lamp"))
        }
        publish_all(session, brand.id, "eu")
        made["NEW"] = make_product(session, brand.id, "NEW", "New thing", status="draft").id
    return made


def add(tenant: Shop, rule: Rule, language: str = "en") -> UUID:
    with in_tenant(tenant.id) as session:
        return drafts.add_rule(session, somebody(tenant.id, RIGHT), language, rule).id


def refused(tenant: Shop, rule: Rule, language: str = "en") -> list[tuple[str, str]]:
    with in_tenant(tenant.id) as session, pytest.raises(Invalid) as error:
        drafts.add_rule(session, somebody(tenant.id, RIGHT), language, rule)
    with in_tenant(tenant.id) as session:
        assert rule not in reading.drafted(session, language)
    return [(problem.where, problem.code) for problem in error.value.problems]


def publish(tenant: Shop, language: str = "en", note: str = "") -> int:
    with in_tenant(tenant.id) as session:
        return publishing.publish_rules(session, somebody(tenant.id, RIGHT), language, note).version


def rules_of(tenant: Shop, language: str = "en", market: str = "eu") -> SearchRules:
    with in_tenant(tenant.id) as session:
        return reading.rules_for(session, view_for(session, market, language))


def drafted(tenant: Shop, language: str = "en") -> list[Rule]:
    with in_tenant(tenant.id) as session:
        return reading.drafted(session, language)


def found(tenant: Shop, typed: str, market: str = "eu", language: str = "en") -> list[UUID]:
    with in_tenant(tenant.id) as session:
        view = view_for(session, market, language)
        scope = search_scope(view, sources_for(session, view))
        wanted = type(scope)(scope.seller_id, scope.currency, scope.sources, scope.stamp, reading.rules_for(session, view))
        return [hit.product_id for hit in PgSearch().search(session, wanted, typed).hits]


def pin(query: str, tenant_id: UUID, *products: UUID, market: str = "") -> Rule:
    return Rule(PIN, (query,), products=tuple(Pin(tenant_id, product) for product in products), market_code=market)


def redirect(query: str, address: str, market: str = "") -> Rule:
    return Rule(REDIRECT, (query,), address=address, market_code=market)


def test_nothing_of_a_draft_is_seen_before_it_is_published(db: Engine, brand: Shop, shop: dict[str, UUID]) -> None:
    add(brand, Rule(SYNONYM, ("klaxon", "bell")))
    assert found(brand, "klaxon") == []
    with in_tenant(brand.id) as session:
        before = stamps.current(session)
    assert publish(brand) == 1
    assert found(brand, "klaxon") == [shop["BELL"]]
    assert found(brand, "klaxon", language="de") == []
    with in_tenant(brand.id) as session:
        assert stamps.current(session) == before + 1


def test_the_version_before_can_be_taken_up_again_and_the_draft_stays(db: Engine, brand: Shop, shop: dict[str, UUID]) -> None:
    add(brand, Rule(SYNONYM, ("klaxon", "bell")))
    publish(brand)
    add(brand, Rule(SYNONYM, ("torch", "lamp")))
    publish(brand, note=" The  torch ")
    with in_tenant(brand.id) as session:
        back = publishing.go_back(session, somebody(brand.id, RIGHT), "en", 1)
        assert (back.version, back.back_to, back.published_by["name"]) == (3, 1, "Clara Wen")
    assert (found(brand, "klaxon"), found(brand, "torch")) == ([shop["BELL"]], [])
    assert [rule.words for rule in drafted(brand)] == [("klaxon", "bell"), ("torch", "lamp")]
    with in_tenant(brand.id) as session:
        publishing.go_back(session, somebody(brand.id, RIGHT), "en", 0)
    assert found(brand, "klaxon") == []
    with in_tenant(brand.id) as session:
        versions = publishing.list_versions(session, somebody(brand.id, RIGHT), "en")
        assert [(v.version, len(v.rules), v.note) for v in versions] == [(4, 0, ""), (3, 1, ""), (2, 2, "The torch"), (1, 1, "")]
        drafts.take_back(session, somebody(brand.id, RIGHT), "en")
    assert drafted(brand) == []


def test_publishing_what_is_in_force_and_going_where_nothing_is_are_refused(db: Engine, brand: Shop, shop: dict[str, UUID]) -> None:
    actor = somebody(brand.id, RIGHT)
    with in_tenant(brand.id) as session, pytest.raises(Conflict):
        publishing.publish_rules(session, actor, "en")
    add(brand, Rule(STOP_WORD, ("cheap",)))
    publish(brand)
    for version in (1, 2, -1):
        with in_tenant(brand.id) as session, pytest.raises(NotThere):
            publishing.go_back(session, actor, "en", version)
    with in_tenant(brand.id) as session:
        assert [v.version for v in publishing.list_versions(session, actor, "en")] == [1]


def test_pins_and_redirects_hold_for_the_whole_query_in_their_market(db: Engine, brand: Shop, shop: dict[str, UUID]) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "us", countries=("US",), currency="USD", languages=("en",))
    add(brand, pin("Bikes", brand.id, shop["LAMP"]))
    add(brand, pin("bikes", brand.id, shop["BELL"], market="eu"))
    add(brand, redirect("returns", "/en-eu/pages/returns?a=1"))
    publish(brand)
    assert found(brand, "bike")[0] == shop["BELL"]
    assert rules_of(brand, market="us").pinned("bike") == (Pin(brand.id, shop["LAMP"]),)
    assert rules_of(brand).redirect("RETURNS ") == "/pages/returns?a=1"
    assert rules_of(brand).redirect("returns of bikes") is None


WRONG: Sequence[tuple[Rule, str, str]] = (
    (Rule(SYNONYM, ("bell",)), "words", "too_few"),
    (Rule(SYNONYM, ("bell", "Bells")), "words", "too_few"),
    (Rule(SYNONYM, ("bell", "?!")), "words", "phrase"),
    (Rule(SYNONYM, ("bell", "one two three four five six seven")), "words", "phrase"),
    (Rule(SYNONYM, ("bell", "x" * 101)), "words", "too_long"),
    (Rule(SYNONYM, tuple(f"word{n}" for n in range(21))), "words", "too_many"),
    (Rule(ONE_WAY, ("bell",)), "means", "missing"),
    (Rule(ONE_WAY, ("bell",), ("bells",)), "means", "itself"),
    (Rule(STOP_WORD, ("very cheap",)), "words", "one_word"),
    (Rule(STOP_WORD, ("cheap",), market_code="eu"), "market", "market"),
    (Rule(PIN, ("bell",)), "products", "missing"),
    (Rule(PIN, ("?",)), "words", "query"),
    (Rule(PIN, ("bell",), products=(Pin(uuid4(), uuid4()),)), "products", "unknown_product"),
    (redirect("bell", ""), "address", "missing"),
    (redirect("bell", "http://example.com/"), "address", "address"),
    (redirect("bell", "https://user@example.com/"), "address", "address"),
    (redirect("bell", "https://localhost/"), "address", "address"),
    (redirect("bell", "javascript:alert(1)"), "address", "address"),
    (redirect("bell", "//example.com/"), "address", "path"),
    (redirect("bell", "/desk/products"), "address", "path"),
    (redirect("bell", "/c/../desk"), "address", "path"),
    (redirect("bell", "/c/locks", market="mars"), "market", "market"),
    (redirect("bell", "/search?q=Bells"), "address", "circle"),
    (Rule("other", ("bell",)), "kind", "unknown"),
)


@pytest.mark.parametrize(("rule", "where", "code"), WRONG, ids=lambda one: str(one)[:40])
def test_what_makes_no_rule_is_refused_at_its_field(
    db: Engine, brand: Shop, shop: dict[str, UUID], rule: Rule, where: str, code: str
) -> None:
    assert refused(brand, rule) == [(where, code)]


def test_the_same_rule_twice_and_circles_over_several_rules_are_refused(db: Engine, brand: Shop, shop: dict[str, UUID]) -> None:
    add(brand, Rule(SYNONYM, ("Bell", "klaxon")))
    assert refused(brand, Rule(SYNONYM, ("klaxons", "bells"))) == [("words", "twice")]
    add(brand, redirect("one", "/search?q=two"))
    add(brand, redirect("two", "/search?q=three"))
    assert refused(brand, redirect("three", "/search?q=ONE")) == [("address", "circle")]
    add(brand, redirect("three", "/search?q=four"))


def test_a_language_holds_so_many_rules_and_no_more(
    db: Engine, brand: Shop, shop: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST, STOP_WORD, 2)
    add(brand, Rule(STOP_WORD, ("cheap",)))
    add(brand, Rule(STOP_WORD, ("best",)))
    assert refused(brand, Rule(STOP_WORD, ("nice",))) == [("words", "too_many")]


def test_a_rule_is_changed_and_removed_and_the_trail_tells(db: Engine, brand: Shop, shop: dict[str, UUID]) -> None:
    rule_id = add(brand, Rule(SYNONYM, ("klaxon", "bell")))
    actor = somebody(brand.id, RIGHT)
    with in_tenant(brand.id) as session:
        drafts.change_rule(session, actor, rule_id, Rule(SYNONYM, ("klaxon ", "brass   bell")))
        drafts.change_rule(session, actor, rule_id, Rule(SYNONYM, ("klaxon", "brass bell")))
    assert drafted(brand) == [Rule(SYNONYM, ("klaxon", "brass bell"))]
    with in_tenant(brand.id) as session:
        drafts.remove_rule(session, actor, rule_id)
    assert drafted(brand) == []
    with in_tenant(brand.id) as session:
        trail = select(AuditEntry.action).where(AuditEntry.object_id == str(rule_id)).order_by(AuditEntry.id)
        assert list(session.scalars(trail)) == ["search_rule.add", "search_rule.change", "search_rule.remove"]


def test_all_rules_are_replaced_or_none(db: Engine, brand: Shop, shop: dict[str, UUID]) -> None:
    add(brand, Rule(STOP_WORD, ("cheap",)))
    wanted = [Rule(SYNONYM, ("klaxon", "bell")), pin("bike", brand.id, shop["BELL"], shop["NEW"])]
    with in_tenant(brand.id) as session, pytest.raises(Invalid) as error:
        drafts.replace_rules(session, somebody(brand.id, RIGHT), "en", [*wanted, Rule(STOP_WORD, ("a b c",)), wanted[0]])
    assert [(problem.where, problem.code) for problem in error.value.problems] == [
        ("rules.2.words", "one_word"),
        ("rules.3.words", "twice"),
    ]
    assert drafted(brand) == [Rule(STOP_WORD, ("cheap",))]
    with in_tenant(brand.id) as session:
        assert drafts.replace_rules(session, somebody(brand.id, RIGHT), "en", wanted) == 2
    assert drafted(brand) == sorted(wanted, key=lambda rule: rule.group)


def test_lists_are_by_kind_and_word(db: Engine, brand: Shop, shop: dict[str, UUID]) -> None:
    for rule in (Rule(SYNONYM, ("klaxon", "bell")), Rule(STOP_WORD, ("cheap",)), redirect("returns", "/pages/50%")):
        add(brand, rule)
    with in_tenant(brand.id) as session:
        actor = somebody(brand.id, RIGHT)
        assert drafts.count_rules(session, actor, "en") == {SYNONYM: 1, STOP_WORD: 1, REDIRECT: 1}

        def listed(**wanted: Any) -> tuple[list[list[str]], int]:
            rows, total = drafts.list_rules(session, actor, "en", **wanted)
            return [row.words for row in rows], total

        assert listed(kind=STOP_WORD) == ([["cheap"]], 1)
        assert listed(text="KLAX") == ([["klaxon", "bell"]], 1)
        assert listed(text="50%") == ([["returns"]], 1)
        assert listed(page=2) == ([], 3)


def test_rules_are_kept_by_those_who_may_and_in_languages_of_the_shop(db: Engine, brand: Shop, shop: dict[str, UUID]) -> None:
    rule = Rule(STOP_WORD, ("cheap",))
    with in_tenant(brand.id) as session, pytest.raises(NotAllowed):
        drafts.add_rule(session, somebody(brand.id, "catalog.edit"), "en", rule)
    with in_tenant(brand.id) as session, pytest.raises(NotAllowed):
        publishing.publish_rules(session, somebody(brand.id, "catalog.publish"), "en")
    with in_tenant(brand.id) as session, pytest.raises(NotThere):
        drafts.add_rule(session, somebody(brand.id, RIGHT), "fr", rule)
    with in_tenant(brand.id) as session:
        assert list(session.scalars(select(ShopSearchRule))) == []


def test_no_shop_reads_changes_or_follows_anothers_rules(db: Engine, brand: Shop, twin: Shop, shop: dict[str, UUID]) -> None:
    with in_tenant(twin.id) as session:
        make_market(session, twin.id, "eu", languages=("en",))
        make_product(session, twin.id, "BELL", "Brass bell")
        publish_all(session, twin.id, "eu")
    rule_id = add(brand, Rule(SYNONYM, ("klaxon", "bell")))
    publish(brand)
    assert found(twin, "klaxon") == [] and drafted(twin) == []
    actor = somebody(twin.id, RIGHT)
    with in_tenant(twin.id) as session, pytest.raises(NotThere):
        drafts.change_rule(session, actor, rule_id, Rule(SYNONYM, ("a", "b")))
    with in_tenant(twin.id) as session, pytest.raises(NotThere):
        drafts.remove_rule(session, actor, rule_id)
    assert refused(twin, pin("bell", brand.id, shop["BELL"])) == [("products", "unknown_product")]
    assert refused(twin, pin("bell", twin.id, shop["BELL"])) == [("products", "unknown_product")]
    assert drafted(brand) == [Rule(SYNONYM, ("klaxon", "bell"))]


def test_a_partners_shop_follows_its_own_rules_and_pins_what_it_may_sell(
    db: Engine, brand: Shop, partner: Shop, shop: dict[str, UUID]
) -> None:
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "de", countries=("DE",), languages=("en",))
    with in_tenant(brand.id) as session:
        secret = make_product(session, brand.id, "SECRET", "Secret bell").id
        publish_all(session, brand.id, "eu")
    share(brand.id, partner.id)
    add(brand, Rule(SYNONYM, ("klaxon", "bell")))
    publish(brand)
    assert found(partner, "klaxon", "de") == []
    with in_tenant(partner.id) as session:
        numbers = by_number(session, "en", ["BELL", "BIKE", "NEW", "NONE"])
        assert numbers == {"BELL": Pin(brand.id, shop["BELL"]), "BIKE": Pin(brand.id, shop["BIKE"])}
        assert known(session, "en", [Pin(brand.id, shop["BELL"]), Pin(brand.id, shop["NEW"])]) == {Pin(brand.id, shop["BELL"])}
        assert numbers_of(session, numbers.values()) == {product: number for number, product in numbers.items()}
    add(partner, pin("bell", brand.id, shop["LAMP"]))
    publish(partner)
    assert found(partner, "bell", "de")[0] == shop["LAMP"]
    assert found(brand, "bell") == [shop["BELL"], secret] or found(brand, "bell") == [secret, shop["BELL"]]


def test_rules_are_read_once_a_version_and_asked_for_once_a_stamp(db: Engine, brand: Shop, shop: dict[str, UUID]) -> None:
    add(brand, Rule(SYNONYM, ("klaxon", "bell")))
    publish(brand)

    def cost() -> list[str]:
        with entering(brand.id), transaction(read_only=True) as session:
            view = view_for(session, "eu", "en")
            with counted(db) as statements:
                assert reading.rules_for(session, view).synonyms[0].words == ("klaxon", "bell")
        return ["rules" if "SELECT rules" in statement else "version" for statement in statements]

    assert cost() == ["version", "rules"]
    assert cost() == []
    with in_tenant(brand.id) as session:
        stamps.bump(session)
    assert cost() == ["version"]
    assert cost() == []
