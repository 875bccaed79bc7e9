"""Words that are kept in several languages, on pages of staff."""

from collections.abc import Mapping

from catalog.models import Category
from kernel.web.visit import Visit


def label_of(visit: Visit, labels: Mapping[str, str], otherwise: str = "") -> str:
    """The words in the page's language, else in any, else `otherwise` (mostly the code or number)."""
    return labels.get(visit.locale) or next(iter(labels.values()), "") or otherwise


def step_of(visit: Visit, category: Category) -> str:
    """A category in a list to choose from: a dash for each one above it, then its name."""
    return "– " * (len(category.path) - 1) + label_of(visit, category.names, category.code)
