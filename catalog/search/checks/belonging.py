"""Whose shop it is: nothing outside of the scope is found, counted, priced, corrected to or completed (T10)."""

from decimal import Decimal

from catalog.search.checks.checking import expect, owes
from catalog.search.checks.goods import GOODS, PARTS, id_of, product
from catalog.search.checks.world import World
from catalog.search.provider import Filters, SearchScope, SearchSource, Sort

NOT_IN_FORCE = ("offered", "accepted", "suspended", "ended", "withdrawn", "refused")


@owes("a partner finds and counts what the agreement covers, and nothing else")
def scope_of_an_agreement(world: World) -> None:
    """One category and one product: in lists, counts, texts and codes."""
    world.publish_goods()
    agreement = world.share()
    lights, tour = frozenset({id_of(world.brand, "lights")}), frozenset({id_of(world.brand, "tour")})
    scope = world.partner_scope(agreement, category_ids=lights, product_ids=tour)
    result = world.find(scope=scope, facets=("colour", "category"))
    expect(sorted(world.names(result)), ["headlight", "taillight", "tour"], "what is listed")
    expect({v.value: v.count for v in result.facets["colour"].values}, {"black": 1, "green": 1, "red": 1}, "colours")
    expect({hit.agreement_id for hit in result.hits}, {agreement}, "agreements of the hits")
    expect(world.found("tour", scope)[:1], ["tour"], "first hit for 'tour'")
    expect(sorted(world.found("light", scope)), ["headlight", "taillight"], "hits for 'light'")
    for typed in ("ridge", "mountain", "ve-ridge-57", "4012345000001"):
        result = world.find(typed, scope)
        outside = [name for name in world.names(result) if name not in ("headlight", "taillight", "tour")]
        expect((outside, result.exact), ([], None), f"answer to {typed!r}")
    expect(world.find("ridge", scope).total, 0, "total for 'ridge'")


@owes("words from outside of the scope are neither corrected to nor completed")
def words_from_outside(world: World) -> None:
    """Pedals and saddles are not shared."""
    world.publish_goods()
    scope = world.partner_scope(world.share(), category_ids=frozenset({id_of(world.brand, "lights")}))
    expect(world.find("brake pedlas", scope).corrected_text, None, "corrected text of 'brake pedlas'")
    for typed in ("sadd", "ped"):
        told = world.suggest(typed, scope)
        expect((told.texts, told.products), ((), ()), f"suggestions for {typed!r}")
    told = world.suggest("head", scope)
    expect(
        (told.texts, [h.product_id for h in told.products]), (("headlight",), [id_of(world.brand, "headlight")]), "suggestions for 'head'"
    )


@owes("a partner's prices and hiding hold in filters, orders and counts")
def own_prices(world: World) -> None:
    """And change nothing in the brand's own shop."""
    world.publish_goods()
    agreement = world.share()
    world.overlay(agreement, "bell", prices={"EUR": "3000.00"})
    world.overlay(agreement, "bottle", hidden=True)
    scope = world.partner_scope(agreement, category_ids=frozenset({id_of(world.brand, PARTS)}))
    result = world.find(scope=scope, sort=Sort.PRICE_DOWN, facets=("price", "colour"))
    expect(world.names(result), ["bell", "saddle", "headlight", "pedals", "chain", "taillight", "pump"], "parts by price")
    expect((result.facets["price"].low, result.facets["price"].high), (Decimal("19.90"), Decimal(3000)), "prices")
    expect("green" in {v.value for v in result.facets["colour"].values}, False, "is the hidden bottle's colour counted")
    dear = Filters(price=(Decimal(100), None))
    expect((world.found(scope=scope, filters=dear), world.found("bell", scope, filters=dear)), (["bell"], ["bell"]), "what is dear")
    expect(world.found("bottle 500ml", scope), ["headlight"], "hits for 'bottle 500ml'")
    own = world.find(sort=Sort.PRICE_DOWN, facets=("price",))
    expect((world.names(own)[0], own.facets["price"].high), ("volt", Decimal(2499)), "the dearest of the brand's own shop")


@owes("a variant's own price and hiding change its product's price")
def own_prices_of_variants(world: World) -> None:
    """Without any variant left the product goes."""
    units = {id_of(world.brand, "tour-m"): {"EUR": Decimal(899)}, id_of(world.brand, "tour-l"): {"EUR": Decimal(950)}}
    world.publish([product(world.brand, "tour", units=units), product(world.brand, "metro")])
    agreement = world.share()
    scope = world.partner_scope(agreement)

    def limits() -> tuple[Decimal | None, Decimal | None, int]:
        result = world.find("bike", scope, facets=("price",))
        return result.facets["price"].low, result.facets["price"].high, result.total

    expect(limits(), (649, 899, 2), "prices with both variants")
    world.overlay(agreement, "tour-m", hidden=True)
    expect(limits(), (649, 950, 2), "prices without the cheaper variant")
    world.overlay(agreement, "tour-l", hidden=True)
    expect(limits(), (649, 649, 1), "prices without any variant")


