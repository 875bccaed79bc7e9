"""The look of a shop."""

import pytest

from kernel import stamps
from kernel.errors import Conflict, Invalid, NotAllowed
from tenants import themes
from tenants.themes import Look
from tests.factories.tenants import staff
from tests.tenants.conftest import count, inside

GREEN = Look("#0F4C3A", "#c96", "river", "logos/veloria.svg", "From the river")


def test_visitors_see_the_plain_look_until_something_is_published(brand):
    with inside(brand.id) as session:
        assert themes.live_look(session, brand.id) == Look()
        assert "--accent:" in Look().css


def test_a_draft_is_previewed_and_published(brand):
    designer = staff(brand.id, "theme.edit")
    with inside(brand.id) as session:
        saved = themes.save_draft(session, designer, GREEN)
        assert saved == Look("#0f4c3a", "#cc9966", "river", "logos/veloria.svg", "From the river")
        assert themes.draft_look(session, designer) == saved
        assert themes.live_look(session, brand.id) == Look()
        assert stamps.current(session) == 0
        assert themes.publish_draft(session, designer) == saved
        assert themes.live_look(session, brand.id) == saved
        assert stamps.current(session) == 1
        assert themes.has_draft(session, designer) is False
        themes.save_draft(session, designer, Look("#102a43"))
        themes.publish_draft(session, designer)
        assert themes.live_look(session, brand.id).primary == "#102a43"
        assert count(session, "tenants.theme") == 2


def test_the_digest_changes_with_the_style_sheet_only():
    assert Look("#0f4c3a").digest == Look("#0f4c3a", tagline="Other words").digest
    assert Look("#0f4c3a").digest != Look("#0f4c3b").digest
    assert Look("#0f4c3a", pairing="river").digest != Look("#0f4c3a", pairing="harbour").digest


def test_a_discarded_draft_is_gone(brand):
    designer = staff(brand.id, "theme.edit")
    with inside(brand.id) as session:
        themes.save_draft(session, designer, GREEN)
        themes.discard_draft(session, designer)
        themes.discard_draft(session, designer)
        assert themes.draft_look(session, designer) == Look()
        with pytest.raises(Conflict):
            themes.publish_draft(session, designer)


@pytest.mark.parametrize(
    ("look", "where"),
    [
        (Look("red"), "primary"),
        (Look("#12345"), "primary"),
        (Look("#000000;}body{"), "primary"),
        (Look(second="url(x)"), "second"),
        (Look(pairing="comic"), "pairing"),
    ],
)
def test_what_is_no_colour_or_pairing_is_refused(brand, look, where):
    with inside(brand.id) as session:
        with pytest.raises(Invalid) as error:
            themes.save_draft(session, staff(brand.id), look)
        assert error.value.problems[0].where == where
        assert count(session, "tenants.theme") == 0


def test_the_report_names_what_had_to_move_to_stay_readable():
    assert {a.role for a in themes.report(Look("#ffee00"))} >= {"accent"}
    assert all(a.ratio >= 3.0 for a in themes.report(Look("#ffee00")))


def test_without_the_right_nothing_changes(brand):
    clerk = staff(brand.id, "catalog.edit")
    with inside(brand.id) as session:
        for call in (themes.draft_look, themes.discard_draft, themes.publish_draft, themes.has_draft):
            with pytest.raises(NotAllowed):
                call(session, clerk)
        with pytest.raises(NotAllowed):
            themes.save_draft(session, clerk, GREEN)
        assert count(session, "tenants.theme") == 0


def test_a_look_is_ones_own(brand, twin):
    with inside(twin.id) as session:
        themes.save_draft(session, staff(twin.id), GREEN)
        themes.publish_draft(session, staff(twin.id))
    with inside(brand.id) as session:
        assert themes.live_look(session, brand.id) == themes.live_look(session, twin.id) == Look()
        assert themes.draft_look(session, staff(brand.id)) == Look()
