"""Words, misspellings, codes, languages: what a typed text must find."""

from catalog.search.checks.checking import ANY_WORD, COMPOUNDS, SIGNS, UMLAUTS, expect, owes
from catalog.search.checks.goods import id_of, product, titled
from catalog.search.checks.world import World
from catalog.search.rules import Pin, SearchRules, SynonymLine

FIRST = {
    "saddles": "saddle", "pedal": "pedals", "saddel": "saddle", "mountin bike": "ridge", "head": "headlight",
    "29inch": "ridge", "ebike": "volt", "e-bike": "volt", "head light": "headlight",
    "suspension bike": "ridge", "BRASS BELL": "bell", "bike for the city": "metro",
}  # fmt: skip


@owes("plurals, misspellings, beginnings and units find the product")
def plurals_and_units(world: World) -> None:
    """One product comes first for each of these texts."""
    world.publish_goods()
    for typed, first in FIRST.items():
        expect(world.found(typed)[:1], [first], f"first hit for {typed!r}")


@owes("what stands in a title counts more than the very phrase in a description")
def title_before_phrase(world: World) -> None:
    """The headlight comes without a "500ml bottle"; the bottle is one, though its name says it the other way round."""
    world.publish_goods()
    for typed in ("500ml bottle", "bottle 500 ml"):
        expect(world.found(typed)[:2], ["bottle", "headlight"], f"first hits for {typed!r}")


@owes("German umlauts may be left out")
def umlauts_left_out(world: World) -> None:
    """As written, without dots, in capitals, with one letter missing."""
    world.publish(titled(world.brand, saddle="Löffel aus Stahl", pump="Gabel aus Stahl"), language="de")
    scope = world.own_scope(language="de")
    for typed in ("Löffel", "loffel", "LÖFFEL", "löfel"):
        expect(world.found(typed, scope), ["saddle"], f"hits for {typed!r}")


@owes("German umlauts may be written in two letters", UMLAUTS)
def umlauts_in_two_letters(world: World) -> None:
    """Also with one letter missing."""
    world.publish(titled(world.brand, saddle="Löffel aus Stahl", pump="Gabel aus Stahl"), language="de")
    scope = world.own_scope(language="de")
    for typed in ("loeffel", "Loeffl"):
        expect(world.found(typed, scope), ["saddle"], f"hits for {typed!r}")


@owes("German compounds are found as they are written, together or apart")
def compounds_as_written(world: World) -> None:
    """The last word may be in the plural."""
    world.publish(titled(world.brand, saddle="Fahrradschloss Granit", pump="Standpumpe", bell="Klingel"), language="de")
    scope = world.own_scope(language="de")
    for typed in ("fahrradschloss", "Fahrrad Schloss", "fahrradschlösser", "fahrrad"):
        expect(world.found(typed, scope)[:1], ["saddle"], f"first hit for {typed!r}")


@owes("German compounds are found by their last part, and two words by the compound nobody wrote", COMPOUNDS)
def compounds_by_parts(world: World) -> None:
    """ "schloss" means the bicycle lock, "Satteltasche" the saddle with a bag."""
    titles = {"saddle": "Fahrradschloss Granit", "pump": "Sattel mit Tasche", "bell": "Klingel"}
    world.publish(titled(world.brand, **titles), language="de")
    scope = world.own_scope(language="de")
    for typed, first in {"schloss": "saddle", "Schlösser": "saddle", "Satteltasche": "pump"}.items():
        expect(world.found(typed, scope)[:1], [first], f"first hit for {typed!r}")


@owes("Chinese is found by any piece")
def chinese_pieces(world: World) -> None:
    """First comes what has the whole piece."""
    world.publish(titled(world.brand, ridge="29寸山地车", headlight="LED车灯 60勒克斯", bell="黄铜铃"), language="zh-Hans")
    scope = world.own_scope(language="zh-Hans")
    for typed, first in {"山地车": "ridge", "车灯": "headlight", "LED车灯": "headlight", "灯": "headlight"}.items():
        expect(world.found(typed, scope)[:1], [first], f"first hit for {typed!r}")


@owes("a piece of Chinese finds nothing that only shares a sign with it", SIGNS)
def chinese_nothing_else(world: World) -> None:
    """车灯 is no 山地车."""
    world.publish(titled(world.brand, ridge="29寸山地车", headlight="LED车灯 60勒克斯", bell="黄铜铃"), language="zh-Hans")
    expect(world.found("车灯", world.own_scope(language="zh-Hans")), ["headlight"], "hits for '车灯'")


