"""Pages from the first draft to what visitors see: steps, versions, time, walls."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from catalog.content import appearing, arranging, pages
from catalog.content.blocks import Banner, PageContent, Text, read_content
from catalog.content.pages import NewPage
from catalog.content.redirects import target_of
from catalog.content.showing import live_in_group, live_page, shown_blocks
from kernel import clock, stamps
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.catalog import in_tenant
from tests.factories.tenants import make_market

STORY = PageContent(title="Our story", blocks=[Text(id="text1", title="How it began", text="By the *river*.")])


def clara(shop: Shop, *permissions: str) -> Actor:
    return Actor.job(shop.id, "Clara Wen", frozenset(permissions or {"content.edit", "content.publish"}))


@pytest.fixture
def shop(db: Engine, brand: Shop) -> Shop:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en", "de"))
    return brand


def make(shop: Shop, path: str = "our-story", language: str = "en", group: UUID | None = None, kind: str = "page") -> UUID:
    with in_tenant(shop.id) as session:
        new = NewPage(kind, "eu", language, path, STORY.title, group)
        return pages.make_page(session, clara(shop), new, STORY).id


def publish(shop: Shop, page_id: UUID, **window: Any) -> int:
    with in_tenant(shop.id) as session:
        return appearing.publish(session, clara(shop), page_id, **window).number


def title_at(shop: Shop, path: str = "our-story", moment: datetime | None = None) -> str | None:
    with clock.standing_at(moment or clock.now()), entering(shop.id), transaction(read_only=True) as session:
        page = live_page(session, "eu", "en", path)
        return page.content.title if page else None


def retitle(shop: Shop, page_id: UUID, title: str, **how: object) -> None:
    with in_tenant(shop.id) as session:
        pages.save_draft(session, clara(shop), page_id, STORY.model_copy(update={"title": title}), **how)  # type: ignore[arg-type]


def title_of_draft(shop: Shop, page_id: UUID) -> str:
    with in_tenant(shop.id) as session:
        return str(pages.page_for(session, clara(shop), page_id).draft["title"])


def test_a_draft_is_seen_by_nobody_and_its_publication_by_everybody(shop: Shop) -> None:
    page = make(shop)
    assert title_at(shop) is None
    with entering(shop.id), transaction(read_only=True) as session:
        before = stamps.current(session)
    assert publish(shop, page) == 1
    assert title_at(shop) == "Our story"
    retitle(shop, page, "Another story")
    assert title_at(shop) == "Our story"
    assert publish(shop, page) == 2
    assert title_at(shop) == "Another story"
    with entering(shop.id), transaction(read_only=True) as session:
        assert stamps.current(session) == before + 2


def test_a_version_shows_in_its_window_and_the_one_before_comes_back(shop: Shop) -> None:
    page = make(shop)
    publish(shop, page)
    retitle(shop, page, "December only")
    begin, end = clock.now() + timedelta(days=7), clock.now() + timedelta(days=30)
    publish(shop, page, valid_from=begin, valid_to=end)
    assert [title_at(shop, moment=m) for m in (clock.now(), begin, end - timedelta(seconds=1), end)] == [
        "Our story", "December only", "December only", "Our story",
    ]  # fmt: skip
    with in_tenant(shop.id) as session:
        moments = session.execute(text("SELECT at FROM kernel.moment WHERE name = 'shop' ORDER BY at")).scalars().all()
    assert moments == [begin, end]


def test_taking_back_hides_everything_published_so_far_and_leaves_the_draft(shop: Shop) -> None:
    page = make(shop)
    publish(shop, page)
    with in_tenant(shop.id) as session:
        appearing.take_back(session, clara(shop), page)
    assert title_at(shop) is None
    assert title_of_draft(shop, page) == "Our story"
    with in_tenant(shop.id) as session, pytest.raises(Conflict):
        appearing.take_back(session, clara(shop), page)
    assert publish(shop, page) == 2
    assert title_at(shop) == "Our story"


def test_an_old_version_comes_back_as_a_draft(shop: Shop) -> None:
    page = make(shop)
    publish(shop, page)
    retitle(shop, page, "Second")
    publish(shop, page)
    with in_tenant(shop.id) as session:
        appearing.restore(session, clara(shop), page, 1)
    assert (title_of_draft(shop, page), title_at(shop)) == ("Our story", "Second")
    with in_tenant(shop.id) as session:
        assert [(v.number, v.published_by) for v in appearing.history(session, clara(shop), page)] == [(2, "Clara Wen"), (1, "Clara Wen")]


def test_a_version_is_never_changed(shop: Shop) -> None:
    page = make(shop)
    publish(shop, page)
    with pytest.raises(Exception, match="permission denied"), in_tenant(shop.id) as session:
        session.execute(text("UPDATE catalog.content_version SET note = 'other'"))
    with pytest.raises(Exception, match="permission denied"), in_tenant(shop.id) as session:
        session.execute(text("DELETE FROM catalog.content_version"))
    assert title_at(shop) == "Our story"


def test_every_edit_can_be_undone_and_done_again_until_something_new_is_written(shop: Shop) -> None:
    page = make(shop)
    retitle(shop, page, "Two")
    retitle(shop, page, "Three")
    with in_tenant(shop.id) as session:
        pages.undo(session, clara(shop), page)
        pages.undo(session, clara(shop), page)
        held = pages.undo(session, clara(shop), page)
        assert (held.draft["title"], pages.can_go(session, held)) == ("Our story", (False, True))
        assert pages.redo(session, clara(shop), page).draft["title"] == "Two"
    retitle(shop, page, "Other")
    with in_tenant(shop.id) as session:
        held = pages.redo(session, clara(shop), page)
        assert (held.draft["title"], pages.can_go(session, held)) == ("Other", (True, False))


def test_what_is_typed_within_a_minute_is_one_step(shop: Shop) -> None:
    page = make(shop)
    for title in ("A", "An", "And"):
        retitle(shop, page, title, typing=True)
    with in_tenant(shop.id) as session:
        assert pages.undo(session, clara(shop), page).draft["title"] == "Our story"


def test_an_edit_that_would_undo_somebody_elses_is_refused_and_changes_nothing(shop: Shop) -> None:
    page = make(shop)
    retitle(shop, page, "Petra's", seen=1)
    with pytest.raises(Conflict, match="Clara Wen has changed this page"):
        retitle(shop, page, "Mine", seen=1)
    assert title_of_draft(shop, page) == "Petra's"
    with in_tenant(shop.id) as session, pytest.raises(Conflict):
        appearing.publish(session, clara(shop), page, seen=1)
    assert title_at(shop) is None


def test_a_page_with_gaps_is_not_published_and_every_gap_is_named(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        page, _id = arranging.add(STORY, "hero")
        page, _id = arranging.add(page, "picture")
        made = pages.make_page(session, clara(shop), NewPage("page", "eu", "en", "gaps", "Gaps"), page)
        with pytest.raises(Invalid) as refused:
            appearing.publish(session, clara(shop), made.id)
    assert [p.where for p in refused.value.problems] == ["blocks.1.title", "blocks.2.file_id"]
    assert title_at(shop, "gaps") is None


@pytest.mark.parametrize(
    "path", ["cart", "p/tern", "c/bikes", "desk", "Über", "a b", "one/two/three/four", "", "blog/x", "x--", "-x", "../up"]
)
def test_a_page_never_stands_where_the_shop_itself_stands(shop: Shop, path: str) -> None:
    with in_tenant(shop.id) as session, pytest.raises(Invalid) as refused:
        pages.make_page(session, clara(shop), NewPage("page", "eu", "en", path, "Bad"))
    assert [p.where for p in refused.value.problems] == ["path"]


def test_an_address_is_taken_once_and_a_moved_page_leads_on(shop: Shop) -> None:
    page = make(shop)
    with in_tenant(shop.id) as session, pytest.raises(Invalid):
        pages.make_page(session, clara(shop), NewPage("page", "eu", "en", "our-story", "Again"))
    publish(shop, page)
    with in_tenant(shop.id) as session:
        pages.change_path(session, clara(shop), page, "about/us")
        assert target_of(session, "/en-eu/our-story") == "/en-eu/about/us"
        pages.change_path(session, clara(shop), page, "about")
        assert target_of(session, "/en-eu/our-story") == "/en-eu/about"
        pages.change_path(session, clara(shop), page, "our-story")
        assert [target_of(session, f"/en-eu/{path}") for path in ("our-story", "about", "about/us")] == [
            None,
            "/en-eu/our-story",
            "/en-eu/our-story",
        ]
    assert title_at(shop) == "Our story"


def test_the_same_page_in_other_languages_is_one_group(shop: Shop) -> None:
    page = make(shop)
    with in_tenant(shop.id) as session:
        group = pages.page_for(session, clara(shop), page).group_id
    german = make(shop, "unsere-geschichte", "de", group)
    publish(shop, page)
    with in_tenant(shop.id) as session:
        assert [p.language for p in live_in_group(session, group)] == ["en"]
    publish(shop, german)
    with in_tenant(shop.id) as session:
        assert sorted((p.language, p.path) for p in live_in_group(session, group)) == [("de", "unsere-geschichte"), ("en", "our-story")]
        with pytest.raises(Invalid):
            pages.make_page(session, clara(shop), NewPage("page", "eu", "de", "noch-eine", "Noch eine", group))


def test_a_twin_sees_and_changes_none_of_it(shop: Shop, twin: Shop) -> None:
    page = make(shop)
    publish(shop, page)
    with in_tenant(twin.id) as session:
        make_market(session, twin.id, "eu", languages=("en", "de"))
    assert title_at(twin) is None
    for act in (pages.page_for, appearing.publish, appearing.take_back, appearing.history, pages.remove_page):
        with in_tenant(twin.id) as session, pytest.raises(NotThere):
            act(session, clara(twin), page)
    with in_tenant(twin.id) as session:
        assert pages.list_pages(session, clara(twin)) == []
    assert title_at(shop) == "Our story"


def test_writing_and_publishing_are_two_rights(shop: Shop) -> None:
    page = make(shop)
    writer = clara(shop, "content.edit")
    with in_tenant(shop.id) as session:
        pages.save_draft(session, writer, page, STORY.model_copy(update={"title": "Hers"}))
        with pytest.raises(NotAllowed):
            appearing.publish(session, writer, page)
        with pytest.raises(NotAllowed):
            pages.page_for(session, clara(shop, "catalog.edit"), page)
    assert (title_of_draft(shop, page), title_at(shop)) == ("Hers", None)


def test_only_what_was_never_published_can_be_removed(shop: Shop) -> None:
    page, other = make(shop), make(shop, "other")
    publish(shop, page)
    with in_tenant(shop.id) as session:
        pages.remove_page(session, clara(shop), other)
        with pytest.raises(Conflict):
            pages.remove_page(session, clara(shop), page)
        assert [p.path for p in pages.list_pages(session, clara(shop))] == ["our-story"]


def test_a_banner_shows_in_its_window_only() -> None:
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    page = PageContent(title="T", blocks=[Banner(id="bann", text="Sale", starts_at=noon, ends_at=noon + timedelta(hours=1))])
    shown = [len(shown_blocks(page, noon + timedelta(minutes=m))) for m in (-1, 0, 59, 60)]
    assert shown == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("block", "where"),
    [
        ({"kind": "hero", "title": "x" * 161}, "blocks.0.title"),
        ({"kind": "hero", "link": "javascript:alert(1)"}, "blocks.0.link"),
        ({"kind": "hero", "link": "//evil.example"}, "blocks.0.link"),
        ({"kind": "hero", "link": "http://plain.example"}, "blocks.0.link"),
        ({"kind": "rule", "count": 99}, "blocks.0.count"),
        ({"kind": "chosen", "skus": [str(n) for n in range(25)]}, "blocks.0.skus"),
        ({"kind": "faq", "items": [{"question": "x" * 301}]}, "blocks.0.items.0.question"),
        ({"kind": "text", "onload": "x"}, "blocks.0.onload"),
        ({"kind": "html", "text": "<b>"}, "blocks.0"),
    ],
)
def test_what_does_not_hold_is_named_at_its_field(block: dict[str, object], where: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_content({"title": "T", "blocks": [block]})
    assert [p.where for p in refused.value.problems] == [where]


def test_blocks_are_moved_doubled_and_removed() -> None:
    page = PageContent(title="T", blocks=[Text(id=f"text{n}", text=str(n)) for n in range(3)])

    def order(one: PageContent) -> str:
        return "".join(block.text for block in one.blocks)  # type: ignore[union-attr]

    assert order(arranging.move(page, "text0", 1)) == "102"
    assert order(arranging.move(page, "text0", -1)) == "012"
    assert order(arranging.move(page, "text2", 5)) == "012"
    assert order(arranging.remove(page, "text1")) == "02"
    doubled, made = arranging.double(page, "text1")
    assert (order(doubled), [b.id for b in doubled.blocks].index(made)) == ("0112", 2)
    assert order(arranging.move(page, "nobody", 1)) == "012"
