"""Editing the category tree. A category's path is kept with it; moving a branch rewrites the paths below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from catalog.checking import LONGEST_NAME, Problems, check_code, check_seen, check_texts
from catalog.models import Category, Product
from kernel import audit, tenancy
from kernel.actors import Actor
from kernel.db.locks import wait_lock
from kernel.errors import Conflict, Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id

DEEPEST = 8


@dataclass(frozen=True)
class CategoryEdit:
    """What may be edited; None leaves a field as it is."""

    names: Mapping[str, str] | None = None
    position: int | None = None


def make_category(session: Session, actor: Actor, code: str, names: Mapping[str, str], parent_id: UUID | None = None) -> Category:
    """A new category below `parent_id`, or a root. Raises Invalid for a wrong or taken code."""
    actor.must("catalog.edit")
    wait_lock(session, "catalog.tree")
    problems = Problems()
    code = problems.trying("code", check_code, code) or ""
    kept = problems.trying("names", check_texts, names, LONGEST_NAME) or {}
    if code and session.scalar(_mine().where(Category.code == code)):
        problems.add("code", _("There is already a category with this code."), "taken")
    above = _path_of(session, parent_id)
    if len(above) >= DEEPEST:
        problems.add("parent_id", _("The tree is at most %(count)s levels deep.") % {"count": DEEPEST})
    problems.settle()
    category = Category(tenant_id=tenancy.current(), id=new_id(), code=code, names=kept, parent_id=parent_id, position=0)
    category.path = [*above, category.id]
    session.add(category)
    session.flush()
    audit.record(session, actor, "category.made", "category", category.id, after={"code": code, "names": kept})
    return category


def edit_category(session: Session, actor: Actor, category_id: UUID, edit: CategoryEdit, seen: int | None = None) -> Category:
    """Names and place among its siblings. Its products are published anew next time. Raises Invalid, Conflict, NotThere."""
    actor.must("catalog.edit")
    category = category_for(session, actor, category_id, lock=True)
    check_seen(category.edit_version, seen)
    before = {"names": category.names, "position": category.position}
    problems = Problems()
    names = category.names if edit.names is None else problems.trying("names", check_texts, edit.names, LONGEST_NAME)
    problems.settle()
    category.names = names or {}
    if edit.position is not None:
        category.position = edit.position
    category.edit_version += 1
    session.flush()
    if edit.names is not None:
        touch_products_below(session, [category.id])
    audit.record(
        session,
        actor,
        "category.edited",
        "category",
        category.id,
        before=before,
        after={"names": category.names, "position": category.position},
    )
    return category


def move_category(session: Session, actor: Actor, category_id: UUID, parent_id: UUID | None) -> Category:
    """Hangs a branch elsewhere. Raises Invalid where that is below itself or too deep."""
    actor.must("catalog.edit")
    wait_lock(session, "catalog.tree")
    category = category_for(session, actor, category_id, lock=True)
    above = _path_of(session, parent_id)
    if category.id in above:
        raise Invalid.at("parent_id", _("A category cannot lie below itself."))
    branch = list(session.scalars(_mine().where(Category.path.contains([category.id]))))
    depth = max(len(node.path) for node in branch) - len(category.path) + 1
    if len(above) + depth > DEEPEST:
        raise Invalid.at("parent_id", _("The tree is at most %(count)s levels deep.") % {"count": DEEPEST})
    cut = len(category.path) - 1
    before = {"parent_id": str(category.parent_id)}
    for node in branch:
        node.path = [*above, *node.path[cut:]]
        node.edit_version += 1
    category.parent_id = parent_id
    session.flush()
    touch_products_below(session, [category.id])
    audit.record(session, actor, "category.moved", "category", category.id, before=before, after={"parent_id": str(parent_id)})
    return category


def remove_category(session: Session, actor: Actor, category_id: UUID) -> None:
    """Takes away a category that holds nothing. Raises Conflict where there are products or categories in it."""
    actor.must("catalog.edit")
    wait_lock(session, "catalog.tree")
    category = category_for(session, actor, category_id, lock=True)
    below = session.scalar(select(func.count()).where(Category.tenant_id == tenancy.current(), Category.parent_id == category.id))
    filed = select(func.count()).where(Product.tenant_id == tenancy.current(), Product.category_ids.contains([category.id]))
    if below or session.scalar(filed):
        raise Conflict("There is still something in this category. Move it elsewhere first.", code="in_use")
    session.delete(category)
    audit.record(session, actor, "category.removed", "category", category_id, before={"code": category.code})


def category_for(session: Session, actor: Actor, category_id: UUID, lock: bool = False) -> Category:
    """The tenant's category. Raises NotThere."""
    actor.must("catalog.view")
    query = _mine().where(Category.id == category_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


def list_categories(session: Session, actor: Actor) -> list[Category]:
    """The whole tree, parents before children, siblings in their order."""
    actor.must("catalog.view")
    found = list(session.scalars(_mine().order_by(Category.position, Category.code)))
    rank = {category.id: n for n, category in enumerate(found)}
    return sorted(found, key=lambda c: [rank.get(step, 0) for step in c.path])


def touch_products_below(session: Session, category_ids: Sequence[UUID]) -> None:
    """Products in these categories or below are looked at by the next publication (the trigger moves their number)."""
    statement = """
        UPDATE catalog.product SET updated_at = now() WHERE tenant_id = :tenant AND category_ids && ARRAY(
            SELECT id FROM catalog.category WHERE tenant_id = :tenant AND path && CAST(:ids AS uuid[]))
    """
    session.execute(text(statement), {"tenant": tenancy.current(), "ids": list(category_ids)})


def _mine() -> Select[Category]:
    return select(Category).where(Category.tenant_id == tenancy.current())


def _path_of(session: Session, category_id: UUID | None) -> list[UUID]:
    if category_id is None:
        return []
    path = session.scalar(select(Category.path).where(Category.tenant_id == tenancy.current(), Category.id == category_id))
    if path is None:
        raise NotThere
    return list(path)
