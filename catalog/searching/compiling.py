"""Rules as they are kept become rules that an engine follows. Pure."""

from collections.abc import Iterable

from catalog.search.rules import SearchRules, SynonymLine
from catalog.searching.shapes import EVERYWHERE, ONE_WAY, PIN, REDIRECT, STOP_WORD, SYNONYM, Rule


def compiled(language: str, market_code: str, rules: Iterable[Rule]) -> SearchRules:
    """The rules of a language that hold in a market. A market's own pin or redirect goes before the one for everywhere.

    Queries that stop words make the same are one query: then the first rule by its words counts.
    """
    known = sorted((rule for rule in rules if rule.market_code in (EVERYWHERE, market_code)), key=lambda rule: rule.group)
    own_first = sorted(known, key=lambda rule: rule.market_code == EVERYWHERE)
    plain = SearchRules(language, stop_words=frozenset(word for rule in known if rule.kind == STOP_WORD for word in rule.words))
    pinned = [(plain.query_key(rule.words[0]), rule.products) for rule in own_first if rule.kind == PIN]
    leading = [(plain.query_key(rule.words[0]), rule.address) for rule in own_first if rule.kind == REDIRECT]
    return SearchRules(
        language,
        tuple(SynonymLine(rule.words, rule.means) for rule in known if rule.kind in (SYNONYM, ONE_WAY)),
        plain.stop_words,
        dict(reversed(pinned)),
        dict(reversed(leading)),
    )
