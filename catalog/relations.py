"""What goes with a product: accessories, spare parts and, for what is phased out, its successors.

People name products by article number. Rules, the same for the desk, the API and imports:
- a product is never related to itself, nor to a variant or the parent of its own;
- at most MOST_RELATED of a kind;
- successors never lead back to where they began.

What is written here is seen in shops after the next publication. Published are ids; a shop shows those that it sells.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from catalog.list_prices import touch
from catalog.models import Product, ProductRelation
from catalog.models.relation import RELATION_KINDS
from catalog.products import product_for
from kernel import audit, tenancy
from kernel.actors import Actor
from kernel.db.locks import wait_lock
from kernel.errors import Conflict, Invalid, NotThere, Problem
from kernel.i18n import gettext as _

MOST_RELATED = 100
MOST_FOUND = 20
# how forms, files and the API call the three lists
LISTS = {"accessories": "accessory", "spare_parts": "spare_part", "successor": "successor"}
NAMES = {kind: name for name, kind in LISTS.items()}

Lists = dict[str, list[UUID]]  # kind: targets in their order

WRITE = text(
    """
    INSERT INTO catalog.product_relation AS r (tenant_id, id, product_id, kind, target_product_id, position)
    SELECT :tenant, gen_random_uuid(), n.product_id, n.kind, n.target, n.position
    FROM unnest(CAST(:products AS uuid[]), CAST(:kinds AS text[]), CAST(:targets AS uuid[]), CAST(:positions AS int[]))
        AS n (product_id, kind, target, position)
    ON CONFLICT (tenant_id, product_id, kind, target_product_id) DO UPDATE SET position = excluded.position, updated_at = now()
    """
)
CLEAR = text(
    """
    DELETE FROM catalog.product_relation r USING unnest(CAST(:of AS uuid[]), CAST(:of_kinds AS text[])) AS l (product_id, kind)
    WHERE r.tenant_id = :tenant AND r.product_id = l.product_id AND r.kind = l.kind AND NOT EXISTS (
        SELECT FROM unnest(CAST(:products AS uuid[]), CAST(:kinds AS text[]), CAST(:targets AS uuid[])) AS k (product_id, kind, target)
        WHERE k.product_id = r.product_id AND k.kind = r.kind AND k.target = r.target_product_id)
    """
)
BEYOND = text(
    """
    WITH RECURSIVE beyond AS (
        SELECT r.product_id, r.target_product_id FROM catalog.product_relation r
        WHERE r.tenant_id = :tenant AND r.kind = 'successor' AND r.product_id = ANY (CAST(:ids AS uuid[]))
        UNION
        SELECT r.product_id, r.target_product_id FROM catalog.product_relation r JOIN beyond b ON r.product_id = b.target_product_id
        WHERE r.tenant_id = :tenant AND r.kind = 'successor'
    )
    SELECT product_id, target_product_id FROM beyond
    """
)


@dataclass(frozen=True)
class Related:
    """A product that another one is related to, as the desk lists it. `names` by language."""

    kind: str
    product_id: UUID
    sku: str
    names: Mapping[str, str]
    status: str


def related_to(session: Session, actor: Actor, product_id: UUID) -> list[Related]:
    """Everything that goes with the product, by kind and position. One query; not those of its variants or parent."""
    actor.must("catalog.view")
    joined = _joined(ProductRelation.target_product_id).where(ProductRelation.product_id == product_id)
    rows = session.execute(joined.order_by(ProductRelation.kind, ProductRelation.position, Product.sku))
    return [Related(*row) for row in rows]


def replaced_by_it(session: Session, actor: Actor, product_id: UUID) -> list[Related]:
    """The products whose successor this one is, by article number: its predecessors."""
    actor.must("catalog.view")
    here = (ProductRelation.target_product_id == product_id, ProductRelation.kind == "successor")
    joined = _joined(ProductRelation.product_id).where(*here)
    return [Related(*row) for row in session.execute(joined.order_by(Product.sku).limit(MOST_RELATED))]


def relate(session: Session, actor: Actor, product_id: UUID, kind: str, skus: Sequence[str]) -> None:
    """Puts products behind those that are there already. Raises Invalid at `skus`, NotThere."""
    product, held = _held_for(session, actor, product_id, kind)
    problems: list[Problem] = []
    wanted = _named(session, product, kind, skus, "skus", problems)
    after = list(dict.fromkeys([*held.get(kind, []), *wanted]))
    _settle(session, actor, product, held, {kind: (after, "skus")}, problems)


def unrelate(session: Session, actor: Actor, product_id: UUID, kind: str, target_id: UUID) -> None:
    """Takes one product off the list. Raises NotThere where it is not on it."""
    product, held = _held_for(session, actor, product_id, kind)
    if target_id not in held.get(kind, []):
        raise NotThere
    _settle(session, actor, product, held, {kind: ([t for t in held[kind] if t != target_id], "")}, [])


def order_related(session: Session, actor: Actor, product_id: UUID, kind: str, target_ids: Sequence[UUID]) -> None:
    """Puts a list in this order. Raises Conflict where these are not the products on it, NotThere."""
    product, held = _held_for(session, actor, product_id, kind)
    if sorted(held.get(kind, [])) != sorted(target_ids):
        raise Conflict("The list has changed meanwhile. Please look at it again.", code="edited_meanwhile")
    _settle(session, actor, product, held, {kind: (list(target_ids), "")}, [])


def replace_related(session: Session, actor: Actor, product_id: UUID, lists: Mapping[str, Sequence[str]]) -> None:
    """Sets whole lists by article numbers: {"accessories": ["A-1", "A-2"]}; lists that are not named stay.

    Raises Invalid at the list's name with everything that is wrong, NotThere.
    """
    actor.must("catalog.edit")
    product = product_for(session, actor, product_id, lock=True)
    held = lists_of(session, [product.id]).get(product.id, {})
    problems: list[Problem] = []
    wanted = {LISTS[name]: (_named(session, product, LISTS[name], skus, name, problems), name) for name, skus in lists.items()}
    _settle(session, actor, product, held, wanted, problems)


def find_to_relate(session: Session, actor: Actor, product_id: UUID, words: str) -> list[Product]:
    """Products and variants to pick from: whose number begins with the words, or whose name holds them. Not the product itself."""
    actor.must("catalog.view")
    if not (words := words.strip()[:100]):
        return []
    pattern = words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    fits = or_(Product.sku.ilike(f"{pattern}%"), Product.names.op("::text ILIKE")(f"%{pattern}%"))
    mine = select(Product).where(Product.tenant_id == tenancy.current(), Product.id != product_id, fits)
    return list(session.scalars(mine.order_by(Product.sku).limit(MOST_FOUND)))


def lists_of(session: Session, product_ids: Sequence[UUID]) -> dict[UUID, Lists]:
    """The lists of several products; those without any are left out. One query."""
    columns = (ProductRelation.product_id, ProductRelation.kind, ProductRelation.target_product_id)
    mine = (ProductRelation.tenant_id == tenancy.current(), ProductRelation.product_id.in_(product_ids))
    found: dict[UUID, Lists] = {}
    for product_id, kind, target in session.execute(select(*columns).where(*mine).order_by(ProductRelation.kind, ProductRelation.position)):
        found.setdefault(product_id, {}).setdefault(kind, []).append(target)
    return found


def write_lists(session: Session, lists: Mapping[tuple[UUID, str], Sequence[UUID]]) -> None:
    """Sets the lists of these products and kinds in two statements. Neither checks nor authorises, and leaves `touched` alone."""
    if not lists:
        return
    rows = [(product_id, kind, t, n) for (product_id, kind), targets in lists.items() for n, t in enumerate(targets, 1)]
    told = {name: [row[n] for row in rows] for n, name in enumerate(("products", "kinds", "targets", "positions"))}
    whose = {"of": [product_id for product_id, _kind in lists], "of_kinds": [kind for _product, kind in lists]}
    session.execute(CLEAR, {"tenant": tenancy.current(), **whose, **{name: told[name] for name in ("products", "kinds", "targets")}})
    if rows:
        session.execute(WRITE, {"tenant": tenancy.current(), **told})


class Successors:
    """Which products come after which, as far as it can be reached from some: for telling circles."""

    def __init__(self, session: Session, ids: Iterable[UUID]) -> None:
        wait_lock(session, "catalog.successors")
        self._next: dict[UUID, set[UUID]] = {}
        for product_id, target in session.execute(BEYOND, {"tenant": tenancy.current(), "ids": list(ids)}):
            self._next.setdefault(product_id, set()).add(target)

    def lead_to(self, start: UUID, wanted: UUID) -> bool:
        """Does one come from `start` to `wanted`?"""
        seen, ahead = {start}, [start]
        while ahead:
            for found in self._next.get(ahead.pop(), set()) - seen:
                seen.add(found)
                ahead.append(found)
        return wanted in seen

    def put(self, product_id: UUID, targets: Iterable[UUID]) -> None:
        """From now on these come after the product."""
        self._next[product_id] = set(targets)


def family_of(row: Product | Row[UUID, UUID | None, str]) -> UUID:
    """The page a product is shown on: its parent's, where it is a variant."""
    found: UUID = row.parent_id or row.id
    return found


