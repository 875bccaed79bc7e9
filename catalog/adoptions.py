"""How a partner follows a brand: its rules for the brand's changes, and what became of each publication by them.

Rules are read with every page (following.py). The worker writes down what they did with a publication, one row per
agreement, and keeps out of the shop what was newly added where the partner wants to look at it first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.agreements import agreement_for
from catalog.brand_changes import adoption_of, lines_by_field
from catalog.changes import Kind
from catalog.checking import check_seen
from catalog.differences import in_force
from catalog.following import ALLOWED, DOES, FIELDS, Do, following
from catalog.models import Adoption, FollowedPublication, Overlay, PublishedProduct
from catalog.payload import Payload
from catalog.selections import Selection
from kernel import audit, stamps, tenancy
from kernel.actors import Actor
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _

BATCH = 500
MOST_SKUS = 20
# what counts as one thing that happened, the strongest first
OUTCOMES = ("refuse", "hold", "tell", "take")


@dataclass(frozen=True)
class Moved:
    """A product that a publication moved. `page`: what its newest payload says of where it belongs; `fields` that read
    differently, none for products added or removed."""

    page: Mapping[str, Any]
    kind: Kind
    fields: tuple[str, ...] = ()


def set_rules(session: Session, actor: Actor, agreement_id: UUID, rules: Mapping[str, str], seen: int | None = None) -> Adoption:
    """What is to happen with changes, field by field; fields that are not named stay as they were. A rule that is new
    holds from the brand's current version on: what the shop shows now, it goes on showing.

    Raises Invalid for fields and words that there are not, Conflict for rules that somebody has changed meanwhile.
    """
    agreement, source = in_force(session, actor, agreement_id)
    for name, do in rules.items():
        if do not in ALLOWED.get(name, ()):
            raise Invalid.at(f"rules.{name}"[:60], _("Please choose from the list."))
    adoption = locked_adoption(session, agreement.id)
    check_seen(adoption.edit_version, seen)
    before = told_rules(adoption)
    kept = {name: dict(rule) for name, rule in adoption.rules.items()}
    for name, do in rules.items():
        if before[name] != do:
            kept[name] = {"do": do, "since": source.version}
    adoption.rules = {name: rule for name, rule in kept.items() if rule["do"] != "tell"}
    adoption.edit_version += 1
    session.flush()
    after = told_rules(adoption)
    changed = [name for name in FIELDS if before[name] != after[name]]
    told = [{name: rules_of[name] for name in changed} for rules_of in (before, after)]
    audit.record(session, actor, "following.ruled", "agreement", agreement.id, before=told[0], after=told[1])
    stamps.bump(session)
    return adoption


def told_rules(adoption: Adoption | None) -> dict[str, Do]:
    """{field: what happens to its changes}, for every field."""
    how = following(adoption.seen_version, adoption.rules) if adoption else following(0, {})
    return {name: how.does(name) for name in FIELDS}


def rules_for(session: Session, actor: Actor, agreement_id: UUID) -> Adoption:
    """How this partner follows the agreement. Raises NotThere where it has not been accepted."""
    agreement = agreement_for(session, actor, agreement_id, "partner")
    found = adoption_of(session, agreement.id)
    if found is None:
        raise NotThere
    return found


def locked_adoption(session: Session, agreement_id: UUID) -> Adoption:
    """The same, to be changed."""
    mine = (Adoption.tenant_id == tenancy.current(), Adoption.agreement_id == agreement_id)
    found = session.scalar(select(Adoption).where(*mine).with_for_update())
    if found is None:
        raise NotThere
    return found


def list_followed(session: Session, actor: Actor, agreement_id: UUID, most: int = 30) -> list[FollowedPublication]:
    """What the rules did with the brand's newest publications, newest first."""
    agreement = agreement_for(session, actor, agreement_id, "partner")
    mine = (FollowedPublication.tenant_id == tenancy.current(), FollowedPublication.agreement_id == agreement.id)
    return list(session.scalars(select(FollowedPublication).where(*mine).order_by(FollowedPublication.version.desc()).limit(most)))


