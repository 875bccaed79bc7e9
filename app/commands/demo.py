"""demo: makes the demo world where it is not there yet, then runs everything."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import DataDir, Host, Port, Workers, settings_with
from app.commands.run import become
from app.demo.book import ADVENTUREWORKS, WORLD, Book

Adventureworks = Annotated[
    Path | None, typer.Option("--adventureworks", help="Besides, a brand of 504 imported products: the folder of data sets.")
]
NoStart = Annotated[bool, typer.Option("--no-start", help="Only make the world; `galleria serve` runs it.")]


def demo(
    port: Port = None,
    host: Host = None,
    data_dir: DataDir = None,
    web_workers: Workers = None,
    adventureworks: Adventureworks = None,
    no_start: NoStart = False,
) -> None:
    """Run everything with a demo world in it: two brands, two partners, half a year of orders. Prints addresses and log-ins."""
    settings = settings_with(port=port, host=host, data_dir=data_dir, web_workers=web_workers).with_(style_guide="yes")
    book = Book(settings)
    wanted = [WORLD] if adventureworks is None else [WORLD, ADVENTUREWORKS]
    if all(book.is_made(what) for what in wanted) and not no_start:
        become("app.supervisor", settings)
    words = [] if adventureworks is None else ["--adventureworks", str(adventureworks)]
    become("app.demo.start", settings, *words, *(["--no-start"] if no_start else []))
