"""What a shop's own rules do on the search page: send who asks for one thing to another address, and count what is asked for.

A path of the shop is gone to at once (303; the answer is kept nowhere). An address elsewhere is shown with a link: forms of a shop
page lead to the shop only, and nobody leaves a shop without meaning to.
"""

from urllib.parse import urlsplit

from catalog.assortment import ShopView
from catalog.searching.reading import rules_for
from catalog.searching.tallies import TALLIES
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from storefront.paths import Choices


def leads_to(visit: Visit, view: ShopView, text: str) -> str | None:
    """Where the rules send who asks for this: a path with the shop's place, or an https address."""
    address = rules_for(visit.session, view).redirect(text) if text else None
    return f"/{visit.place.tag}{address}" if address and address.startswith("/") else address


def led(visit: Visit, view: ShopView, choices: Choices) -> Answer | None:
    """The answer to a query that leads elsewhere; None where there is a list to show, or it is filtered already."""
    if choices.is_filtered or choices.page != 1 or choices.sort:
        return None
    address = leads_to(visit, view, choices.text)
    if address is None:
        return None
    if address.startswith("/"):
        return visit.redirect(address)
    host = urlsplit(address).hostname
    answer = visit.render("storefront/leads_away.html", text=choices.text, search_query=choices.text, address=address, host=host)
    answer.passing = True
    return answer


def counted(visit: Visit, view: ShopView, choices: Choices, found: int) -> None:
    """Counts a search as it was typed, not its further pages, orders and filters."""
    if choices.text and not choices.is_filtered and choices.page == 1 and not choices.sort:
        TALLIES.note(view.tenant_id, view.market_code, view.language, choices.text, found)
