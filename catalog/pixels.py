"""Decoding and re-encoding of pictures nobody has looked at yet: runs in a child process with little memory and little time.

`python -m catalog.pixels` reads from standard input and answers on standard output, each message with its length in front
(four bytes, big-endian). Asked is with JSON ({"trim": true}) and the picture; the answer is JSON (what was made, in which
order) and the files. The child knows no tenant, opens no file and no socket, and dies of its limits rather than of a bomb.
Pictures are turned as their EXIF orientation says, lose all metadata, and are never enlarged.
"""

import io
import resource
import struct
import sys
from dataclasses import dataclass
from typing import IO

import orjson
from PIL import Image, ImageChops, ImageFile, ImageOps

MEMORY_BYTES = 512 << 20
CPU_SECONDS = 20
MOST_PIXELS = 40_000_000
SHORTEST = 16
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF")
LENGTH = struct.Struct(">I")

# format, widths, options; AVIF is encoded fast: the pipeline runs on the shop's own processor
RECIPES: tuple[tuple[str, tuple[int, ...], dict[str, int | bool]], ...] = (
    ("avif", (320, 640, 1280), {"quality": 60, "speed": 9}),
    ("webp", (320, 640, 1280), {"quality": 80, "method": 2}),
    ("jpeg", (160, 640, 1280), {"quality": 84, "progressive": True}),
)
MASTER_WIDTH = 2560
# a background is even where the corners differ by no more than this, and what differs from it by more is the thing shown
EVEN = 12
LEFT_AROUND = 0.04  # of the longer side of what is shown


@dataclass(frozen=True)
class Made:
    """One file made from a picture."""

    format: str
    width: int
    height: int
    data: bytes


class Unfit(ValueError):
    """The picture cannot be taken; the text says why."""


def opened(data: bytes) -> Image.Image:
    """The picture, decoded and upright, as RGB. Raises Unfit; the size is checked before a pixel is decoded."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Unfit("pixels") from error
    except Exception as error:
        raise Unfit("broken") from error
    if image.width * image.height > MOST_PIXELS:
        raise Unfit("pixels")
    if min(image.size) < SHORTEST:
        raise Unfit("small")
    try:
        image.seek(0)
        image.load()
    except Exception as error:
        raise Unfit("broken") from error
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        ground = Image.new("RGB", upright.size, "white")
        ground.paste(upright.convert("RGBA"), mask=upright.convert("RGBA").getchannel("A"))
        return ground
    return upright.convert("RGB")


def trimmed(image: Image.Image) -> Image.Image:
    """The picture without most of an even background around what it shows; unchanged where its corners differ or nothing is shown."""
    right, bottom = image.width - 1, image.height - 1
    corners = [image.getpixel(at) for at in ((0, 0), (right, 0), (0, bottom), (right, bottom))]
    if any(max(channel) - min(channel) > EVEN for channel in zip(*corners, strict=True)):
        return image
    apart = ImageChops.difference(image, Image.new("RGB", image.size, corners[0])).convert("L").point(lambda value: 255 * (value > EVEN))
    box = apart.getbbox()
    if box is None:
        return image
    around = max(2, round(LEFT_AROUND * max(box[2] - box[0], box[3] - box[1])))
    wanted = (max(0, box[0] - around), max(0, box[1] - around), min(image.width, box[2] + around), min(image.height, box[3] + around))
    return image.crop(wanted) if min(wanted[2] - wanted[0], wanted[3] - wanted[1]) >= SHORTEST else image


def renditions(data: bytes, trim: bool = False) -> tuple[tuple[int, int], list[Made]]:
    """Size of the picture and its files: first the master (JPEG, at most MASTER_WIDTH wide), then every recipe. `trim`: an even
    background around what it shows is cut away before."""
    image = trimmed(opened(data)) if trim else opened(data)
    master = _fitted(image, MASTER_WIDTH)
    made = [_encoded(master, "jpeg", {"quality": 92})]
    smaller: dict[int, Image.Image] = {}
    for name, widths, options in RECIPES:
        for width in sorted({min(w, master.width) for w in widths}):
            if width not in smaller:
                smaller[width] = _fitted(master, width)
            made.append(_encoded(smaller[width], name, options))
    return master.size, made


def _fitted(image: Image.Image, width: int) -> Image.Image:
    if image.width <= width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _encoded(image: Image.Image, name: str, options: dict[str, int | bool]) -> Made:
    out = io.BytesIO()
    image.save(out, name.upper(), **options)
    return Made(name, image.width, image.height, out.getvalue())


def read_message(stream: IO[bytes]) -> bytes | None:
    """The next message, None at the end."""
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def write_message(stream: IO[bytes], data: bytes) -> None:
    """A message with its length in front."""
    stream.write(LENGTH.pack(len(data)))
    stream.write(data)


def main() -> None:
    """Answers until its input ends or a limit ends it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS * 60, CPU_SECONDS * 60))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while (asked := read_message(source)) is not None:
        try:
            size, made = renditions(read_message(source) or b"", **orjson.loads(asked))
        except Unfit as error:
            write_message(target, orjson.dumps({"unfit": str(error)}))
        except MemoryError:
            write_message(target, orjson.dumps({"unfit": "pixels"}))
        else:
            told = [{"format": m.format, "width": m.width, "height": m.height} for m in made]
            write_message(target, orjson.dumps({"width": size[0], "height": size[1], "made": told}))
            for m in made:
                write_message(target, m.data)
        target.flush()


if __name__ == "__main__":
    main()