@owes("what has no price in the shop's currency is not sold")
def other_currency(world: World) -> None:
    """A partner sells in dollars what it has priced itself."""
    world.publish_goods()
    agreement = world.share()
    world.overlay(agreement, "bell", prices={"USD": "15.00"})
    scope = world.partner_scope(agreement, currency="USD")
    for text in ("", "brass bell"):
        result = world.find(text, scope, facets=("price", "colour"))
        expect((world.names(result), result.total), (["bell"], 1), f"what {text!r} finds in dollars")
        expect((result.facets["price"].low, result.facets["price"].high), (15, 15), "prices in dollars")
    expect(world.find(scope=world.own_scope(currency="USD")).total, 0, "products of the brand in dollars")
    expect(world.find("bike", world.own_scope(currency="USD")).total, 0, "bikes of the brand in dollars")


@owes("a partner's own name is found in its shop and nowhere else")
def own_names(world: World) -> None:
    """The brand's name goes on being found; under another agreement the own name counts no longer."""
    world.publish_goods()
    agreement = world.share()
    world.overlay(agreement, "bell", names={"en": "Dingdong deluxe"})
    scope = world.partner_scope(agreement, own_names=("en",))
    expect((world.found("dingdong", scope), world.found("brass bell", scope)[:1]), (["bell"], ["bell"]), "hits in the partner's shop")
    expect(world.found("dingdong"), [], "hits in the brand's shop")
    expect(world.found("dingdong", world.partner_scope(agreement)), [], "hits where own names are not agreed")
    world.overlay(agreement, "bell", names={})
    expect(world.found("dingdong", scope), [], "hits after the name has been taken back")


@owes("without an agreement in force there is nothing to find")
def not_in_force(world: World) -> None:
    """In none of the states but the ones in force."""
    world.publish_goods()
    agreements = {}
    for state in NOT_IN_FORCE:
        with World(world.engine, world.server) as other:
            other.publish_goods()
            scope = other.partner_scope(other.share(state=state))
            agreements[state] = (
                other.find("bike", scope, facets=("colour",)).total,
                other.find(scope=scope).total,
                other.suggest("bik", scope).texts,
            )
    expect(agreements, dict.fromkeys(NOT_IN_FORCE, (0, 0, ())), "what is found by state")


@owes("an agreement on one market opens no other")
def other_market(world: World) -> None:
    """The brand shares its American market."""
    world.publish_goods()
    scope = world.partner_scope(world.share(market="us"))
    expect((world.find(scope=scope).total, world.find("bike", scope).total), (0, 0), "products of the European market")


@owes("two brands in one shop are listed together and kept apart")
def two_brands(world: World) -> None:
    """Hits say whose they are; a source with nothing in scope adds nothing."""
    world.publish_goods()
    pump = product(world.twin, "pump", title="Workshop pump", prices={"EUR": Decimal("5.00")})
    world.publish([product(world.twin, "bell"), pump], tenant_id=world.twin)
    sources = tuple(SearchSource(b, "eu", "en", agreement_id=world.share(brand=b)) for b in (world.brand, world.twin))
    scope = SearchScope(world.partner, "EUR", sources)
    result = world.find("pump", scope, facets=("colour", "price"), sort=Sort.PRICE_UP)
    expect(
        [(h.tenant_id, h.agreement_id) for h in result.hits], [(s.tenant_id, s.agreement_id) for s in reversed(sources)], "pumps by price"
    )
    expect((result.facets["price"].low, result.facets["price"].high), (Decimal(5), Decimal("19.90")), "prices of pumps")
    expect(world.find(scope=scope).total, 14, "products of both brands")
    nothing = SearchSource(world.twin, "eu", "en", product_ids=frozenset({world.brand}))
    only_one = SearchScope(world.partner, "EUR", (sources[0], nothing))
    expect((world.find(scope=only_one).total, world.find("pump", only_one).total), (12, 1), "products with nothing of the second brand")


@owes("another tenant's equal goods are never found")
def twins(world: World) -> None:
    """Not even by a scope that somebody has made up."""
    world.publish_goods()
    world.publish([product(world.twin, "bell", title="Canary bell")], tenant_id=world.twin)
    made_up = SearchScope(world.brand, "EUR", (SearchSource(world.twin, "eu", "en"),))
    result = world.as_seller(world.brand, made_up, "bell", facets=("colour",))
    expect((result.total, result.hits, result.exact), (0, (), None), "answer to a made-up scope")
    told = world.suggest("canar")
    expect((told.texts, told.products), ((), ()), "suggestions for a word of the other tenant's")
    expect({hit.tenant_id for hit in world.find("bell").hits}, {world.brand}, "owners of what is found")
    expect(len(GOODS), world.find().total, "products of the own shop")
