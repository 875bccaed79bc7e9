"""Other words for the same thing that every shop may take for granted, per language: lower case, one line a thing.

Only words that stand for each other in any shop; what is particular to a trade belongs to the shop's own words.
"""

from functools import lru_cache

_SAME: dict[str, tuple[str, ...]] = {
    "en": (
        "laptop notebook",
        "hdd harddisk harddrive",
        "television tv",
        "cellphone smartphone",
        "bike bicycle cycle",
        "ebike pedelec",
        "tyre tire",
        "colour color",
        "grey gray",
        "fibre fiber",
        "aluminium aluminum",
        "jewellery jewelry",
        "sofa couch",
        "fridge refrigerator",
        "wifi wlan wireless",
        "earphone headphone",
        "flashlight torch",
        "spanner wrench",
        "trousers pants",
        "pram stroller",
        "nappy diaper",
        "hoover vacuum",
    ),
    "de": (
        "fahrrad rad bike velo",
        "elektrofahrrad ebike pedelec elektrorad",
        "notebook laptop",
        "fernseher tv",
        "handy smartphone",
        "sofa couch",
        "schraubenzieher schraubendreher",
        "wlan wifi",
        "kopfhörer headphone",
        "akku batterie",
        "licht leuchte lampe",
        "reifen mantel",
    ),
}


@lru_cache(maxsize=64)
def _by_word(language: str) -> dict[str, tuple[str, ...]]:
    lines = [line.split() for line in _SAME.get(language, ())]
    return {word: tuple(other for other in line if other != word) for line in lines for word in line}


@lru_cache(maxsize=4096)
def synonyms(word: str, language: str) -> tuple[str, ...]:
    """Other words for this one (lower case, as written or its stem's usual form); none for most."""
    known = _by_word(language)
    return known.get(word) or known.get(word.removesuffix("s")) or ()


def all_synonyms(language: str) -> dict[str, tuple[str, ...]]:
    """Every word of a base language that has others, for engines that are told beforehand."""
    return dict(_by_word(language))
