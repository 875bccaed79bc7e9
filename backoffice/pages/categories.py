"""The category tree: names in every language, place, and what lies where."""

from uuid import UUID

from pydantic import BaseModel, Field

from backoffice.labels import step_of
from catalog import categories
from catalog.categories import CategoryEdit
from catalog.models import Category
from kernel.errors import Invalid, Refused
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit


class CategoryForm(BaseModel):
    """A category as the desk asks for it."""

    code: str = Field(default="", max_length=200)
    parent: UUID | None = None
    names: dict[str, str] = Field(default_factory=dict)
    position: int = Field(default=0, ge=0, le=100_000)
    edit_version: int = 0


def show(visit: Visit) -> Answer:
    """The whole tree and the form for a new one."""
    return _page(visit, visit.fill(CategoryForm))


def make(visit: Visit) -> Answer:
    """Makes a category."""
    form: Form[CategoryForm] = visit.form
    try:
        given = form.given
        categories.make_category(visit.session, visit.actor, given.code, given.names, given.parent)
    except Invalid as refused:
        return _page(visit, form.refuse(refused.problems), 422)
    return visit.redirect(visit.url("desk.categories", done="made"))


def edit(visit: Visit) -> Answer:
    """One category to change."""
    found = categories.category_for(visit.session, visit.actor, visit.id())
    known = {
        "code": found.code,
        "names": found.names,
        "position": found.position,
        "edit_version": found.edit_version,
        "parent": found.parent_id,
    }
    return _one(visit, visit.fill(CategoryForm, known), found)


def change(visit: Visit) -> Answer:
    """Changes names, place and, where another parent was chosen, hangs the branch there."""
    form: Form[CategoryForm] = visit.form
    found = categories.category_for(visit.session, visit.actor, visit.id())
    try:
        given = form.given
        categories.edit_category(visit.session, visit.actor, found.id, CategoryEdit(given.names, given.position), given.edit_version)
        if given.parent != found.parent_id:
            categories.move_category(visit.session, visit.actor, found.id, given.parent)
    except Refused as refused:
        return _one(visit, form.told(refused), found, refused.status)
    return visit.redirect(visit.url("desk.categories", done="saved"))


def remove(visit: Visit) -> Answer:
    """Removes a category that holds nothing."""
    categories.remove_category(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.categories", done="removed"))


def _choices(visit: Visit, tree: list[Category]) -> list[tuple[str, str]]:
    return [(str(c.id), step_of(visit, c)) for c in tree]


def _page(visit: Visit, form: Form[CategoryForm], status: int = 200) -> Answer:
    tree = categories.list_categories(visit.session, visit.actor)
    return visit.render(
        "backoffice/categories.html", status=status, tree=tree, form=form, parents=_choices(visit, tree),
        languages=visit.tenant.languages, done=visit.query.get("done", ""),
    )  # fmt: skip


def _one(visit: Visit, form: Form[CategoryForm], found: Category, status: int = 200) -> Answer:
    tree = [c for c in categories.list_categories(visit.session, visit.actor) if found.id not in c.path]
    return visit.render(
        "backoffice/category.html", status=status, category=found, form=form, parents=_choices(visit, tree),
        languages=visit.tenant.languages,
        crumbs=[(_("Categories"), visit.url("desk.categories")), (found.code, "")],
    )  # fmt: skip
