"""The draft of a language's rules comes into force at once; every version is kept, and the one before can be taken up again.

Publishing writes a version and moves the shop's stamp: pages and kept rules of before are never used again. Taking up an old
version writes it once more, as a new one, and leaves the draft alone. Permission: search.manage.
"""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models.search_rules import ShopSearchVersion
from catalog.searching import goods, reading
from catalog.searching.drafts import RIGHT
from catalog.searching.shapes import MOST, Rule
from kernel import audit, clock, stamps, tenancy
from kernel.actors import Actor
from kernel.db.locks import wait_lock
from kernel.errors import Conflict, NotThere
from kernel.i18n import mark

MOST_SHOWN = 20
LONGEST_NOTE = 300


def publish_rules(
    session: Session, actor: Actor, language: str, note: str = "", before: Decimal | None = None, after: Decimal | None = None
) -> ShopSearchVersion:
    """Puts the draft in force. `before` and `after` are what was measured of it. Conflict where nothing has changed."""
    current = _begin(session, actor, language)
    rules = reading.drafted(session, language)
    if rules == _rules_of(current):
        raise Conflict(mark("Nothing has changed since these rules were published."), code="unchanged")
    return _record(session, actor, language, current, rules, note, None, before, after)


def go_back(session: Session, actor: Actor, language: str, version: int) -> ShopSearchVersion:
    """Puts an old version in force again; version 0 stands for no rules at all. NotThere where there is none like it."""
    current = _begin(session, actor, language)
    if current is None or not 0 <= version < current.version:
        raise NotThere
    query = select(ShopSearchVersion).where(
        ShopSearchVersion.tenant_id == tenancy.current(), ShopSearchVersion.language == language, ShopSearchVersion.version == version
    )
    wanted = _rules_of(session.scalars(query).one() if version else None)
    if wanted == _rules_of(current):
        raise Conflict(mark("These rules are in force already."), code="unchanged")
    return _record(session, actor, language, current, wanted, "", version, None, None)


def list_versions(session: Session, actor: Actor, language: str) -> list[ShopSearchVersion]:
    """The newest versions first, at most MOST_SHOWN."""
    actor.must(RIGHT)
    query = select(ShopSearchVersion).where(ShopSearchVersion.tenant_id == tenancy.current(), ShopSearchVersion.language == language)
    return list(session.scalars(query.order_by(ShopSearchVersion.version.desc()).limit(MOST_SHOWN)))


def changes(session: Session, actor: Actor, language: str) -> tuple[list[Rule], list[Rule]]:
    """(added, removed): what publishing the draft would bring and take; a changed rule is both."""
    actor.must(RIGHT)
    draft, current = reading.drafted(session, language), reading.in_force(session, language)
    return [rule for rule in draft if rule not in current], [rule for rule in current if rule not in draft]


def _begin(session: Session, actor: Actor, language: str) -> ShopSearchVersion | None:
    actor.must(RIGHT)
    if language not in goods.languages_of(session):
        raise NotThere
    wait_lock(session, f"catalog.search_rules {language}")
    return reading.newest(session, language)


def _rules_of(version: ShopSearchVersion | None) -> list[Rule]:
    return [Rule.of_json(told) for told in version.rules] if version else []


def _record(
    session: Session,
    actor: Actor,
    language: str,
    current: ShopSearchVersion | None,
    rules: Sequence[Rule],
    note: str,
    back_to: int | None,
    before: Decimal | None,
    after: Decimal | None,
) -> ShopSearchVersion:
    row = ShopSearchVersion(
        tenant_id=tenancy.current(),
        language=language,
        version=current.version + 1 if current else 1,
        rules=[rule.as_json() for rule in rules],
        note=" ".join(note.split())[:LONGEST_NOTE],
        back_to=back_to,
        before=before,
        after=after,
        published_at=clock.now(),
        published_by=actor.as_json(),
    )
    session.add(row)
    session.flush()
    told = {"language": language, "version": row.version, "rules": _counted(rules)}
    if back_to is not None:
        told["back_to"] = back_to
    was = {"version": current.version if current else 0, "rules": _counted(_rules_of(current))}
    audit.record(session, actor, "search_rules.publish", "search_rules", language, was, told)
    stamps.bump(session)
    return row


def _counted(rules: Sequence[Rule]) -> dict[str, int]:
    return {kind: sum(rule.kind == kind for rule in rules) for kind in MOST}
