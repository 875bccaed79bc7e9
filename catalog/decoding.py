"""The parent's side of catalog/pixels.py: a child process that decodes, with a time limit per picture.

    with Decoder() as decoder:
        files = decoder.renditions(data)

One child serves one `with`, so that no picture of one tenant ever meets another tenant's in a process.
"""

import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType

import orjson

from catalog.pixels import Made, read_message, write_message
from kernel.errors import Invalid
from kernel.i18n import gettext as _
from kernel.i18n import mark

SECONDS = 10.0
MOST_BYTES = 40_000_000
ROOT = Path(__file__).resolve().parent.parent
STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF", b"\x00\x00\x00")
REASONS = {
    "pixels": mark("This picture has more than 40 million pixels. Please send a smaller one."),
    "small": mark("This picture is too small to be shown."),
    "broken": mark("This is not a picture we can read. PNG, JPEG, WebP and AVIF work."),
}


class Decoder:
    """A child process; killed where it takes too long, started anew for the next picture."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Decoder":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()

    def renditions(self, data: bytes, trim: bool = False) -> tuple[tuple[int, int], list[Made]]:
        """Size and files of a picture, the master first; `trim`: without an even background around what it shows. Raises Invalid
        at `file` for what cannot be taken."""
        check_start(data)
        child = self._running()
        timer = threading.Timer(SECONDS, child.kill)
        timer.start()
        try:
            return self._asked(child, data, trim)
        except (OSError, ValueError, TypeError) as error:
            child.kill()
            child.communicate()
            self._child = None
            raise _not_taken("broken") from error
        finally:
            timer.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            command = [sys.executable, "-m", "catalog.pixels"]
            self._child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return self._child

    def _asked(self, child: subprocess.Popen[bytes], data: bytes, trim: bool) -> tuple[tuple[int, int], list[Made]]:
        if child.stdin is None or child.stdout is None:
            raise OSError("no pipes")
        write_message(child.stdin, orjson.dumps({"trim": trim}))
        write_message(child.stdin, data)
        child.stdin.flush()
        told = orjson.loads(read_message(child.stdout) or b"")
        if "unfit" in told:
            raise _not_taken(told["unfit"])
        made = [Made(m["format"], m["width"], m["height"], read_message(child.stdout) or b"") for m in told["made"]]
        return (told["width"], told["height"]), made


def _not_taken(why: str) -> Invalid:
    return Invalid.at("file", _(REASONS[why]), why)


def check_start(data: bytes) -> None:
    """Raises Invalid at `file` for what is too large or does not begin like a picture, before any process is started."""
    if len(data) > MOST_BYTES:
        raise Invalid.at("file", _("This file is larger than 40 MB. Please send a smaller one."), "too_large")
    if not data.startswith(STARTS):
        raise _not_taken("broken")
