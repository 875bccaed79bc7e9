"""Addresses of lists: one list, one address, and nothing a browser sends can break them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from catalog.search.provider import Sort
from storefront.paths import Choices


def read(query: str) -> Choices:
    return Choices.read(QueryParams(query))


def test_a_query_becomes_choices() -> None:
    choices = read("q=pine&f=size:54&f=colour:pine&low=100&high=2.500,00&stock=1&sort=price&page=3")
    assert choices == Choices("pine", (("colour", "pine"), ("size", "54")), Decimal(100), None, True, Sort.PRICE_UP, 3)


def test_the_same_choices_always_make_the_same_address() -> None:
    assert read("f=size:54&f=colour:pine").query() == read("f=colour:pine&f=size:54&f=size:54").query() == "?f=colour%3Apine&f=size%3A54"
    assert read("page=1").query() == ""


def test_one_filter_less_leads_back_to_the_first_page() -> None:
    choices = read("q=x&f=size:54&f=size:56&f=colour:pine&page=4")
    assert choices.without("size", "54").query() == "?q=x&f=colour%3Apine&f=size%3A56"
    assert choices.without("size").query() == "?q=x&f=colour%3Apine"
    assert choices.cleared().query() == "?q=x"
    assert read("low=1&high=2").without("price").query() == ""


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=99999", "page=" + "9" * 5000, "page=abc", "sort=nonsense", "low=NaN", "low=1e99", "high=x", "f=nocolon"],
)
def test_nonsense_is_left_out(query: str) -> None:
    assert read(query) == Choices()


@given(st.text(max_size=200))
def test_no_query_string_breaks_a_list_and_addresses_come_back(text: str) -> None:
    choices = read(text)
    assert read(choices.query().lstrip("?")) == choices
