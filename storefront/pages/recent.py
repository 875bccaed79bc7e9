"""What was looked at before: the browser remembers, the shop only makes the cards. Nothing of it is kept here."""

from kernel.ids import parse_id
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from storefront.cards import cards_html

MOST = 4
MOST_ASKED = 12


def show(visit: Visit) -> Answer:
    """Cards of the products that `p` names by id, as far as they are still sold here, at most MOST; a fragment."""
    asked = [found for text in visit.query.getlist("p")[:MOST_ASKED] if (found := parse_id(text))]
    return visit.render("storefront/recent.html", cards=cards_html(visit, list(dict.fromkeys(asked)), level=3)[:MOST])