def read_moved(session: Session, market_code: str, language: str, version: int) -> list[Moved]:
    """What a publication of the entered brand moved, product by product."""
    here = (PublishedProduct.tenant_id == tenancy.current(), PublishedProduct.market_code == market_code)
    place = (*here, PublishedProduct.language == language, PublishedProduct.parent_id.is_(None))
    columns = select(PublishedProduct.product_id, PublishedProduct.payload)
    old = columns.where(*place, PublishedProduct.to_version == version)
    new = columns.where(*place, PublishedProduct.from_version == version)
    before = {row.product_id: row.payload for row in session.execute(old)}
    found = []
    for row in session.execute(new.execution_options(yield_per=BATCH)):
        was = before.pop(row.product_id, None)
        fields = tuple(sorted({name for name, _line in lines_by_field(was, row.payload)})) if was else ()
        if not was or fields:
            found.append(Moved(_page(row.payload), "changed" if was else "added", fields))
    return [*found, *(Moved(_page(payload), "removed") for payload in before.values())]


def _page(payload: Payload) -> Mapping[str, Any]:
    return {name: payload.get(name, ()) for name in ("id", "sku", "brand", "category_ids", "attributes", "axes")}


def follow(
    session: Session, agreement_id: UUID, source_tenant_id: UUID, scope: Selection, language: str, version: int, moved: Iterable[Moved]
) -> FollowedPublication | None:
    """Writes down, in the entered partner, what its rules do with a publication; newly added products that it holds or
    refuses leave the shop. None where it has no rules, nothing touched it, or it was written down before."""
    adoption = adoption_of(session, agreement_id)
    if adoption is None or not adoption.rules:
        return None
    rules = told_rules(adoption)
    mine = [told for told in moved if scope.covers(told.page)]
    if not mine:
        return None
    counts, fields = _counted(mine, rules)
    row = insert(FollowedPublication).values(
        tenant_id=tenancy.current(), agreement_id=agreement_id, source_tenant_id=source_tenant_id, language=language, version=version,
        counts=counts, fields=fields, skus=[told.page["sku"] for told in mine[:MOST_SKUS]],
    )  # fmt: skip
    unique = ["tenant_id", "agreement_id", "language", "version"]
    made: FollowedPublication | None = session.scalar(row.on_conflict_do_nothing(index_elements=unique).returning(FollowedPublication))
    if made is None:
        return None
    if rules["added"] in ("hold", "refuse"):
        added = [UUID(told.page["id"]) for told in mine if told.kind == "added"]
        _keep_out(session, agreement_id, source_tenant_id, added, ["added"] if rules["added"] == "hold" else [])
    return made


def _counted(moved: Sequence[Moved], rules: Mapping[str, Do]) -> tuple[dict[str, int], dict[str, int]]:
    """How many products each outcome touched (a product with a field held counts as held, whatever else moved), and how
    often each field moved."""
    counts, fields = Counter[str](), Counter[str]()
    for told in moved:
        names = told.fields or (told.kind,)
        fields.update(names)
        done = {rules[name] for name in names}
        counts[next(outcome for outcome in OUTCOMES if outcome in done)] += 1
    return dict(counts), dict(fields)


def _keep_out(session: Session, agreement_id: UUID, source_tenant_id: UUID, product_ids: Sequence[UUID], waiting: list[str]) -> None:
    for start in range(0, len(product_ids), BATCH):
        rows = [
            {
                "tenant_id": tenancy.current(),
                "agreement_id": agreement_id,
                "source_tenant_id": source_tenant_id,
                "product_id": product_id,
                "hidden": True,
                "waiting": waiting,
            }
            for product_id in sorted(product_ids[start : start + BATCH])
        ]
        laid = {"hidden": True, "waiting": waiting, "edit_version": Overlay.edit_version + 1, "updated_at": func.now()}
        where = ["tenant_id", "source_tenant_id", "product_id"]
        session.execute(insert(Overlay).values(rows).on_conflict_do_update(index_elements=where, set_=laid))


__all__ = ["DOES", "Moved", "follow", "list_followed", "locked_adoption", "read_moved", "rules_for", "set_rules", "told_rules"]
