"""Orders, pages, filters, counts, prices and stock."""

from decimal import Decimal
from uuid import UUID

from catalog.search.checks.checking import expect, owes
from catalog.search.checks.goods import GOODS, PARTS, id_of, product
from catalog.search.checks.world import World
from catalog.search.provider import FacetValue, Filters, Page, Sort
from kernel import tenancy

ENDS = {
    Sort.RANK: ("tour", "bell"), Sort.NEWEST: ("bell", "tour"), Sort.NAME: ("bottle", "volt"), Sort.PRICE_UP: ("bottle", "volt"),
    Sort.PRICE_DOWN: ("volt", "bottle"),
}  # fmt: skip


@owes("a list without a text has every order")
def orders(world: World) -> None:
    """All goods, the right ones at both ends."""
    world.publish_goods()
    for sort, ends in ENDS.items():
        found = world.found(sort=sort)
        expect((found[0], found[-1]), ends, f"first and last by {sort.value}")
        expect(sorted(found), sorted(GOODS), f"all that is listed by {sort.value}")


@owes("another order does not change what a text finds")
def text_in_another_order(world: World) -> None:
    """Four bikes, by relevance and by price."""
    world.publish_goods()
    by_relevance, by_price = world.find("bike"), world.find("bike", sort=Sort.PRICE_UP)
    expect(world.names(by_price), ["metro", "tour", "ridge", "volt"], "bikes by price")
    expect((by_relevance.total, set(by_relevance.hits)), (4, set(by_price.hits)), "bikes by relevance")


@owes("pages never repeat nor lose a product")
def pages(world: World) -> None:
    """Five at a time, in every order, with a text and without."""
    world.publish_goods()
    for sort in Sort:
        for text in ("", "black red green"):
            whole = world.find(text, sort=sort, page=Page(1, 100))
            parts = [world.find(text, sort=sort, page=Page(n, 5)) for n in (1, 2, 3, 4)]
            about = f"of {text!r} by {sort.value}"
            expect([hit for part in parts for hit in part.hits], list(whole.hits), f"all pages {about}")
            expect({part.total for part in parts}, {whole.total}, f"total {about}")


@owes("counts leave out the filter of their own facet")
def counts(world: World) -> None:
    """Two colours ticked, in one category."""
    world.publish_goods()
    filters = Filters(category_id=id_of(world.brand, PARTS), values={"colour": ("black", "red")})
    result = world.find(filters=filters, facets=("colour", "brand", "category"))
    expect(result.total, 5, "products left")
    expect(
        {v.value: (v.count, v.selected) for v in result.facets["colour"].values},
        {"black": (3, True), "red": (2, True), "gold": (1, False), "green": (1, False), "silver": (1, False)},
        "colours",
    )
    expect([(v.value, v.count) for v in result.facets["brand"].values], [("Veloria", 5)], "brands")
    counted = {UUID(v.value): v.count for v in result.facets["category"].values}
    expect(counted, {id_of(world.brand, "bikes"): 2, id_of(world.brand, PARTS): 5, id_of(world.brand, "lights"): 2}, "categories")


@owes("a text and filters go together, in hits and in counts")
def text_with_filters(world: World) -> None:
    """Of four bikes two are green; the other colours are still counted."""
    world.publish_goods()
    result = world.find("bike", filters=Filters(values={"colour": ("green",)}), facets=("colour", "price"))
    expect((sorted(world.names(result)), result.total), (["metro", "tour"], 2), "green bikes")
    expect({v.value: v.count for v in result.facets["colour"].values}, {"green": 2, "black": 1, "red": 1}, "colours of bikes")
    expect((result.facets["price"].low, result.facets["price"].high), (Decimal(649), Decimal(899)), "prices of green bikes")


@owes("a category counts what lies below it")
def categories(world: World) -> None:
    """Lights are parts."""
    world.publish_goods()
    totals = [world.find(filters=Filters(category_id=id_of(world.brand, code))).total for code in ("bikes", PARTS, "lights")]
    expect(totals, [4, 8, 2], "products of bikes, parts, lights")


@owes("numbers and prices are filtered with both ends included")
def ranges(world: World) -> None:
    """Their facets tell the lowest and highest."""
    world.publish_goods()
    light = Filters(ranges={"weight": (None, Decimal("0.3"))})
    expect(sorted(world.found(filters=light)), ["bell", "bottle", "chain", "headlight", "pump", "taillight"], "what is light")
    cheap = Filters(price=(Decimal("19.90"), Decimal("39.90")))
    result = world.find(filters=cheap, sort=Sort.PRICE_UP, facets=("price", "weight"))
    expect(world.names(result), ["pump", "taillight", "chain", "pedals", "headlight"], "what is cheap")
    expect((result.facets["price"].low, result.facets["price"].high), (Decimal("9.90"), Decimal("2499.00")), "prices")
    expect((result.facets["weight"].low, result.facets["weight"].high), (Decimal("0.1"), Decimal("0.4")), "weights")


@owes("each seller may leave out what it does not have in stock")
def stock(world: World) -> None:
    """A variant on hand counts for its product; another seller's stock does not count."""
    units = {id_of(world.brand, "tour-m"): {"EUR": Decimal(899)}, id_of(world.brand, "tour-l"): {"EUR": Decimal(950)}}
    world.publish([product(world.brand, "tour", units=units), *(product(world.brand, name) for name in ("bell", "pump", "volt"))])
    partner = world.partner_scope(world.share())
    there = {world.brand: ["bell", "tour-l", "gone"], world.partner: ["pump"]}
    world.read_stock_by(lambda _session: [id_of(world.brand, name) for name in there.get(tenancy.current(), ())])
    for scope, on_hand in ((world.own_scope(), ["bell", "tour"]), (partner, ["pump"])):
        result = world.find(scope=scope, filters=Filters(in_stock=True), facets=("in_stock", "colour"))
        expect(sorted(world.names(result)), on_hand, "what is in stock")
        expect(result.facets["in_stock"].values, (FacetValue("yes", len(on_hand), True),), "the count of what is in stock")
        expect(sum(value.count for value in result.facets["colour"].values), len(on_hand), "colours of what is in stock")
        unticked = world.find(scope=scope, facets=("in_stock",))
        wanted = (4, (FacetValue("yes", len(on_hand), False),))
        expect((unticked.total, unticked.facets["in_stock"].values), wanted, "the count where the filter is not ticked")


@owes("an empty list names the filter to drop")
def without(world: World) -> None:
    """And how many products that would show, with a text and without."""
    world.publish_goods()
    filters = Filters(values={"colour": ("gold",)}, price=(Decimal(1000), None))
    result = world.find(filters=filters)
    expect((result.total, result.without), (0, {"colour": 2, "price": 1}), "what may be dropped")
    result = world.find("bell", filters=filters)
    expect((result.total, result.without), (0, {"price": 1}), "what may be dropped of a search for a bell")
