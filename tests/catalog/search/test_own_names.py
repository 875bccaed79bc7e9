"""A partner's own names are found in the partner's shop, and in no other."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Engine, delete, text

from catalog.assortment import search_scope, sources_for, view_for
from catalog.models import Overlay
from catalog.overlays import set_words
from catalog.search import own_names
from catalog.search.folding import fold
from catalog.search.pg import PgSearch
from catalog.search.provider import SearchResult, SearchScope, SearchSource
from kernel import stamps
from kernel.db.session import transaction
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all, somebody
from tests.factories.catalog import share as share_published
from tests.factories.search import document, index, index_goods, names, overlay, own_scope, product_id, share
from tests.factories.tenants import make_market

ENGINE = PgSearch()


def scope(partner: UUID, brand: UUID, agreement: UUID, *languages: str, stamp: int | None = None) -> SearchScope:
    return SearchScope(partner, "EUR", (SearchSource(brand, "eu", "en", agreement_id=agreement, own_names=languages or ("en",)),), stamp)


def find(wanted: SearchScope, typed: str) -> SearchResult:
    with entering(wanted.seller_id), transaction(read_only=True) as session:
        return ENGINE.search(session, wanted, typed)


def rename(partner: Shop, brand: Shop, agreement: UUID, name: str, told: Mapping[str, str]) -> None:
    """What the use case does, without its checks."""
    with entering(partner.id), transaction() as session:
        session.execute(delete(Overlay).where(Overlay.product_id == product_id(brand.id, name)))
        overlay(session, partner.id, brand.id, agreement, name, names=told)
        own_names.keep(session, [product_id(brand.id, name)])
        stamps.bump(session)


def test_an_own_name_is_found_only_in_the_shop_that_gave_it(db: Engine, brand: Shop, partner: Shop, twin: Shop) -> None:
    index_goods(brand.id)
    mine, others = share(brand.id, partner.id), share(brand.id, twin.id)
    rename(partner, brand, mine, "bell", {"en": "Canary gong deluxe"})
    rename(twin, brand, others, "bell", {"en": "Twin chime"})
    partners, twins = scope(partner.id, brand.id, mine), scope(twin.id, brand.id, others)
    found = find(partners, "canary")
    assert (names(found, brand.id), found.hits[0].agreement_id) == (["bell"], mine)
    assert names(find(partners, "brass bell"), brand.id)[0] == "bell"
    assert [find(other, "canary").total for other in (twins, own_scope(brand.id))] == [0, 0]
    assert [find(other, "chime").total for other in (partners, own_scope(brand.id))] == [0, 0]
    assert names(find(twins, "chime"), brand.id) == ["bell"]
    with entering(twin.id), transaction(read_only=True) as session:
        foreign = text("SELECT count(*) FROM catalog.search_doc WHERE tenant_id = :t")
        assert session.execute(foreign, {"t": partner.id}).scalar_one() == 0
        stolen = SearchScope(partner.id, "EUR", twins.sources)
        assert ENGINE.search(session, stolen, "canary").total == 0


def test_own_names_are_corrected_completed_and_told_in_their_right_spelling(db: Engine, brand: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    agreement = share(brand.id, partner.id)
    rename(partner, brand, agreement, "bell", {"en": "Canary gong"})
    mine = scope(partner.id, brand.id, agreement)
    misspelt = find(mine, "canray")
    assert (names(misspelt, brand.id), misspelt.corrected_text) == (["bell"], "canary")
    with entering(partner.id), transaction(read_only=True) as session:
        told = ENGINE.suggest(session, mine, "cana")
    with entering(brand.id), transaction(read_only=True) as session:
        others = ENGINE.suggest(session, own_scope(brand.id), "cana")
    assert (told.texts, [hit.product_id for hit in told.products]) == (("canary",), [product_id(brand.id, "bell")])
    assert (others.texts, others.products) == ((), ())


def test_a_name_that_was_changed_or_taken_back_is_no_longer_found(db: Engine, brand: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    agreement = share(brand.id, partner.id)
    counts = []
    for stamp, told in enumerate(({"en": "Canary"}, {"en": "Kazoo"}, {"de": "Kazoo"}, {})):
        rename(partner, brand, agreement, "bell", told)
        mine = scope(partner.id, brand.id, agreement, stamp=stamp + 1)
        counts.append([find(mine, "canary").total, find(mine, "kazoo").total])
    assert counts == [[1, 0], [0, 1], [0, 0], [0, 0]]


def test_a_variants_own_name_finds_its_product(db: Engine, brand: Shop, partner: Shop) -> None:
    units = {product_id(brand.id, "tour-m"): {"EUR": Decimal(899)}, product_id(brand.id, "tour-l"): {"EUR": Decimal(950)}}
    index(brand.id, [document(brand.id, "tour", units=units), document(brand.id, "bell")])
    agreement = share(brand.id, partner.id)
    rename(partner, brand, agreement, "tour-l", {"en": "Canary large"})
    assert names(find(scope(partner.id, brand.id, agreement), "canary"), brand.id) == ["tour"]


def test_what_is_outside_of_the_scope_is_not_found_by_an_own_name(db: Engine, brand: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    agreement = share(brand.id, partner.id)
    rename(partner, brand, agreement, "bell", {"en": "Canary"})
    narrow = SearchSource(
        brand.id, "eu", "en", agreement_id=agreement, own_names=("en",), category_ids=frozenset({product_id(brand.id, "bikes")})
    )
    assert find(SearchScope(partner.id, "EUR", (narrow,)), "canary").total == 0


@pytest.mark.parametrize("languages", [(), ("de",)])
def test_without_the_right_to_own_names_in_this_language_none_are_found(
    db: Engine, brand: Shop, partner: Shop, languages: tuple[str, ...]
) -> None:
    index_goods(brand.id)
    agreement = share(brand.id, partner.id)
    rename(partner, brand, agreement, "bell", {"en": "Canary"})
    source = SearchSource(brand.id, "eu", "en", agreement_id=agreement, own_names=languages)
    assert find(SearchScope(partner.id, "EUR", (source,)), "canary").total == 0


def test_names_laid_under_another_agreement_find_nothing(db: Engine, brand: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    rename(partner, brand, share(brand.id, partner.id, state="ended"), "bell", {"en": "Canary"})
    assert find(scope(partner.id, brand.id, share(brand.id, partner.id)), "canary").total == 0


def test_own_names_follow_their_products_to_new_numbers(db: Engine, brand: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    agreement = share(brand.id, partner.id)
    rename(partner, brand, agreement, "bell", {"en": "Canary"})
    mine = scope(partner.id, brand.id, agreement, stamp=7)
    assert names(find(mine, "canary"), brand.id) == ["bell"]
    index(brand.id, [document(brand.id, "bell", title="Iron bell"), document(brand.id, "pump", title="Steel pump")])
    assert names(find(mine, "canary"), brand.id) == ["bell"]


def test_names_from_before_the_index_are_caught_up_with(db: Engine, brand: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    agreement = share(brand.id, partner.id)
    with entering(partner.id), transaction() as session:
        overlay(session, partner.id, brand.id, agreement, "bell", names={"en": "Canary"})
    assert find(scope(partner.id, brand.id, agreement), "canary").total == 0
    with entering(partner.id), transaction() as session:
        fold(session)
        assert own_names.catch_up(session) == 0
    assert names(find(scope(partner.id, brand.id, agreement), "canary"), brand.id) == ["bell"]


def test_the_overlays_use_case_keeps_the_index_and_the_shop_reads_it(db: Engine, brand: Shop, partner: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        bell = make_product(session, brand.id, "BELL", name="Bell", price="100").id
        publish_all(session, brand.id)
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu")
    [agreement] = share_published(brand.id, partner.id, overlay_fields=("name",))
    with in_tenant(partner.id) as session:
        set_words(session, somebody(partner.id), agreement.id, bell, {"en": "Canary gong"})
    found = []
    with entering(partner.id), transaction(read_only=True) as session:
        view = view_for(session, "eu", "en")
        found = [ENGINE.search(session, search_scope(view, sources_for(session, view)), typed).total for typed in ("canary", "bell")]
    assert found == [1, 1]
