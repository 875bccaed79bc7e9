"""The words of the home page: written by those who may, read by everybody of this tenant and nobody else's."""

import pytest
from sqlalchemy import Engine

from kernel import stamps
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import Conflict, Invalid, NotAllowed
from kernel.tenancy import entering
from storefront.front import FrontTexts, front_in, front_to_edit, write_front
from tests.conftest import Shop

WORDS = FrontTexts(headline="Made for the long way home", subline="By the river")


def editor(shop: Shop, *permissions: str) -> Actor:
    return Actor.job(shop.id, "Clara Wen", frozenset(permissions or {"theme.edit"}))


def write(shop: Shop, language: str, texts: FrontTexts) -> None:
    with entering(shop.id), transaction() as session:
        write_front(session, editor(shop), language, texts)


def read(shop: Shop, language: str) -> FrontTexts:
    with entering(shop.id), transaction(read_only=True) as session:
        return front_in(session, language)


def test_what_is_written_is_shown_and_moves_the_stamp(db: Engine, brand: Shop) -> None:
    write(brand, "en", WORDS)
    shown = read(brand, "en")
    assert (shown.headline, shown.subline, shown.edit_version) == ("Made for the long way home", "By the river", 1)
    with entering(brand.id), transaction(read_only=True) as session:
        assert stamps.current(session) == 1


def test_a_language_nobody_has_written_shows_the_first_that_was(db: Engine, brand: Shop) -> None:
    write(brand, "en", WORDS)
    assert read(brand, "de").headline == WORDS.headline
    assert read(brand, "de").edit_version == 1


def test_a_twin_sees_none_of_it(db: Engine, brand: Shop, twin: Shop) -> None:
    write(brand, "en", WORDS)
    assert read(twin, "en") == FrontTexts()
    with entering(twin.id), transaction(read_only=True) as session:
        assert front_to_edit(session, editor(twin), "en") == FrontTexts()


def test_an_edit_that_would_undo_somebody_elses_is_refused(db: Engine, brand: Shop) -> None:
    write(brand, "en", WORDS)
    with pytest.raises(Conflict):
        write(brand, "en", FrontTexts(headline="Mine", edit_version=0))
    assert read(brand, "en").headline == WORDS.headline


@pytest.mark.parametrize("key", ["imports/0197.csv", "uploads/0197", "../pictures/a.webp", "picturesque/a.csv"])
def test_only_a_picture_becomes_the_picture_of_the_home_page(db: Engine, brand: Shop, key: str) -> None:
    write(brand, "en", WORDS)
    with pytest.raises(Invalid) as refused:
        write(brand, "en", FrontTexts(picture_key=key, picture_alt="Prices of all customers", edit_version=1))
    assert refused.value.problems[0].where == "picture_key"
    assert (read(brand, "en").picture_key, read(brand, "en").headline) == ("", WORDS.headline)
    write(brand, "en", FrontTexts(picture_key="pictures/ab/ab.webp", picture_alt="A river", edit_version=1))
    assert read(brand, "en").picture_key == "pictures/ab/ab.webp"


def test_words_in_a_language_there_is_not_are_refused(db: Engine, brand: Shop) -> None:
    with pytest.raises(Invalid) as refused:
        write(brand, "klingon!", WORDS)
    assert refused.value.problems[0].where == "language"
    assert read(brand, "en") == FrontTexts()


def test_too_long_words_and_pictures_without_words_are_refused_at_their_field(db: Engine, brand: Shop) -> None:
    for texts, where in ((FrontTexts(headline="x" * 121), "headline"), (FrontTexts(picture_key="pictures/a.webp"), "picture_alt")):
        with pytest.raises(Invalid) as refused:
            write(brand, "en", texts)
        assert refused.value.problems[0].where == where
    assert read(brand, "en") == FrontTexts()


def test_who_may_not_change_the_look_changes_nothing(db: Engine, brand: Shop) -> None:
    with entering(brand.id), transaction() as session, pytest.raises(NotAllowed):
        write_front(session, editor(brand, "catalog.edit"), "en", WORDS)
    assert read(brand, "en") == FrontTexts()
