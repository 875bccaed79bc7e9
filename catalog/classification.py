"""Classification beside the shop's tree: code systems with their versions, lists of classes, and which class a product is in.

A system is named by its key: "ETIM-6.0", "UNSPSC-11", "google". Where its list of classes is there, a product's code must be in it;
a system without a list takes any code of a usable form, so that a catalog may be imported before the list is. Lists come as files
(class_lists.py).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.attribute_values import BadValue
from catalog.checking import Problems
from catalog.models import ClassSystem, Product, ProductClass
from kernel import audit, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id

SYSTEM_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.]{0,39}", re.ASCII)
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_. ]{0,18}|", re.ASCII)
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_. -]{0,59}", re.ASCII)
CLASS_CODE = re.compile(r"[^\s\x00-\x1f](?:[^\x00-\x1f]{0,58}[^\s\x00-\x1f])?")
MOST_SYSTEMS = 50
MOST_FOUND = 20


@dataclass(frozen=True)
class SystemLine:
    """A system with how many classes its list has and how many products are in one of them."""

    system: ClassSystem
    classes: int
    products: int


def key_of(code: str, version: str) -> str:
    """How a system in a version is named."""
    return f"{code}-{version}" if version else code


def make_system(session: Session, actor: Actor, code: str, version: str = "", name: str = "") -> ClassSystem:
    """A new system. Raises Invalid for a code or version that cannot be, or one that is there."""
    actor.must("catalog.edit")
    code, version, name = code.strip(), version.strip(), " ".join(name.split())[:120]
    problems = Problems()
    if not SYSTEM_CODE.fullmatch(code):
        problems.add("code", _("Please use letters, digits, dots and underscores (at most 40)."))
    if not VERSION.fullmatch(version):
        problems.add("version", _("A version has up to 19 letters, digits and dots."))
    if len(list_systems(session, actor)) >= MOST_SYSTEMS:
        problems.add("code", _("There are at most %(count)s systems.") % {"count": MOST_SYSTEMS}, "too_many")
    problems.settle()
    if session.scalar(_systems().where(ClassSystem.key == key_of(code, version))):
        raise Invalid.at("code", _("This system is there already."), "taken")
    made = ClassSystem(tenant_id=tenancy.current(), id=new_id(), key=key_of(code, version), code=code, version=version, name=name or code)
    session.add(made)
    session.flush()
    audit.record(session, actor, "class_system.made", "class_system", made.id, after={"key": made.key, "name": made.name})
    return made


def remove_system(session: Session, actor: Actor, system_id: UUID) -> None:
    """Takes a system away with its list. Raises NotThere, Conflict while a product is in one of its classes."""
    actor.must("catalog.edit")
    system = system_for(session, actor, system_id, lock=True)
    if session.scalar(select(Product.id).where(Product.tenant_id == tenancy.current(), Product.classes.has_key(system.key)).limit(1)):
        raise Conflict("Products are in classes of this system. Take them out first.", code="in_use")
    session.delete(system)
    session.flush()
    audit.record(session, actor, "class_system.removed", "class_system", system.id, before={"key": system.key})


def system_for(session: Session, actor: Actor, system_id: UUID, lock: bool = False) -> ClassSystem:
    """The tenant's system. Raises NotThere."""
    actor.must("catalog.view")
    query = _systems().where(ClassSystem.id == system_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


def list_systems(session: Session, actor: Actor) -> list[ClassSystem]:
    """All systems by key."""
    actor.must("catalog.view")
    return list(session.scalars(_systems().order_by(ClassSystem.key)))


def system_lines(session: Session, actor: Actor) -> list[SystemLine]:
    """All systems by key, counted."""
    systems, here = list_systems(session, actor), tenancy.current()
    listed = select(ProductClass.system_id, func.count()).where(ProductClass.tenant_id == here).group_by(ProductClass.system_id)
    classes = {row[0]: row[1] for row in session.execute(listed)}
    key = func.jsonb_object_keys(Product.classes).label("key")
    used = select(key).where(Product.tenant_id == here, Product.classes != {}).subquery()
    products = {row[0]: row[1] for row in session.execute(select(used.c.key, func.count()).group_by(used.c.key))}
    return [SystemLine(s, classes.get(s.id, 0), products.get(s.key, 0)) for s in systems]


def find_classes(session: Session, actor: Actor, system_id: UUID, words: str) -> list[ProductClass]:
    """Classes whose code begins with the words or whose name holds them, by code."""
    system = system_for(session, actor, system_id)
    if not (words := words.strip()[:100]):
        return []
    pattern = words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    fits = or_(ProductClass.code.ilike(f"{pattern}%"), ProductClass.names.op("::text ILIKE")(f"%{pattern}%"))
    mine = select(ProductClass).where(ProductClass.tenant_id == tenancy.current(), ProductClass.system_id == system.id, fits)
    return list(session.scalars(mine.order_by(ProductClass.code).limit(MOST_FOUND)))


def names_of(session: Session, classes: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The names of a product's classes by the key of their system; those that no list has are left out."""
    if not classes:
        return {}
    joined = select(ClassSystem.key, ProductClass.code, ProductClass.names).where(
        ClassSystem.tenant_id == tenancy.current(),
        ProductClass.tenant_id == ClassSystem.tenant_id,
        ProductClass.system_id == ClassSystem.id,
    )
    asked = joined.where(ClassSystem.key.in_(list(classes)), ProductClass.code.in_(list(classes.values())))
    return {key: names for key, code, names in session.execute(asked) if classes.get(key) == code}


def check_class_code(raw: object) -> str:
    """A code by its form: 1 to 60 characters. Raises BadValue."""
    code = str(raw).strip()
    if not CLASS_CODE.fullmatch(code):
        raise BadValue(_("The code of a class has 1 to 60 characters."))
    return code


def check_classes(session: Session, held: Mapping[str, str], wanted: Mapping[str, str], problems: Problems) -> dict[str, str]:
    """The held classes with those of the edit laid over them; an empty code takes a class away. Problems stand at `classes.<key>`."""
    merged = dict(held)
    told: list[tuple[str, str]] = []
    for key, raw in wanted.items():
        if not str(raw).strip():
            merged.pop(key, None)
        elif (code := problems.trying(f"classes.{key}", check_class_code, raw)) is not None:
            told.append((key, code))
    for (key, code), reason in unknown_codes(session, told).items():
        problems.add(f"classes.{key}", reason, "unknown_class")
        told.remove((key, code))
    return merged | dict(told)


def unknown_codes(session: Session, told: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Which of these (system, code) cannot be, and why: a system there is not, a code not in its list. At most three queries."""
    pairs = list(dict.fromkeys(told))
    if not pairs:
        return {}
    systems = {s.key: s.id for s in session.scalars(_systems().where(ClassSystem.key.in_([key for key, _code in pairs])))}
    here = ProductClass.tenant_id == tenancy.current()
    listed = set(session.scalars(select(ProductClass.system_id).where(here, ProductClass.system_id.in_(systems.values())).distinct()))
    codes = [code for _key, code in pairs]
    asked = select(ProductClass.system_id, ProductClass.code).where(
        here, ProductClass.system_id.in_(systems.values()), ProductClass.code.in_(codes)
    )
    known = {(row.system_id, row.code) for row in session.execute(asked)} if listed else set()
    wrong: dict[tuple[str, str], str] = {}
    for key, code in pairs:
        if key not in systems:
            wrong[key, code] = _("There is no classification called “%(key)s”.") % {"key": key[:60]}
        elif systems[key] in listed and (systems[key], code) not in known:
            wrong[key, code] = _("%(key)s has no class “%(code)s”.") % {"key": key, "code": code}
    return wrong


def systems_made(session: Session, keys: Iterable[str]) -> None:
    """Makes the systems of these keys that are missing, for imports; neither checks rights nor writes the trail."""
    missing = [key for key in dict.fromkeys(keys) if KEY.fullmatch(key)]
    rows = [{"tenant_id": tenancy.current(), "id": new_id(), "key": key, **_parts(key)} for key in missing]
    if rows:
        session.execute(insert(ClassSystem).values(rows).on_conflict_do_nothing())


def _parts(key: str) -> dict[str, str]:
    code, _hyphen, version = key.rpartition("-")
    is_versioned = bool(code) and len(version) <= 19 and any(c.isdigit() for c in version)
    return {"code": (code if is_versioned else key)[:40], "version": version if is_versioned else "", "name": key}


def put_classes(session: Session, actor: Actor, system_id: UUID, classes: Sequence[tuple[str, Mapping[str, str], str]]) -> int:
    """Adds classes (code, names, parent's code) or renames them; names of other languages stay. Returns how many there are now.

    Raises NotThere.
    """
    actor.must("catalog.import")
    system = system_for(session, actor, system_id, lock=True)
    for start in range(0, len(classes), 1000):
        rows = [
            {
                "tenant_id": tenancy.current(),
                "id": new_id(),
                "system_id": system.id,
                "code": code,
                "names": dict(names),
                "parent_code": parent,
            }
            for code, names, parent in classes[start : start + 1000]
        ]
        put = insert(ProductClass).values(rows)
        changes = {
            "names": ProductClass.names.op("||")(put.excluded.names),
            "parent_code": func.coalesce(func.nullif(put.excluded.parent_code, ""), ProductClass.parent_code),
            "updated_at": func.now(),
        }
        session.execute(put.on_conflict_do_update(index_elements=["tenant_id", "system_id", "code"], set_=changes))
    count = (
        session.scalar(select(func.count()).where(ProductClass.tenant_id == tenancy.current(), ProductClass.system_id == system.id)) or 0
    )
    audit.record(session, actor, "class_system.filled", "class_system", system.id, after={"key": system.key, "rows": len(classes)})
    return count


def _systems() -> Select[ClassSystem]:
    return select(ClassSystem).where(ClassSystem.tenant_id == tenancy.current())
