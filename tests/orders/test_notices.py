"""There again: whoever asked hears once, after saying yes."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, update

from app.wiring import wire
from catalog.assortment import view_for
from kernel import mail
from kernel.errors import Conflict, Invalid, NotThere, TooMany
from kernel.jobs import drain_once
from kernel.mail import FileSink
from kernel.models import MailMessage
from orders import notices
from orders.models import StockNotice
from orders.notices import ask, confirm, forget_notices, stop, tell, token_of
from orders.stock import StockLine, set_stock
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all, somebody
from tests.factories.tenants import make_market

HERE = "https://shop.example/en-eu/"


@pytest.fixture(autouse=True)
def post(tmp_path: Path) -> Iterator[None]:
    """Everybody listens, and mails go into a folder."""
    wire()
    mail.use_transport(FileSink(tmp_path), "Galleria <shop@galleria.example>")
    yield
    mail.use_transport(None, "")


@pytest.fixture
def bell(brand: Shop) -> UUID:
    """A bell that is sold out."""
    return sold_out(brand)


def sold_out(shop: Shop) -> UUID:
    with in_tenant(shop.id) as session:
        make_market(session, shop.id, "eu", languages=("en", "de"))
        bell = make_product(session, shop.id, "BELL", "Bell", "12")
        publish_all(session, shop.id)
    count(shop, bell.id, 0)
    return bell.id


def count(shop: Shop, product_id: UUID, pieces: int) -> None:
    with in_tenant(shop.id) as session:
        set_stock(session, somebody(shop.id), [StockLine(product_id, shop.id, "BELL", Decimal(pieces))], "Count")


def wish(shop: Shop, product_id: UUID, email: str = "mira@example.com", known: str = "", language: str = "en") -> UUID:
    with in_tenant(shop.id) as session:
        return ask(session, view_for(session, "eu", language), product_id, email, "10.0.0.0/24", HERE, known).id


def mails(shop: Shop) -> list[tuple[str, str]]:
    with in_tenant(shop.id) as session:
        return [(one.recipient, one.subject) for one in session.scalars(select(MailMessage).order_by(MailMessage.id))]


def state(shop: Shop, notice_id: UUID) -> str:
    with in_tenant(shop.id) as session:
        return session.scalars(select(StockNotice.state).where(StockNotice.id == notice_id)).one()


def test_a_guest_says_yes_by_the_link_and_hears_once_when_it_is_there(brand: Shop, bell: UUID, relay_db: Engine) -> None:
    notice = wish(brand, bell)
    assert mails(brand) == [("mira@example.com", "Shall we tell you when Bell is there again?")]
    with in_tenant(brand.id) as session:
        text = session.scalars(select(MailMessage.text)).one()
    link = re.search(r"https://shop\.example/en-eu/notices/([0-9a-f-]{36})/([\w-]{43})\n", text)
    assert link
    assert UUID(link[1]) == notice
    count(brand, bell, 5)
    drain_once(relay_db, brand.id)
    assert len(mails(brand)) == 1  # nobody has said yes yet
    with in_tenant(brand.id) as session:
        confirm(session, notice, link[2])
    with in_tenant(brand.id) as session:
        assert (tell(session), tell(session)) == (1, 0)
    assert mails(brand)[1:] == [("mira@example.com", "Bell is there again")]
    with in_tenant(brand.id) as session:
        text = session.scalars(select(MailMessage.text).order_by(MailMessage.id.desc()).limit(1)).one()
        assert "https://shop.example/en-eu/p/bell-bell?v=BELL" in text
        assert "Hello,\n" in text
    assert state(brand, notice) == "told"


def test_a_persons_own_address_needs_no_confirmation_and_the_count_itself_sends_the_mail(brand: Shop, bell: UUID, relay_db: Engine) -> None:
    notice = wish(brand, bell, "Mira@example.com", known="mira@EXAMPLE.com", language="de")
    assert (mails(brand), state(brand, notice)) == ([], "waiting")
    assert wish(brand, bell, "other@example.com", known="mira@example.com") != notice
    count(brand, bell, 5)
    drain_once(relay_db, brand.id)
    assert [(who, state(brand, notice)) for who, _subject in mails(brand)[1:]] == [("Mira@example.com", "told")]


def test_what_can_be_had_is_not_sold_or_has_no_address_is_refused(brand: Shop, twin: Shop, bell: UUID) -> None:
    theirs = sold_out(twin)
    with pytest.raises(Invalid):
        wish(brand, bell, "no address")
    with pytest.raises(NotThere):
        wish(brand, theirs)
    count(brand, bell, 1)
    with pytest.raises(Conflict) as refused:
        wish(brand, bell)
    assert refused.value.data == {"code": "there"}
    with in_tenant(brand.id) as session:
        assert session.scalar(select(func.count()).select_from(StockNotice)) == 0


def test_asking_again_is_one_wish_and_one_address_gets_few_questions(brand: Shop, bell: UUID) -> None:
    first = wish(brand, bell)
    assert {wish(brand, bell, "MIRA@example.com") for _ in range(4)} == {first}
    with pytest.raises(TooMany):
        wish(brand, bell)
    assert len(mails(brand)) == 5


def test_a_wrong_link_opens_nothing_and_a_stopped_wish_stays_stopped(brand: Shop, twin: Shop, bell: UUID) -> None:
    notice = wish(brand, bell)
    with in_tenant(brand.id) as session:
        token = token_of(session.scalars(select(StockNotice)).one())
        for wrong in ("", None, token[:-1], token + "x", "ä" * 43, "x" * 43):
            with pytest.raises(NotThere):
                confirm(session, notice, wrong)
        assert stop(session, notice, token).state == "stopped"
        assert confirm(session, notice, token).state == "stopped"
    with in_tenant(twin.id) as session, pytest.raises(NotThere):
        stop(session, notice, token)


def test_two_workers_at_once_write_each_mail_once(brand: Shop, bell: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(6):
        wish(brand, bell, f"p{n}@example.com", known=f"p{n}@example.com")
    with in_tenant(brand.id) as session:
        session.execute(update(StockNotice).values(updated_at=func.now()))
    count(brand, bell, 9)
    start = Barrier(4)

    def work() -> None:
        start.wait()
        with in_tenant(brand.id) as session:
            tell(session)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with in_tenant(brand.id) as session:
        tell(session)
    assert sorted(who for who, _subject in mails(brand)) == [f"p{n}@example.com" for n in range(6)]


def test_a_long_row_of_people_is_told_in_parts(brand: Shop, bell: UUID, relay_db: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "BATCH", 2)
    for n in range(5):
        wish(brand, bell, f"p{n}@example.com", known=f"p{n}@example.com")
    count(brand, bell, 9)
    for _ in range(4):
        drain_once(relay_db, brand.id)
    assert len(mails(brand)) == 5


def test_old_wishes_are_forgotten(brand: Shop, bell: UUID) -> None:
    asked, waiting = wish(brand, bell), wish(brand, bell, "p@example.com", known="p@example.com")
    with in_tenant(brand.id) as session:
        session.execute(update(StockNotice).values(updated_at=func.now() - func.make_interval(0, 0, 0, 8)))
        assert forget_notices(session) == 1
        assert session.scalars(select(StockNotice.id)).all() == [waiting]
    assert asked != waiting
