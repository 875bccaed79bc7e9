"""What Meilisearch's answers say: which documents, in which order, and which of their words were meant. Pure.

Meilisearch tells no corrected text; it marks in the first hits what matched. A typed word that stands in none of them as it
was typed, though a word one or two letters away was marked, was misspelt.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.search import spelling
from catalog.search.meili.queries import CLOSE, OPEN
from catalog.search.texts import Word, fold, term_of

MOST_EDITS = 2
LONG = 8
_MARKED = re.compile(f"[\\w{OPEN}{CLOSE}]+")


def marked_words(hit: dict[str, Any]) -> list[str]:
    """The whole words, in lower case, in which something was marked."""
    texts: list[str] = []
    for told in (hit.get("_formatted") or {}).values():
        texts += map(str, told if isinstance(told, list) else [told])
    found = (word for text in texts for word in _MARKED.findall(text) if OPEN in word)
    return [word.replace(OPEN, "").replace(CLOSE, "").lower() for word in found]


def corrected(text: str, words: Sequence[Word], marked: Iterable[str], language: str) -> str | None:
    """The text with its misspelt words replaced by the commonest marked neighbour; None where nothing was misspelt."""
    right = _spelt_right(text, words, _Marked.of(marked, language), language)
    return right if right != text else None


def completed(text: str, words: Sequence[Word], marked: Iterable[str], language: str, most: int) -> list[str]:
    """The text with its last word completed, or spelt right, by what was marked, commonest first; earlier words are corrected."""
    seen = _Marked.of(marked, language)
    last = words[-1]
    endings = [shown for shown, _ in seen.counts.most_common() if seen.keys[shown].startswith(last.key)]
    if not endings and (right := _replacement(last, seen, language)):
        endings = [right]
    begun = _spelt_right(text.rpartition(last.shown)[0], words[:-1], seen, language)
    return [begun + ending for ending in dict.fromkeys(endings)][:most]


@dataclass(frozen=True)
class _Marked:
    """Marked words: how often each, and how each is compared."""

    counts: Counter[str]
    keys: dict[str, str]

    @classmethod
    def of(cls, marked: Iterable[str], language: str) -> "_Marked":
        counts = Counter(marked)
        return cls(counts, {shown: fold(shown, language) for shown in counts})


def _spelt_right(text: str, words: Sequence[Word], seen: _Marked, language: str) -> str:
    for word in words:
        if right := _replacement(word, seen, language):
            text = re.sub(rf"(?<!\w){re.escape(word.shown)}(?!\w)", right, text, count=1)
    return text


def _replacement(word: Word, seen: _Marked, language: str) -> str | None:
    if not spelling.can_be_corrected(word.key):
        return None
    if any(key.startswith(word.key) or term_of(shown, language) == word.term for shown, key in seen.keys.items()):
        return None
    allowed = MOST_EDITS if len(word.key) > LONG else 1
    near = [(edits, -seen.counts[shown], shown) for shown, key in seen.keys.items() if (edits := distance(word.key, key)) <= allowed]
    return min(near)[2] if near else None


def distance(one: str, other: str) -> int:
    """Edits between two words (insert, delete, replace, swap of neighbours); more than MOST_EDITS is told as MOST_EDITS + 1."""
    if abs(len(one) - len(other)) > MOST_EDITS:
        return MOST_EDITS + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row = row, [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = last
    return min(row[-1], MOST_EDITS + 1)
