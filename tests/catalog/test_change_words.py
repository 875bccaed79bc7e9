"""What differs between two publications, in a person's words."""

from uuid import UUID

from catalog.change_words import ChangeLine, change_lines
from catalog.changes import Difference, FieldChange
from kernel.i18n import using

ID = UUID(int=7)


def told(*fields: FieldChange, **labels: str) -> list[ChangeLine]:
    return change_lines(Difference(ID, "BR-1", "Tern", "changed", fields, labels))


def test_fields_have_names_and_prices_are_money() -> None:
    assert told(FieldChange("text", "old", "new"), FieldChange("prices.EUR", "3899.0000", "3999.0000")) == [
        ChangeLine("Description", "old", "new"),
        ChangeLine("Price in EUR", "€3,899.00", "€3,999.00"),
    ]


def test_a_price_that_was_not_there_is_empty() -> None:
    assert told(FieldChange("prices.USD", "", "10")) == [ChangeLine("Price in USD", "", "$10.00")]


def test_what_goes_with_a_product_is_counted() -> None:
    assert told(FieldChange("relations.accessory", "", "a, b"), FieldChange("relations.successor", "a", "b")) == [
        ChangeLine("Accessories", "", "2 products"),
        ChangeLine("Successor", "1 product", "1 product, changed"),
    ]


def test_attributes_have_their_labels() -> None:
    assert told(FieldChange("attributes.frame", "Steel", "Carbon"), frame="Frame") == [ChangeLine("Frame", "Steel", "Carbon")]


def test_variants_that_moved_alike_share_a_line() -> None:
    lines = told(
        FieldChange("variants.BR-1.5.prices.EUR", "10", "12"),
        FieldChange("variants.BR-2.prices.EUR", "10", "12"),
        FieldChange("variants.BR-3.prices.EUR", "10", "13"),
        FieldChange("variants.BR-3.colour", "Red", "Blue"),
        FieldChange("variants.BR-4.x", "", "Tern, 50"),
        colour="Colour",
    )
    assert lines == [
        ChangeLine("Price in EUR, 2 variants", "€10.00", "€12.00", ("BR-1.5", "BR-2")),
        ChangeLine("Price in EUR, BR-3", "€10.00", "€13.00", ("BR-3",)),
        ChangeLine("Colour, BR-3", "Red", "Blue", ("BR-3",)),
        ChangeLine("Variants, BR-4.x", "", "Tern, 50", ("BR-4.x",)),
    ]


def test_pictures_are_counted_and_states_named() -> None:
    assert told(FieldChange("pictures", "a, b", "a"), FieldChange("status", "ready", "phase_out")) == [
        ChangeLine("Pictures", "2 pictures", "1 picture"),
        ChangeLine("State", "Ready", "Phasing out"),
    ]
    assert told(FieldChange("pictures", "a, b", "b, a"))[0].after == "2 pictures, changed"


def test_lines_are_in_the_readers_language() -> None:
    with using("de"):
        assert told(FieldChange("prices.EUR", "1", "2"))[0].after == "2,00\xa0€"
