"""`python -m app.demo.start`: makes what is not there yet of the demo world, then becomes the whole program.

A program of its own, so that later starts load nothing of it. Settings come from the environment.
"""

import argparse
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import create_engine, pool

from app.commands.options import prepared
from app.demo.adventureworks.world import NoData, make_adventureworks
from app.demo.book import ADVENTUREWORKS, WORLD, Book
from app.demo.hands import hands
from app.demo.pictures import begin_drawing
from app.demo.welcome import welcome
from app.demo.world import BRANDS, make_world
from kernel.db.roles import driver_url
from kernel.settings import Settings, use


def say(line: str) -> None:
    """A line of progress, at once."""
    print(line, flush=True)


def main() -> None:
    """Makes, says, becomes."""
    parser = argparse.ArgumentParser(prog="galleria demo")
    parser.add_argument("--adventureworks", type=Path)
    parser.add_argument("--no-start", action="store_true")
    chosen = parser.parse_args()
    settings = Settings.load()
    use(settings)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    book = Book(settings)
    try:
        _make(settings, book, chosen.adventureworks)
    except KeyboardInterrupt:
        say("Stopped. The next start goes on where this one was.")
        sys.exit(130)
    settings.welcome_file.write_text(welcome(settings, with_adventureworks=book.is_made(ADVENTUREWORKS)))
    if chosen.no_start:
        say(settings.welcome_file.read_text().replace("{port}", str(settings.port)))
        return
    os.execve(sys.executable, [sys.executable, "-m", "app.supervisor"], {**os.environ, **settings.environment()})  # noqa: S606 - no shell


def _make(settings: Settings, book: Book, data: Path | None) -> None:
    if not book.is_made(WORLD):
        _make_world(settings, book)
    if data and not book.is_made(ADVENTUREWORKS):
        _make_adventureworks(settings, book, data / "adventureworks")


def _make_world(settings: Settings, book: Book) -> None:
    say("Making the demo world: about a minute, this one time.")
    with hands() as helping:
        drawn = begin_drawing(helping, BRANDS)
        with prepared(settings) as addresses:
            make_world(settings, addresses, book.last_day(), helping, drawn, say)
    book.note(WORLD)


def _make_adventureworks(settings: Settings, book: Book, folder: Path) -> None:
    with prepared(settings) as addresses:
        try:
            make_adventureworks(create_engine(driver_url(addresses.owner), poolclass=pool.NullPool), folder, say)
        except NoData as error:
            say(str(error))
        else:
            book.note(ADVENTUREWORKS)


if __name__ == "__main__":
    main()
