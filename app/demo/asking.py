"""The brand's own rules of search in two languages, judged queries, one change that waits, and what shoppers asked for last month."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.demo import past
from app.demo.stage import Stage, inside, person, working
from catalog.search.engine import ENGINE
from catalog.searching import goods, judging, measuring, publishing, reading
from catalog.searching.drafts import add_rule
from catalog.searching.shapes import ONE_WAY, PIN, REDIRECT, STOP_WORD, SYNONYM, Rule
from catalog.searching.tallies import Tallies
from kernel.actors import Actor

BRAND, MARKET, KEEPER = "veloria", "eu", "clara@veloria.example"
RULES_DAYS_AGO = 21


@dataclass(frozen=True)
class Words:
    """One language: rules in force, the one that waits, {query: {article number: grade}}, {query: (searches, products found)}."""

    rules: tuple[Rule, ...]
    first: tuple[str, tuple[str, ...]]
    waiting: Rule
    judged: Mapping[str, Mapping[str, int]]
    asked: Mapping[str, tuple[int, int]]


LANTERNS = {"VEL-LANTERN100": 3, "VEL-LANTERN60": 3, "VEL-EMBER": 2, "VEL-FIREFLY": 2, "VEL-QUAYSIDE": 1, "VEL-CHIME": 0}
LOCKS = {"VEL-MOORING": 3, "VEL-HINGE": 3, "VEL-ANCHOR": 3, "VEL-CHIME": 0}
WORDS: Mapping[str, Words] = {
    "en": Words(
        rules=(
            Rule(ONE_WAY, ("padlock",), ("lock",)),
            Rule(SYNONYM, ("lamp", "light", "lantern")),
            Rule(STOP_WORD, ("cheap",)),
            Rule(REDIRECT, ("returns",), address="/help"),
        ),
        first=("light", ("VEL-LANTERN100", "VEL-LANTERN60")),
        waiting=Rule(SYNONYM, ("crash hat", "helmet")),
        judged={
            "light": LANTERNS,
            "padlock": LOCKS,
            "crash hat": {"VEL-CAIRN": 3, "VEL-QUAYSIDE": 3, "VEL-PEBBLE": 3, "VEL-LANTERN60": 0},
        },
        asked={"crash hat": (14, 0), "kickstand": (9, 0), "child seat": (6, 0), "light": (41, 9), "padlock": (12, 3)},
    ),
    "de": Words(
        rules=(
            Rule(SYNONYM, ("Vorhängeschloss", "Fahrradschloss")),
            Rule(STOP_WORD, ("günstig",)),
            Rule(REDIRECT, ("Rückgabe",), address="/help"),
        ),
        first=("Licht", ("VEL-LANTERN100", "VEL-LANTERN60")),
        waiting=Rule(SYNONYM, ("Kopfschutz", "Helm")),
        judged={"Licht": LANTERNS, "Kopfschutz": {"VEL-CAIRN": 3, "VEL-QUAYSIDE": 3, "VEL-PEBBLE": 3}},
        asked={"Kopfschutz": (8, 0), "Kindersitz": (7, 0), "Licht": (30, 9)},
    ),
}


def write_rules(stage: Stage) -> None:
    """Rules published three weeks ago; since then a change waits and has been measured."""
    for language, told in WORDS.items():
        with working(BRAND, stage.moment(RULES_DAYS_AGO)) as session:
            if reading.newest(session, language) is not None:
                continue
            clara = person(session, KEEPER)
            _publish(session, clara, language, told)
        with working(BRAND, stage.moment(1)) as session:
            add_rule(session, clara, language, told.waiting)
        with working(BRAND, stage.moment(1)) as session:
            measuring.measure(session, clara, ENGINE, goods.views_in(session, language, MARKET)[0])
        _ask(stage, language, told.asked)


def _publish(session: Session, clara: Actor, language: str, told: Words) -> None:
    query, first = told.first
    numbers = goods.by_number(session, language, [*first, *(sku for grades in told.judged.values() for sku in grades)])
    for rule in (*told.rules, Rule(PIN, (query,), products=tuple(numbers[sku] for sku in first))):
        add_rule(session, clara, language, rule)
    publishing.publish_rules(session, clara, language, "The words of our workshop")
    for judged, grades in told.judged.items():
        judging.judge(session, clara, language, judged, {numbers[sku]: grade for sku, grade in grades.items()})


def _ask(stage: Stage, language: str, asked: Mapping[str, tuple[int, int]]) -> None:
    """Spread over the last days, so that it looks like a month and not like a minute."""
    gathered = Tallies()
    with inside(BRAND) as tenant_id:
        for query, (searches, found) in asked.items():
            for n in range(searches):
                with past.at(stage.moment(1 + n * 7 % 20)):
                    gathered.note(tenant_id, MARKET, language, query, found)
    gathered.write()
