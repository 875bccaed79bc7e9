"""The work list: where products are incomplete, by market and language, by what is missing, by category; as a file, too."""

import csv
import io
from typing import Any
from uuid import UUID

from backoffice.labels import label_of, step_of
from backoffice.missing_words import attribute_labels, missing_of, thing_label
from catalog import categories, worklist
from catalog.attributes import list_attributes
from catalog.models import Attribute, Product
from catalog.scoring import ScoredPlace, scored_places
from catalog.worklist import Narrowing, PlaceFigures
from kernel.errors import NotThere
from kernel.ids import parse_id
from kernel.web.answers import Answer, attachment
from kernel.web.visit import Visit

MOST_BARS = 12
Bars = list[tuple[str, int, str, bool]]  # label, count, where a click leads, whether it is chosen


def show(visit: Visit) -> Answer:
    """Figures of every place; of the chosen one the reasons, the categories and the products."""
    places = worklist.list_places(visit.session, visit.actor)
    if not places:
        raise NotThere
    chosen = _chosen(visit, places)
    narrowing = _narrowing(visit)
    figures = worklist.figures_of(visit.session, visit.actor, chosen.place)
    attributes = list_attributes(visit.session, visit.actor)
    labels = attribute_labels(visit, attributes)
    found = worklist.list_open(visit.session, visit.actor, chosen.place, narrowing, visit.number("page", 1))
    return visit.render(
        "backoffice/completeness.html",
        figures=[(p, _url(visit, p.place, Narrowing()), p is chosen) for p in places],
        chosen=chosen,
        market_name=_market_name(visit, chosen.place),
        market_names={p.place.market_code: _market_name(visit, p.place) for p in places},
        reasons=[
            (thing_label(labels, code), count, _url(visit, chosen.place, Narrowing(code, narrowing.category_id)), code == narrowing.missing)
            for code, count in list(figures.missing.items())[:MOST_BARS]
        ],
        by_category=_by_category(visit, chosen, narrowing, figures.categories),
        narrowing=narrowing,
        reason=thing_label(labels, narrowing.missing) if narrowing.missing else "",
        category_name=_category_name(visit, narrowing.category_id),
        held_url=_url(visit, chosen.place, Narrowing(narrowing.missing, narrowing.category_id, held=not narrowing.held)),
        all_url=_url(visit, chosen.place, Narrowing()),
        csv_url=_url(visit, chosen.place, narrowing, "desk.completeness.file"),
        page_url=_url(visit, chosen.place, narrowing),
        found=found,
        rows=[(row, label_of(visit, row.names, row.sku), _links(visit, row, chosen.place, attributes)) for row in found.rows],
    )


def file(visit: Visit) -> Answer:
    """The products of the list as CSV, one a row, with all that is missing."""
    chosen = _chosen(visit, worklist.list_places(visit.session, visit.actor)).place
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["sku", "name", "market", "language", "percent", "held", "missing"])
    for row in worklist.all_open(visit.session, visit.actor, chosen, _narrowing(visit)):
        name = row.names.get(chosen.language) or next(iter(row.names.values()), "")
        held = "yes" if row.is_held else "no"
        writer.writerow([safe(row.sku), safe(name), chosen.market_code, chosen.language, row.percent, held, " ".join(row.missing)])
    name = f"completeness-{chosen.market_code}-{chosen.language.lower()}.csv"
    return attachment(text.getvalue().encode(), name, "text/csv; charset=utf-8")


def safe(text: str) -> str:
    """A text that a spreadsheet takes for a text and not for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def dials_of(visit: Visit, product: Product, attributes: list[Attribute]) -> list[dict[str, Any]]:
    """How complete one product is, place by place in the order of the markets, with links to what is missing."""
    kept = {(row.market_code, row.language): row for row in worklist.scores_of(visit.session, visit.actor, product.id)}
    return [
        {
            "place": place,
            "market": _market_name(visit, place),
            "percent": row.percent,
            "held": row.is_held,
            "missing": missing_of(visit, product.id, place, row.missing, attributes),
        }
        for place in scored_places(visit.tenant.markets)
        if (row := kept.get((place.market_code, place.language)))
    ]


def _links(visit: Visit, row: worklist.OpenProduct, place: ScoredPlace, attributes: list[Attribute]) -> Any:
    return missing_of(visit, row.product_id, place, row.missing, attributes)


def _chosen(visit: Visit, places: list[PlaceFigures]) -> PlaceFigures:
    """The place of the address; else the one with the most to do."""
    market, language = visit.query.get("market", ""), visit.query.get("language", "")
    if market or language:
        found = next((p for p in places if (p.place.market_code, p.place.language) == (market, language)), None)
        if found is None:
            raise NotThere
        return found
    if not places:
        raise NotThere
    return max(places, key=lambda p: p.all - p.complete)


def _narrowing(visit: Visit) -> Narrowing:
    return Narrowing(visit.query.get("missing", "")[:200], parse_id(visit.query.get("category", "")), visit.query.get("held") == "1")


def _url(visit: Visit, place: ScoredPlace, narrowing: Narrowing, name: str = "desk.completeness") -> str:
    return visit.url(
        name,
        market=place.market_code,
        language=place.language,
        missing=narrowing.missing or None,
        category=narrowing.category_id,
        held="1" if narrowing.held else None,
    )


def _market_name(visit: Visit, place: ScoredPlace) -> str:
    market = visit.tenant.market(place.market_code)
    return market.name if market else place.market_code


def _by_category(visit: Visit, chosen: PlaceFigures, narrowing: Narrowing, counts: dict[UUID, int]) -> Bars:
    """Categories with something to do in the order of the tree, as deep as two levels below the chosen one or the root."""

    def url(category_id: UUID) -> str:
        return _url(visit, chosen.place, Narrowing(narrowing.missing, category_id, narrowing.held))

    tree = categories.list_categories(visit.session, visit.actor)
    picked = [c for c in tree if counts.get(c.id) and (len(c.path) <= 2 or narrowing.category_id in c.path)]
    return [(step_of(visit, c), counts[c.id], url(c.id), c.id == narrowing.category_id) for c in picked]


def _category_name(visit: Visit, category_id: UUID | None) -> str:
    if category_id is None:
        return ""
    found = categories.category_for(visit.session, visit.actor, category_id)
    return label_of(visit, found.names, found.code)
