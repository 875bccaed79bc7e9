"""Cutting an even background away from a picture, in the process that decodes it."""

import io

from PIL import Image, ImageDraw

from catalog.decoding import Decoder
from catalog.pixels import trimmed


def shown(size: tuple[int, int], ground: tuple[int, int, int], box: tuple[int, int, int, int]) -> Image.Image:
    """A dark thing at `box` before an even ground."""
    image = Image.new("RGB", size, ground)
    ImageDraw.Draw(image).rectangle(box, fill=(20, 60, 40))
    return image


def test_an_even_background_is_cut_away_but_for_a_little() -> None:
    image = trimmed(shown((1000, 800), (250, 250, 250), (400, 300, 599, 399)))
    assert image.size == (216, 116)  # 200 × 100 pixels and 4 % of 200 on each side


def test_what_touches_an_edge_keeps_that_edge() -> None:
    assert trimmed(shown((1000, 800), (255, 255, 255), (0, 300, 199, 399))).size == (208, 116)


def test_a_scene_and_an_empty_picture_stay_as_they_are() -> None:
    scene = shown((400, 300), (255, 255, 255), (150, 100, 250, 200))
    ImageDraw.Draw(scene).rectangle((0, 0, 40, 40), fill=(90, 120, 200))  # one corner differs: no background
    assert trimmed(scene).size == (400, 300)
    assert trimmed(Image.new("RGB", (400, 300), "white")).size == (400, 300)


def test_the_child_process_trims_only_where_it_is_asked_to() -> None:
    out = io.BytesIO()
    shown((1000, 800), (250, 250, 250), (400, 300, 599, 399)).save(out, "PNG")
    with Decoder() as decoder:
        assert decoder.renditions(out.getvalue())[0] == (1000, 800)
        assert decoder.renditions(out.getvalue(), trim=True)[0] == (216, 116)
