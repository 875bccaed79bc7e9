"""JSON: classification systems and their classes, under /api/v1. A product's own classes are part of the product."""

from uuid import UUID

from pydantic import BaseModel, Field

from catalog import classification
from catalog.attribute_values import BadValue
from catalog.checking import LANGUAGE, Problems
from catalog.classification import SystemLine
from catalog.models import ProductClass
from catalog.shapes import Strict
from kernel.errors import NotThere
from kernel.i18n import gettext as _
from kernel.web.access import scope
from kernel.web.routes import Entry, api
from kernel.web.visit import Visit

MOST_CLASSES = 5000


class SystemIn(Strict):
    """A system in one version: ETIM 9.0 is named "ETIM-9.0" by products."""

    code: str = Field(max_length=40)
    version: str = Field(default="", max_length=20)
    name: str = Field(default="", max_length=120)


class SystemOut(BaseModel):
    """A system with how many classes its list has, and how many products are in one of them."""

    id: UUID
    key: str
    code: str
    version: str
    name: str
    classes: int
    products: int


class SystemsOut(BaseModel):
    """All systems by key."""

    items: list[SystemOut]


class ClassIn(Strict):
    """A class; names by language tag."""

    code: str = Field(max_length=60)
    names: dict[str, str] = Field(min_length=1, max_length=100)
    parent: str = Field(default="", max_length=60)


class ClassesIn(Strict):
    """Classes to be added or renamed."""

    classes: list[ClassIn] = Field(min_length=1, max_length=MOST_CLASSES)


class ClassOut(BaseModel):
    """A class of a system; `parent` is empty at the top."""

    code: str
    names: dict[str, str]
    parent: str


class ClassesOut(BaseModel):
    """The first classes that fit, by code."""

    items: list[ClassOut]


class ClassesQuery(Strict):
    """The beginning of a code, or a part of a name."""

    q: str = Field(min_length=1, max_length=100)


def list_systems(visit: Visit) -> SystemsOut:
    """All classification systems."""
    return SystemsOut(items=[_system(line) for line in classification.system_lines(visit.session, visit.actor)])


def make_system(visit: Visit) -> SystemOut:
    """A new system, without classes yet."""
    given: SystemIn = visit.form
    made = classification.make_system(visit.session, visit.actor, given.code, given.version, given.name)
    return _system(SystemLine(made, 0, 0))


def find_classes(visit: Visit) -> ClassesOut:
    """Classes by code or name."""
    found = classification.find_classes(visit.session, visit.actor, visit.id(), visit.filter.q)
    return ClassesOut(items=[_class(one) for one in found])


def put_classes(visit: Visit) -> SystemOut:
    """Adds classes or renames them; names in other languages stay."""
    given: ClassesIn = visit.form
    problems = Problems()
    rows = []
    for n, one in enumerate(given.classes):
        try:
            parent = classification.check_class_code(one.parent) if one.parent else ""
            rows.append((classification.check_class_code(one.code), one.names, parent))
        except BadValue as error:
            problems.add(f"classes.{n}.code", str(error))
        for tag in one.names:
            if not LANGUAGE.fullmatch(tag):
                problems.add(f"classes.{n}.names", _("“%(tag)s” is not a language tag.") % {"tag": tag[:20]})
    problems.settle()
    classification.put_classes(visit.session, visit.actor, visit.id(), rows)
    found = next((line for line in classification.system_lines(visit.session, visit.actor) if line.system.id == visit.id()), None)
    if found is None:
        raise NotThere
    return _system(found)


def _system(line: SystemLine) -> SystemOut:
    s = line.system
    return SystemOut(id=s.id, key=s.key, code=s.code, version=s.version, name=s.name, classes=line.classes, products=line.products)


def _class(one: ProductClass) -> ClassOut:
    return ClassOut(code=one.code, names=one.names, parent=one.parent_code)


SEE, EDIT, IMPORT = scope("catalog.view"), scope("catalog.edit"), scope("catalog.import")

ROUTES: list[Entry] = [
    api("GET", "/class-systems", list_systems, access=SEE, reply=SystemsOut),
    api("POST", "/class-systems", make_system, access=EDIT, body=SystemIn, reply=SystemOut, status=201, creates=True),
    api("GET", "/class-systems/{id}/classes", find_classes, access=SEE, query=ClassesQuery, reply=ClassesOut),
    api("PUT", "/class-systems/{id}/classes", put_classes, access=IMPORT, body=ClassesIn, reply=SystemOut),
]
