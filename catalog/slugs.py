"""Names for addresses: letters and digits with hyphens, made once and kept.

Letters of other scripts stay as they are (IRIs take them); accents of Latin letters are written out the way the
language does it where one rule is common (ä → ae), otherwise dropped.
"""

import re
import unicodedata

LONGEST = 120
WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "å": "a", "ł": "l", "đ": "d"})
BREAK = re.compile(r"[\W_]+")


def slug_of(*parts: str) -> str:
    """`slug_of("Bergrad Größe L", "BR-100")` → "bergrad-groesse-l-br-100"; "item" where nothing is left."""
    text = " ".join(part for part in parts if part).lower().translate(WRITTEN_OUT)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()  # ℠ has come apart into SM
    text = unicodedata.normalize("NFC", text)
    return BREAK.sub("-", text)[:LONGEST].strip("-") or "item"


def product_slug(name: str, sku: str) -> str:
    """Name and SKU, the name cut so that the SKU, which makes it unique, always stands whole."""
    tail = slug_of(sku)
    head = slug_of(name)[: LONGEST - len(tail) - 1].strip("-")
    return tail if head in ("", "item") else f"{head}-{tail}"
