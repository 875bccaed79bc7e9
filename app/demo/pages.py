"""Pages of the demo's shops: a landing page for a tour, the story, questions with a form, a post; menus that lead to them, a
banner; an address that has moved. Written and published by those who do it there."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.demo.data.page_texts import (
    MORE_STORY,
    POSTS,
    QUESTIONS,
    QUESTIONS_PATH,
    QUESTIONS_TITLE,
    STORY_PATH,
    STORY_TITLE,
    TOURS,
    WRITE,
    WRITE_TEXT,
    Post,
    Tour,
)
from app.demo.data.shop_texts import SHOPS
from app.demo.houses import HOUSES, House
from app.demo.pictures import CutAlready, Drawn
from app.demo.stage import Stage, administrator, person, working
from catalog.content.appearing import publish
from catalog.content.banners import BannerEdit, write_banner
from catalog.content.blocks import AnyBlock, Chosen, Faq, Form, Hero, PageContent, Picture, Question, Rule, Text
from catalog.content.menus import write_menu
from catalog.content.pages import NewPage, list_pages, make_page
from catalog.content.pictures import add_picture
from catalog.content.redirects import add_redirect
from kernel.actors import Actor
from kernel.ids import new_id

WRITTEN_DAYS_AGO = 190
POSTED_DAYS_AGO = 12

WRITERS = {"veloria": "clara@veloria.example", "radhaus": "petra@radhaus.example", "harborcycles": "sam@harborcycles.example"}


def write_pages(stage: Stage, drawn: Drawn) -> None:
    """The pages of every shop that has some."""
    for house in HOUSES:
        if house.slug not in TOURS:
            continue
        tour = TOURS[house.slug]
        with working(house.slug, stage.moment(WRITTEN_DAYS_AGO)) as session:
            writer = person(session, WRITERS[house.slug])
            if list_pages(session, writer):
                continue
            cut = drawn.landscapes[tour.landscape].result()
            picture = add_picture(session, writer, cut.data, tour.path, tour.alt, CutAlready(cut)).id
            _write(session, writer, house, tour, picture)
            add_redirect(session, person(session, administrator(house.slug)), "/about.html", _home(house) + STORY_PATH)
        if house.slug in POSTS:
            with working(house.slug, stage.moment(POSTED_DAYS_AGO)) as session:
                _post(session, person(session, WRITERS[house.slug]), house, POSTS[house.slug], picture, stage)


def _write(session: Session, writer: Actor, house: House, tour: Tour, picture: UUID) -> None:
    groups = {path: new_id() for path in (tour.path, STORY_PATH, QUESTIONS_PATH)}
    told = SHOPS[house.slug]
    for market_code, market in house.markets.items():
        for tag in market.languages:
            pages = {
                tour.path: PageContent(
                    title=tour.title[tag], description=tour.lead[tag], picture_id=picture, blocks=_tour(tour, tag, picture)
                ),
                STORY_PATH: PageContent(
                    title=STORY_TITLE[tag],
                    blocks=[
                        Hero(title=told.story_title[tag], text=told.subline[tag]),
                        Text(text=told.story[tag]),
                        Picture(file_id=picture, wide=True),
                        Text(text=MORE_STORY[tag]),
                    ],
                ),
                QUESTIONS_PATH: PageContent(title=QUESTIONS_TITLE[tag], blocks=_questions(tag)),
            }
            for path, content in pages.items():
                made = make_page(session, writer, NewPage("page", market_code, tag, path, content.title, groups[path]), content)
                publish(session, writer, made.id)
            _lead(session, writer, market_code, tag, tour)


def _tour(tour: Tour, tag: str, picture: UUID) -> list[AnyBlock]:
    return [
        Hero(title=tour.title[tag], text=tour.lead[tag], file_id=picture, link_label=tour.button[tag], link="all"),
        Text(title=tour.heading[tag], text=tour.text[tag]),
        Chosen(title=tour.button[tag], skus=list(tour.skus)),
        Rule(title=tour.picks[tag], words=tour.words[tag], count=4),
        _faq(tag, 2),
    ]


def _questions(tag: str) -> list[AnyBlock]:
    return [_faq(tag, len(QUESTIONS)).model_copy(update={"title": ""}), Form(title=WRITE[tag], text=WRITE_TEXT[tag])]


def _faq(tag: str, count: int) -> Faq:
    return Faq(title=QUESTIONS_TITLE[tag], items=[Question(question=q[tag], answer=a[tag]) for q, a in QUESTIONS[:count]])


def _lead(session: Session, writer: Actor, market_code: str, tag: str, tour: Tour) -> None:
    """Menus, and a banner that leads to the tour."""
    story, questions = ({"label": STORY_TITLE[tag], "link": STORY_PATH}, {"label": QUESTIONS_TITLE[tag], "link": QUESTIONS_PATH})
    write_menu(session, writer, market_code, tag, "head", [{"kind": "categories"}, {"label": STORY_TITLE[tag], "link": STORY_PATH}])
    write_menu(session, writer, market_code, tag, "foot", [story, {"label": tour.title[tag], "link": tour.path}, questions])
    edit = BannerEdit(market_code, tag, tour.lead[tag], tour.title[tag], tour.path, "deep", is_on=True)
    write_banner(session, writer, edit)


def _post(session: Session, writer: Actor, house: House, post: Post, picture: UUID, stage: Stage) -> None:
    group = new_id()
    for market_code, market in house.markets.items():
        for tag in market.languages:
            content = PageContent(
                title=post.title[tag],
                teaser=post.teaser[tag],
                author=post.author,
                dated=stage.moment(POSTED_DAYS_AGO).date(),
                picture_id=picture,
                blocks=[Picture(file_id=picture), Text(text=post.text[tag])],
            )
            made = make_page(session, writer, NewPage("post", market_code, tag, post.path, content.title, group), content)
            publish(session, writer, made.id)


def _home(house: House) -> str:
    code, market = next(iter(house.markets.items()))
    return f"/{market.languages[0].lower()}-{code}/"
