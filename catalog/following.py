"""How a partner follows a brand's changes, by rules: what its shop shows of a product whose content has moved. Pure.

For each field the partner says once what is to happen:
- take: in the shop at once, nothing to look at;
- tell: in the shop at once, and listed until it was seen (where nothing is said);
- hold: the shop goes on showing what it showed until the partner takes it; listed;
- refuse: the shop goes on showing what it showed, and nothing is listed.
Prices, variants and everything else follow the brand: they are taken or told. Products newly added may be held (listed, not
sold) or refused (not sold).

Rules hold when a page is read, so nothing is written for a publication and nothing shows for a moment what was to be held.
Each remembers the version it was made at: `hold` shows a product as it was when the partner last looked, at the earliest as
of then; `refuse` as of then. What was decided by hand for one product stands before the rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from catalog.payload import Payload

Do = Literal["take", "tell", "hold", "refuse"]
DOES: tuple[Do, ...] = ("take", "tell", "hold", "refuse")
# what the shop may go on showing, and the parts of the payload it is made of
CONTENT: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "text": ("summary", "text"),
    "pictures": ("pictures",),
    "attributes": ("attributes",),
}
ALLOWED: Mapping[str, tuple[Do, ...]] = {
    **dict.fromkeys(CONTENT, DOES),
    "prices": ("take", "tell"),
    "other": ("take", "tell"),
    "added": DOES,
    "removed": ("take", "tell"),
}
FIELDS = tuple(ALLOWED)


@dataclass(frozen=True)
class Following:
    """How one agreement is followed. `seen`: the version up to which the partner has looked; `rules` (field, do, since)."""

    seen: int = 0
    rules: tuple[tuple[str, Do, int], ...] = ()

    def does(self, name: str) -> Do:
        """What happens to changes of this field."""
        return next((do for told, do, _since in self.rules if told == name), "tell")

    @property
    def listed(self) -> list[str]:
        """The fields whose changes the partner wants to look at."""
        return [name for name in FIELDS if self.does(name) in ("tell", "hold")]

    @property
    def holds_content(self) -> bool:
        """May a page show something else than the brand's newest?"""
        return any(do in ("hold", "refuse") and name in CONTENT for name, do, _since in self.rules)


@dataclass(frozen=True)
class Decided:
    """What was decided by hand for one product: `seen` version, `held` {field: version shown}, fields still `waiting`."""

    seen: int = 0
    held: Mapping[str, int] = field(default_factory=dict)
    waiting: tuple[str, ...] = ()


NO_RULES = Following()
UNDECIDED = Decided()


def following(seen: int | None, rules: Mapping[str, Mapping[str, Any]] | None) -> Following:
    """From the columns of an adoption."""
    told = ((name, rule["do"], int(rule["since"])) for name, rule in sorted((rules or {}).items()))
    return Following(seen or 0, tuple(told))


def shown_version(how: Following, decided: Decided, name: str) -> int | None:
    """The version of this field that the shop shows; None: the newest."""
    if name in decided.held:
        return decided.held[name]
    for told, do, since in how.rules:
        if told == name and do == "hold":
            return max(since, how.seen, decided.seen)
        if told == name and do == "refuse":
            return since
    return None


def held_versions(how: Following, decided: Decided, from_version: int) -> dict[str, int]:
    """{field: version} of the content that is shown as it was before the row published with `from_version`."""
    if not decided.held and not how.rules:
        return {}
    found = {name: shown_version(how, decided, name) for name in CONTENT}
    return {name: version for name, version in found.items() if version is not None and version < from_version}


def as_shown(payload: Payload, old: Mapping[str, Payload]) -> Payload:
    """The payload with each of these fields as an older payload has it; today's prices, variants and everything else."""
    kept = {part: told[part] for name, told in old.items() for part in CONTENT[name]}
    return payload | kept if kept else payload


def field_of(path: str, is_new: bool = False) -> str:
    """To which field a line of a difference belongs ("prices.EUR", "attributes.colour", "variants.BR-1.prices.EUR").
    A variant's own line ("variants.BR-1") is about its name, or `is_new`: about its coming and going."""
    head, _dot, rest = path.partition(".")
    if head == "variants":
        return "prices" if ".prices." in rest else "other" if is_new else "name"
    if head == "summary":
        return "text"
    return head if head in ALLOWED else "other"
