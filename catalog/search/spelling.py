"""Neighbours of a misspelt word by symmetric deletes (SymSpell, Garbe 2012), distance one.

Two words that differ by one edit (insert, delete, replace, swap of neighbours) share a form in which at most one
letter is left out. The index keeps numbers of all such forms; a look-up takes the query's forms, and
`is_neighbour` throws out what only looked alike. Words with digits and short words are never corrected.
"""

import zlib

SHORTEST = 3
LONGEST = 24
BUCKETS = 4096


def can_be_corrected(key: str) -> bool:
    """Model numbers and short words are taken as they are typed."""
    return SHORTEST <= len(key) <= LONGEST and key.isalpha()


def is_kept(key: str) -> bool:
    """May this word of the index be somebody's correction?"""
    return SHORTEST <= len(key) <= LONGEST + 1 and key.isalpha()


def forms(key: str) -> set[int]:
    """Numbers (signed, 32 bits) of the word and of the word with each one letter left out."""
    left = {key, *(key[:i] + key[i + 1 :] for i in range(len(key)))}
    return {zlib.crc32(form.encode()) - 2**31 for form in left}


def bucket(form: int) -> int:
    """Which row of the table keeps this form."""
    return form % BUCKETS


def is_neighbour(typed: str, word: str) -> bool:
    """At most one edit apart (optimal string alignment: insert, delete, replace, swap of neighbours)."""
    if typed == word:
        return True
    short, long = sorted((typed, word), key=len)
    if len(long) - len(short) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    swapped = short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    return swapped or short[start + 1 :] == long[start + 1 :]
