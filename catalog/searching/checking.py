"""What is wrong with a rule, field by field, and what makes it unique. Pure: nothing here knows the shop.

- words are compared as the index compares them; a synonym that is the same word twice, or its own meaning, says nothing
- a stop word is one word; Chinese ones have two signs, as the index cuts them
- a redirect leads to a path of the shop (kept without its place, so that it holds in every market) or to an https address, and
  never in a circle of searches
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from catalog.search.rules import LONGEST_PHRASE, SearchRules
from catalog.searching.shapes import (
    LONGEST_ADDRESS,
    LONGEST_WORDS,
    MOST_PINNED,
    MOST_WORDS,
    ONE_WAY,
    PIN,
    REDIRECT,
    STOP_WORD,
    SYNONYM,
    Rule,
)
from kernel.errors import Problem
from kernel.i18n import gettext as _

PLACE = re.compile(r"/[a-z]{2,3}(?:-[a-z]{4})?-[a-z0-9]{2,12}(?=/|$)")
NOT_OF_THE_SHOP = ("/desk", "/portal", "/api", "/media", "/theme", "/static")
HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
SEARCH = "/search"


def tidy(rule: Rule) -> Rule:
    """The rule without what nobody meant to type: outer and double blanks, words given twice, a path's place."""
    words, means = (tuple(dict.fromkeys(filter(None, (" ".join(word.split()) for word in told)))) for told in (rule.words, rule.means))
    products = tuple(dict.fromkeys(rule.products))
    address = rule.address.strip()
    if address.startswith("/"):
        address = PLACE.sub("", address, count=1) or "/"
    return Rule(rule.kind, words, means, products, address, rule.market_code)


def key_of(rule: Rule, language: str) -> str:
    """What makes the rule unique among those of its kind and market; "" where its words say nothing."""
    plain = SearchRules(language)
    if rule.kind in (PIN, REDIRECT):
        return plain.query_key(rule.words[0]) if rule.words else ""
    keys = sorted({" ".join(plain.terms_of(word)) for word in rule.words} - {""})
    means = sorted({" ".join(plain.terms_of(word)) for word in rule.means} - {""})
    return ", ".join(keys) + (" > " + ", ".join(means) if means else "")


def problems_of(rule: Rule, language: str) -> list[Problem]:
    """Everything that is wrong with the rule by itself."""
    found = [Problem(where, _("At most %(count)s words stand here.") % {"count": MOST_WORDS}, "too_many")
             for where in ("words", "means") if len(getattr(rule, where)) > MOST_WORDS]  # fmt: skip
    found += [
        Problem(where, _("“%(word)s” is too long.") % {"word": word[:40] + "…"}, "too_long")
        for where in ("words", "means")
        for word in getattr(rule, where)
        if len(word) > LONGEST_WORDS
    ]
    if not found:
        found = _wrong_by_kind(rule, language)
    return found


def _wrong_by_kind(rule: Rule, language: str) -> list[Problem]:
    if rule.kind in (SYNONYM, ONE_WAY):
        return _wrong_synonyms(rule, language)
    if rule.kind == STOP_WORD:
        return _wrong_stop_word(rule, language)
    if len(rule.words) != 1 or not key_of(rule, language):
        return [Problem("words", _("Please give the query, with at least one word that is not a small one."), "query")]
    if rule.kind == PIN:
        return _wrong_pin(rule)
    return [problem] if (problem := _wrong_address(rule)) else []


def _wrong_synonyms(rule: Rule, language: str) -> list[Problem]:
    plain = SearchRules(language)
    words, means = ([plain.terms_of(word) for word in told] for told in (rule.words, rule.means))
    found = []
    for where, told, terms in (("words", rule.words, words), ("means", rule.means, means)):
        for word, cut in zip(told, terms, strict=True):
            if not cut or len(cut) > LONGEST_PHRASE:
                reason = _("“%(word)s” is too long for a phrase.") if cut else _("There is no word in “%(word)s”.")
                found.append(Problem(where, reason % {"word": word}, "phrase"))
    if len(set(words)) < (1 if rule.kind == ONE_WAY else 2):
        found.append(Problem("words", _("Please give at least two different words."), "too_few"))
    if rule.kind == ONE_WAY and not means:
        found.append(Problem("means", _("Please fill this in."), "missing"))
    if rule.kind == ONE_WAY and set(words) & set(means):
        found.append(Problem("means", _("A word cannot stand for itself."), "itself"))
    return found


def _wrong_stop_word(rule: Rule, language: str) -> list[Problem]:
    terms = {term for word in rule.words for term in SearchRules(language).terms_of(word)}
    if len(rule.words) != 1 or len(terms) != 1:
        return [Problem("words", _("Please give one word."), "one_word")]
    return []


def _wrong_pin(rule: Rule) -> list[Problem]:
    if not rule.products:
        return [Problem("products", _("Please name at least one product."), "missing")]
    if len(rule.products) > MOST_PINNED:
        return [Problem("products", _("At most %(count)s products stand first.") % {"count": MOST_PINNED}, "too_many")]
    return []


def _wrong_address(rule: Rule) -> Problem | None:
    address = rule.address
    if not address:
        return Problem("address", _("Please fill this in."), "missing")
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or any(c in address for c in ' "<>\\^`{|}'):
        return Problem("address", _("This is not an address."), "address")
    if address.startswith("/"):
        path = urlsplit(address).path
        wrong = address.startswith("//") or ".." in path or path.lower().startswith(NOT_OF_THE_SHOP)
        return Problem("address", _("Please give a path of the shop, such as /c/locks."), "path") if wrong else None
    if not is_outside(address):
        return Problem("address", _("Please give a path of the shop, such as /c/locks, or an address with https://."), "address")
    return None


def is_outside(address: str) -> bool:
    """Is this a plain https address of a named host?"""
    try:
        parts = urlsplit(address)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and "@" not in parts.netloc and port is None and HOST.fullmatch(host) is not None


def leads_in_a_circle(start: str, redirects: Mapping[str, str], language: str) -> bool:
    """Does following the redirects {query key: address} from this query come back to a query that was there before?"""
    plain, seen, key = SearchRules(language), set[str](), start
    while key and key not in seen:
        seen.add(key)
        key = plain.query_key(_searched(redirects.get(key, "")))
    return bool(key)


def _searched(address: str) -> str:
    """The query that a path of the shop searches for; "" for any other address."""
    parts = urlsplit(address)
    return parse_qs(parts.query).get("q", [""])[0] if address.startswith("/") and parts.path.rstrip("/") == SEARCH else ""
