"""What has been made in this data folder, and on which day: a file, so that a later start need not ask the database."""

from datetime import UTC, date, datetime

import orjson

from kernel.settings import Settings

WORLD, ADVENTUREWORKS = "world", "adventureworks"


class Book:
    """`demo.json` in the data folder."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.data_dir / "demo.json"
        self._told: dict[str, str] = orjson.loads(self._path.read_bytes()) if self._path.exists() else {}

    def is_made(self, what: str) -> bool:
        """Has this been finished?"""
        return what in self._told

    def last_day(self) -> date:
        """The day from which the past is counted: that of the first start, also where that was interrupted."""
        if "day" not in self._told:
            self._write("day", datetime.now(UTC).date().isoformat())
        return date.fromisoformat(self._told["day"])

    def note(self, what: str) -> None:
        """From now on this is finished."""
        self._write(what, datetime.now(UTC).isoformat(timespec="seconds"))

    def _write(self, name: str, value: str) -> None:
        self._told[name] = value
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".draft")
        draft.write_bytes(orjson.dumps(self._told, option=orjson.OPT_INDENT_2))
        draft.replace(self._path)
