"""From the bytes somebody uploaded to pictures that are safe and fast to show. Runs alone; knows no database.

- the header is read first: more than 40 megapixels, a kind we do not take or a broken file is refused before decoding;
- decoding and encoding happen in a child process (`python -m catalog.picture_files`) with at most 512 MiB of memory and 5
  seconds of CPU for the master, 30 for the renditions, because decoders are where pictures attack;
- what is kept is always encoded anew: first frame only, turned upright, without metadata, so that nothing that was
  hidden in the upload is ever served;
- renditions 160, 320, 640 and 1280 pixels wide, never wider than the picture, as AVIF, WebP and JPEG.
"""

import hashlib
import io
import json
import resource
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

WIDTHS = (160, 320, 640, 1280)
WIDEST_MASTER = 2560
MOST_PIXELS = 40_000_000
MOST_BYTES = 40_000_000
KINDS = {"JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP"}
TOO_MANY_PIXELS = "This picture has too many pixels; please choose one of at most 40 megapixels."
MEMORY_BYTES = 512 << 20
MASTER_SECONDS = 5
RENDITION_SECONDS = 30
ENDINGS = {"avif": "avif", "webp": "webp", "jpeg": "jpg"}
OPTIONS: dict[str, dict[str, Any]] = {
    "avif": {"quality": 62, "speed": 9, "max_threads": 1},
    "webp": {"quality": 80, "method": 3},
    "jpeg": {"quality": 82, "optimize": True, "progressive": True},
}


class BadPicture(ValueError):
    """These bytes are no picture we take; the message is for people (English source, see media.py)."""


@dataclass(frozen=True)
class Rendered:
    """One rendition: its bytes and size in pixels."""

    format: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class Prepared:
    """A picture ready to be stored: the master (WebP) and, where they were asked for, its renditions."""

    digest: str
    width: int
    height: int
    master: bytes
    renditions: tuple[Rendered, ...] = ()


def check_header(data: bytes) -> None:
    """Refuses by the header alone, in milliseconds. Raises BadPicture."""
    if len(data) > MOST_BYTES:
        raise BadPicture("This picture is too large; please choose one of at most 40 MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=sorted(KINDS)) as picture:
                width, height = picture.size
    except Image.DecompressionBombError as error:
        raise BadPicture(TOO_MANY_PIXELS) from error
    except Exception as error:  # decoders raise whatever they like
        raise BadPicture("This file is not a picture we can read (JPEG, PNG, WebP, AVIF, GIF, TIFF).") from error
    if width * height > MOST_PIXELS or min(width, height) < 1:
        raise BadPicture(TOO_MANY_PIXELS)


def prepare(data: bytes, with_renditions: bool = True, trusted: bool = False) -> Prepared:
    """Checks, decodes and encodes anew. Raises BadPicture.

    `trusted` is for pictures our own code has drawn: it saves the child process.
    """
    check_header(data)
    if trusted:
        return _prepare(data, with_renditions)
    return _in_child(data, "all" if with_renditions else "master")


def render(master: bytes) -> tuple[Rendered, ...]:
    """The renditions of a master. Raises BadPicture."""
    return _in_child(master, "renditions").renditions


def _in_child(data: bytes, mode: str) -> Prepared:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "in").write_bytes(data)
        command = [sys.executable, "-m", "catalog.picture_files", folder, mode]
        home = Path(__file__).parent.parent
        try:
            done = subprocess.run(command, cwd=home, env={}, capture_output=True, timeout=60, check=False)
        except subprocess.TimeoutExpired as error:
            raise BadPicture("This picture takes too long to be read.") from error
        if done.returncode != 0:
            raise BadPicture("This picture cannot be read; it may be damaged.")
        told = json.loads(Path(folder, "told.json").read_text())
        master = Path(folder, "master").read_bytes()
        renditions = tuple(Rendered(r["format"], r["width"], r["height"], Path(folder, r["file"]).read_bytes()) for r in told["renditions"])
        return Prepared(told["digest"], told["width"], told["height"], master, renditions)


def _prepare(data: bytes, with_renditions: bool) -> Prepared:
    picture = _decode(data)
    return _finish(_encode(picture), picture, with_renditions)


def _finish(master: bytes, picture: Image.Image, with_renditions: bool) -> Prepared:
    renditions = _render(picture) if with_renditions else ()
    return Prepared(hashlib.sha256(master).hexdigest()[:40], picture.width, picture.height, master, renditions)


def _encode(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=90, method=2)
    return out.getvalue()


def _decode(data: bytes) -> Image.Image:
    """Shrinks before it copies, so that forty megapixels fit into the child's memory."""
    with Image.open(io.BytesIO(data), formats=sorted(KINDS)) as opened:
        opened.draft("RGB", (WIDEST_MASTER, WIDEST_MASTER))
        opened.load()
        has_alpha = "A" in opened.getbands() or "transparency" in opened.info
        picture: Image.Image = opened if opened.mode in ("RGB", "RGBA", "L") else opened.convert("RGBA" if has_alpha else "RGB")
        if max(picture.size) > WIDEST_MASTER:
            picture.thumbnail((WIDEST_MASTER, WIDEST_MASTER), Image.Resampling.LANCZOS, reducing_gap=2.0)
        plain = ImageOps.exif_transpose(picture).convert("RGBA" if has_alpha else "RGB")
    plain.info.clear()
    return plain


def _render(picture: Image.Image) -> tuple[Rendered, ...]:
    made = []
    widths = [w for w in WIDTHS if w <= picture.width] or [picture.width]
    if picture.width < WIDTHS[-1] and picture.width not in widths:
        widths.append(picture.width)
    current = picture
    for width in sorted(widths, reverse=True):
        height = max(1, round(picture.height * width / picture.width))
        current = current.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        for kind, options in OPTIONS.items():
            out = io.BytesIO()
            (_flat(current) if kind == "jpeg" else current).save(out, kind.upper(), **options)
            made.append(Rendered(kind, width, height, out.getvalue()))
    return tuple(made)


def _flat(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def main() -> int:
    """The child: limits itself, reads `in`, writes `master`, the renditions and `told.json`."""
    folder, mode = Path(sys.argv[1]), sys.argv[2]
    seconds = MASTER_SECONDS if mode == "master" else RENDITION_SECONDS
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MASTER_SECONDS, RENDITION_SECONDS))
    data = (folder / "in").read_bytes()
    picture = _decode(data)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, RENDITION_SECONDS))
    prepared = _finish(data if mode == "renditions" else _encode(picture), picture, mode != "master")
    (folder / "master").write_bytes(prepared.master)
    told = []
    for n, rendition in enumerate(prepared.renditions):
        (folder / f"r{n}").write_bytes(rendition.data)
        told.append({"format": rendition.format, "width": rendition.width, "height": rendition.height, "file": f"r{n}"})
    sizes = {"digest": prepared.digest, "width": prepared.width, "height": prepared.height, "renditions": told}
    (folder / "told.json").write_text(json.dumps(sizes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