def no_such(sku: str) -> str:
    """Why an article number cannot be used."""
    return _("There is no product with the article number “%(sku)s”.") % {"sku": sku[:80]}


def is_itself(sku: str) -> str:
    """Why a product cannot be related to this one."""
    return _("“%(sku)s” is this product itself, or a variant of it.") % {"sku": sku[:80]}


def too_many() -> str:
    """Why a list cannot grow."""
    return _("A list holds at most %(count)s products.") % {"count": MOST_RELATED}


def leads_back() -> str:
    """Why something cannot be a successor."""
    return _("This product comes after the other one already. Successors must not lead back.")


def _joined(shown: ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> Select[str, UUID, str, dict[str, str], str]:
    mine = (ProductRelation.tenant_id == tenancy.current(), Product.tenant_id == ProductRelation.tenant_id, Product.id == shown)
    return select(ProductRelation.kind, Product.id, Product.sku, Product.names, Product.status).where(*mine)


def _held_for(session: Session, actor: Actor, product_id: UUID, kind: str) -> tuple[Product, Lists]:
    actor.must("catalog.edit")
    if kind not in RELATION_KINDS:
        raise NotThere
    product = product_for(session, actor, product_id, lock=True)
    return product, lists_of(session, [product.id]).get(product.id, {})


def _named(session: Session, product: Product, kind: str, skus: Sequence[str], where: str, problems: list[Problem]) -> list[UUID]:
    """The ids of these article numbers; what cannot be goes to `problems`."""
    wanted = list(dict.fromkeys(sku for raw in skus if (sku := raw.strip())))
    if len(wanted) > MOST_RELATED:
        problems.append(Problem(where, too_many(), "too_many"))
        return []
    columns = select(Product.id, Product.parent_id, Product.sku).where(Product.tenant_id == tenancy.current(), Product.sku.in_(wanted))
    known = {row.sku: row for row in session.execute(columns)}
    for sku in wanted:
        if sku not in known:
            problems.append(Problem(where, no_such(sku), "unknown_product"))
        elif family_of(known[sku]) == family_of(product):
            problems.append(Problem(where, is_itself(sku), "itself"))
    return [known[sku].id for sku in wanted if sku in known]


def _settle(
    session: Session, actor: Actor, product: Product, held: Lists, wanted: Mapping[str, tuple[list[UUID], str]], problems: list[Problem]
) -> None:
    for kind, (targets, where) in wanted.items():
        if len(targets) > MOST_RELATED:
            problems.append(Problem(where, too_many(), "too_many"))
        fresh = [t for t in targets if t not in held.get(kind, [])]
        if kind == "successor" and fresh:
            beyond = Successors(session, fresh)
            if any(beyond.lead_to(target, product.id) for target in fresh):
                problems.append(Problem(where, leads_back(), "leads_back"))
    if problems:
        raise Invalid(problems)
    changed = {kind: targets for kind, (targets, _where) in wanted.items() if targets != held.get(kind, [])}
    if not changed:
        return
    write_lists(session, {(product.id, kind): targets for kind, targets in changed.items()})
    touch(session, [product.id])
    before, after = _told(session, {kind: held.get(kind, []) for kind in changed}, changed)
    audit.record(session, actor, "product.related", "product", product.id, before=before, after=after)


def _told(session: Session, *lists: Mapping[str, Sequence[UUID]]) -> list[dict[str, list[str]]]:
    """The lists by article numbers, for the audit trail."""
    ids = {target for one in lists for targets in one.values() for target in targets}
    query = select(Product.id, Product.sku).where(Product.tenant_id == tenancy.current(), Product.id.in_(ids))
    skus = {row.id: row.sku for row in session.execute(query)}
    return [{NAMES[kind]: [skus[t] for t in targets] for kind, targets in one.items()} for one in lists]
