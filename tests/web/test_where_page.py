"""The address inputs of the checkout are kept while they are empty: in each language and country its own, never with what
somebody has typed."""

import re

import pytest

from tests.browsing import Browser, Site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all
from tests.factories.tenants import make_market

TYPED = {
    "email": "mira@example.com",
    "delivery.country_code": "DE",
    "delivery.name": "Mira <Castell>",
    "delivery.street_address": "Hafenweg 3",
    "delivery.postal_code": "10115",
    "delivery.city": "Berlin",
}


def shopping(site: Site, shop: Shop, language: str = "en") -> Browser:
    """Somebody with a full cart."""
    browser = site.browser(shop)
    [product] = set(re.findall(r'name="product_id" value="([^"]+)"', browser.get(f"/{language}-eu/p/brass-bell-bl-1").text))
    assert browser.post(f"/{language}-eu/cart", {"product_id": product, "quantity": "1"}).status_code == 303
    return browser


def where(browser: Browser, language: str = "en") -> str:
    answer = browser.get(f"/{language}-eu/checkout/where")
    assert answer.status_code == 200
    return str(answer.text)


def inputs(text: str) -> str:
    return text[text.index("<fieldset") : text.index("</details>", text.index("<fieldset"))]


@pytest.fixture
def selling(site: Site, brand: Shop) -> Shop:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en", "de"), countries=("DE", "AT", "US"))
        make_product(session, brand.id, "BL-1", "Brass bell", "10.00")
        publish_all(session, brand.id)
    site.settle()
    return brand


def test_what_somebody_has_typed_is_theirs_alone(site: Site, selling: Shop) -> None:
    mira, jonas = shopping(site, selling), shopping(site, selling)
    empty = inputs(where(jonas))
    assert mira.post("/en-eu/checkout/where", TYPED).status_code == 303
    again = inputs(where(mira))
    assert 'value="Mira &lt;Castell&gt;"' in again
    assert 'value="10115"' in again
    assert inputs(where(jonas)) == empty
    assert "Mira" not in empty
    assert "10115" not in re.sub(r'placeholder="[^"]*"', "", empty)


def test_each_language_has_its_own_inputs(site: Site, selling: Shop) -> None:
    english, german = (inputs(where(shopping(site, selling, language), language)) for language in ("en", "de"))
    assert ("Germany" in english, "Deutschland" in english) == (True, False)
    assert ("Germany" in german, "Deutschland" in german) == (False, True)


def test_another_country_asks_for_what_that_country_needs(site: Site, selling: Shop) -> None:
    browser = shopping(site, selling)
    german = inputs(where(browser))
    changed = browser.post("/en-eu/checkout/where", {"country_only": "true", "delivery.country_code": "US"})
    assert changed.status_code == 200
    american = inputs(changed.text)
    assert ("delivery.country_area" in german, "delivery.country_area" in american) == (False, True)
    assert '<option value="US" selected>' in american
    assert inputs(where(shopping(site, selling))) == german


def test_what_is_missing_is_said_at_the_field_and_above_the_form_and_to_nobody_else(site: Site, selling: Shop) -> None:
    browser = shopping(site, selling)
    empty = inputs(where(browser))
    refused = browser.post("/en-eu/checkout/where", {"email": "mira@example.com", "delivery.country_code": "DE"})
    assert refused.status_code == 422
    assert 'id="f-delivery-city-error"' in refused.text
    assert re.search(r'<a href="#f-delivery-city">Town or city: [^<]+</a>', refused.text)
    assert inputs(where(shopping(site, selling))) == empty
    assert "-error" not in empty


def test_an_invented_country_of_the_invoice_is_shown_the_delivery_countrys_inputs(site: Site, selling: Shop) -> None:
    browser = shopping(site, selling)
    answer = browser.post("/en-eu/checkout/where", {"country_only": "true", "delivery.country_code": "DE", "billing.country_code": '"><b>'})
    assert answer.status_code == 200
    assert "<b>" not in answer.text
    assert 'name="billing.postal_code"' in answer.text
    select = answer.text[answer.text.index('id="f-billing-country_code"') :].partition("</select>")[0]
    assert " selected" not in select
