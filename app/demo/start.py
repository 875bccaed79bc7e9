"""`python -m app.demo.start`: makes what is not there yet of the demo world, then becomes the whole program.

A program of its own, so that later starts load nothing of it. Settings come from the environment.
"""

import argparse
import os
import sys
from pathlib import Path

from app.commands.options import prepared
from app.demo.book import WORLD, Book
from app.demo.hands import hands
from app.demo.pictures import begin_drawing
from app.demo.welcome import welcome
from app.demo.world import BRANDS, make_world
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
    book = Book(settings)
    if not book.is_made(WORLD):
        _make_world(settings, book)
    settings.welcome_file.write_text(welcome(settings))
    if chosen.no_start:
        say(settings.welcome_file.read_text().replace("{port}", str(settings.port)))
        return
    os.execve(sys.executable, [sys.executable, "-m", "app.supervisor"], {**os.environ, **settings.environment()})  # noqa: S606 - no shell


def _make_world(settings: Settings, book: Book) -> None:
    say("Making the demo world: about a minute, this one time.")
    with hands() as pool:
        drawn = begin_drawing(pool, BRANDS)
        with prepared(settings) as addresses:
            make_world(settings, addresses, book.last_day(), pool, drawn, say)
    book.note(WORLD)


if __name__ == "__main__":
    main()