@owes("French accents do not matter")
def french_accents(world: World) -> None:
    """Neither in the text nor in the query."""
    world.publish(titled(world.brand, tour="Vélo de randonnée électrique", bell="Sonnette"), language="fr")
    for typed in ("velo", "vélos", "electrique", "randonnee"):
        expect(world.found(typed, world.own_scope(language="fr")), ["tour"], f"hits for {typed!r}")


@owes("a code typed exactly comes first and is told")
def exact_codes(world: World) -> None:
    """An article number however it is written, a GTIN; one that is no product's leads nowhere."""
    world.publish_goods()
    for typed in ("VE-PUMP-47", "ve pump 47", "vepump47", "4012345000006"):
        result = world.find(typed)
        expect(result.exact and result.exact.product_id, id_of(world.brand, "pump"), f"product of the code {typed!r}")
        expect(world.names(result)[:1], ["pump"], f"first hit for {typed!r}")
    expect(world.find("4012345999999").exact, None, "product of a code that does not exist")


@owes("the code of a variant leads to its product")
def codes_of_variants(world: World) -> None:
    """By article number and by GTIN."""
    world.publish([product(world.brand, "tour", codes=("VE-TOUR-L", "4099999000017"))])
    for typed, wanted in {"VE-TOUR-L": "tour", "4099999000017": "tour", "4099999000018": None}.items():
        exact = world.find(typed).exact
        expect(exact and exact.product_id, id_of(world.brand, wanted) if wanted else None, f"product of the code {typed!r}")


@owes("a misspelt word is told")
def correction(world: World) -> None:
    """And nothing is told of a text that is right."""
    world.publish_goods()
    for typed, right in {"comfrot saddel": "comfort saddle", "mountian bike for the city": "mountain bike for the city"}.items():
        expect(world.find(typed).corrected_text, right, f"corrected text of {typed!r}")
    for typed in ("comfort saddle", "saddles", "mountain", "pump"):
        expect(world.find(typed).corrected_text, None, f"corrected text of {typed!r}")


@owes("what is in no product finds nothing")
def nothing(world: World) -> None:
    """No hit, no correction; signs without a word find nothing, either."""
    world.publish_goods()
    for typed in ("zzzzqqq", "!!! ?"):
        result = world.find(typed)
        expect((result.hits, result.total, result.corrected_text), ((), 0, None), f"answer to {typed!r}")


@owes("one unknown word at the end does not empty the list")
def unknown_last(world: World) -> None:
    """The others count."""
    world.publish_goods()
    expect(world.found("brass bell xyzzyq")[:1], ["bell"], "first hit for 'brass bell xyzzyq'")


@owes("one unknown word anywhere does not empty the list", ANY_WORD)
def unknown_first(world: World) -> None:
    """Also as the first one."""
    world.publish_goods()
    expect(world.found("xyzzyq brass bell")[:1], ["bell"], "first hit for 'xyzzyq brass bell'")


@owes("an own title counts more than a mention")
def title_before_mention(world: World) -> None:
    """The headlight only mentions a bottle."""
    world.publish_goods()
    expect(world.found("bottle"), ["bottle", "headlight"], "hits for 'bottle'")


@owes("a shop's synonyms, stop words and pins are followed")
def rules_of_the_shop(world: World) -> None:
    """Two ways, one way, a dropped word; a pin stands first where it is in the list's scope."""
    world.publish_goods()
    rules = SearchRules(
        "en",
        synonyms=(SynonymLine(("bike", "drahtesel")), SynonymLine(("ringer",), ("brass bell",))),
        stop_words=frozenset({"cheap"}),
        pins={"pump": (Pin(world.brand, id_of(world.brand, "chain")), Pin(world.twin, id_of(world.twin, "bell")))},
    )
    plain = world.own_scope()
    scope = type(plain)(plain.seller_id, plain.currency, plain.sources, plain.stamp, rules)
    expect(sorted(world.found("drahtesel", scope)), ["metro", "ridge", "tour", "volt"], "hits for a synonym")
    expect(world.found("ringer", scope)[:1], ["bell"], "first hit for a synonym that is a phrase")
    expect(world.found("cheap saddle", scope), ["saddle"], "hits for a text with a stop word")
    expect(world.found("pump", scope), ["chain", "pump"], "hits for a text with a pin")
    expect(world.found("drahtesel"), [], "hits where the rule does not hold")
