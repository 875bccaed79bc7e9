"""Suggestions; what changes, goes, or fails to be published."""

from collections.abc import Iterator
from decimal import Decimal

from catalog.search.checks.checking import expect, owes
from catalog.search.checks.goods import PARTS, id_of, product
from catalog.search.checks.world import World
from catalog.search.documents import SearchDocument
from catalog.search.provider import Filters, Hit


class Interrupted(Exception):
    """A publication that stops in the middle, on purpose."""


@owes("suggestions complete the last word and show products and categories")
def suggestions(world: World) -> None:
    """Nothing for a single letter."""
    world.publish_goods()
    told = world.suggest("brass be")
    expect(told.texts, ("brass bell",), "texts for 'brass be'")
    expect(told.products[:1], (Hit(id_of(world.brand, "bell"), world.brand),), "products for 'brass be'")
    expect(told.categories[:1], ((id_of(world.brand, PARTS), 1),), "categories for 'brass be'")
    expect(world.suggest("brass bell for the be").texts[:1], ("brass bell for the bell",), "texts for 'brass bell for the be'")
    short = world.suggest("b")
    expect((short.texts, short.products), ((), ()), "suggestions for 'b'")


@owes("a change is found at once, and what it replaces is gone")
def change(world: World) -> None:
    """Words, colours and prices."""
    world.publish_goods()
    world.publish([product(world.brand, "bell", title="Copper gong", facets={"colour": ("copper",)}, prices={"EUR": Decimal(99)})])
    expect((world.find("brass").total, world.found("gong")), (0, ["bell"]), "hits for the old and the new name")
    result = world.find(facets=("colour",), filters=Filters(price=(Decimal(99), Decimal(99))))
    expect((result.total, world.find().total), (1, 12), "products for 99 euros, and all")
    expect({v.value for v in result.facets["colour"].values}, {"copper"}, "its colour")


@owes("a removed product is gone from lists, counts, codes and suggestions")
def removal(world: World) -> None:
    """And comes back when it is published again."""
    world.publish_goods()
    world.publish([], removed=[id_of(world.brand, "bell")])
    result = world.find(facets=("colour",))
    expect((result.total, "gold" in {v.value for v in result.facets["colour"].values}), (11, False), "products, and its colour")
    expect((world.find("VE-BELL-47").exact, world.found("brass bell"), world.suggest("bras").texts), (None, [], ()), "what finds it")
    world.publish([product(world.brand, "bell")])
    expect(world.found("brass bell")[:1], ["bell"], "first hit when it is back")


@owes("a publication that fails changes nothing")
def failure(world: World) -> None:
    """Neither what it added nor what it took away."""
    world.publish_goods()

    def broken() -> Iterator[SearchDocument]:
        yield product(world.brand, "bell", title="Copper kazoo")
        raise Interrupted

    try:
        world.publish(broken(), removed=[id_of(world.brand, "tour")])
    except Interrupted:
        totals = (world.find("brass bell").total, world.find("kazoo").total, world.find().total)
        expect(totals, (1, 0, 12), "brass bells, kazoos, and all")
