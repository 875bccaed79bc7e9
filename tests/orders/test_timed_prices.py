"""What is charged is the price that holds at that instant, whatever the page that was looked at said."""

from datetime import UTC, datetime, timedelta

from catalog.assortment import view_for
from catalog.timed_prices import add_timed_price
from kernel import clock, stamps
from kernel.money import Money
from orders import cart as carts
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all, somebody
from tests.factories.orders import visitor
from tests.factories.tenants import make_market

START = datetime(2090, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_cart_asks_the_price_of_its_instant(brand: Shop) -> None:
    guest = visitor(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        bell = make_product(session, brand.id, "BELL", name="Bell", price="12.50").id
        add_timed_price(session, somebody(brand.id), bell, "EUR", "7.50", "2090-01-01T01:00", "2090-01-01T02:00")
        publish_all(session, brand.id)
    asked = []
    for at in (START - SECOND, START, START + timedelta(hours=1) - SECOND, START + timedelta(hours=1)):
        with in_tenant(brand.id) as session, clock.standing_at(at):
            stamps.bump(session)
            asked.append(carts.add(session, guest, view_for(session, "eu", "en"), bell).price)
    assert asked == [Money.of(amount, "EUR") for amount in ("12.50", "7.50", "7.50", "12.50")]
