"""Languages as BMEcat writes them (three letters, ISO 639-2, in both spellings) and as the catalog does (BCP 47). Pure."""

TAGS = {
    "ara": "ar", "bul": "bg", "cat": "ca", "ces": "cs", "chi": "zh-Hans", "cze": "cs", "dan": "da", "deu": "de", "dut": "nl", "ell": "el",
    "eng": "en", "est": "et", "fin": "fi", "fra": "fr", "fre": "fr", "ger": "de", "gle": "ga", "gre": "el", "heb": "he", "hrv": "hr",
    "hun": "hu", "isl": "is", "ita": "it", "jpn": "ja", "kor": "ko", "lav": "lv", "lit": "lt", "mlt": "mt", "nld": "nl", "nob": "nb",
    "nor": "no", "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl", "spa": "es",
    "srp": "sr", "swe": "sv", "tha": "th", "tur": "tr", "ukr": "uk", "vie": "vi", "zho": "zh-Hans",
}  # fmt: skip
CODES = {tag: code for code, tag in TAGS.items() if code not in ("cze", "dut", "fre", "ger", "gre", "rum", "slo", "zho")}


def tag_of(code: str) -> str:
    """ "deu" and "ger" → "de"; a code that is not known stays as it is."""
    return TAGS.get(code.strip().lower(), code.strip().lower())


def code_of(tag: str) -> str:
    """ "de" → "deu"; empty for a language that BMEcat has no code for here. Of the spellings it writes the one the 1.2 schema knows."""
    return CODES.get(tag, "")
