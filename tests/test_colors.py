import numpy as np
import pytest
import torch
from PIL import Image

from fusion.colors import COLORS, color_names, dominant_colors, thing_colors

SHADES = {
    "black": [(0, 0, 0), (25, 25, 30)],
    "white": [(255, 255, 255), (240, 240, 235)],
    "gray": [(128, 128, 128), (90, 95, 100), (170, 170, 170)],
    "red": [(255, 0, 0), (128, 0, 32), (180, 40, 30)],
    "orange": [(255, 165, 0), (255, 120, 0)],
    "yellow": [(255, 255, 0), (250, 210, 50)],
    "green": [(0, 255, 0), (107, 142, 35), (20, 60, 20)],
    "blue": [(0, 0, 255), (70, 130, 180), (40, 40, 90), (0, 255, 255)],
    "purple": [(128, 0, 128), (120, 60, 180)],
    "pink": [(255, 192, 203), (240, 128, 168)],
    "brown": [(139, 69, 19), (94, 60, 30), (210, 180, 140)],
}


@pytest.mark.parametrize(("name", "rgb"), [(name, rgb) for name, shades in SHADES.items() for rgb in shades])
def test_clear_shades_have_their_everyday_name(name: str, rgb: tuple[int, int, int]) -> None:
    assert COLORS[color_names(np.array([rgb], dtype=np.uint8))[0]] == name


def test_a_table_says_nearly_the_same_at_once() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (4000, 3)).astype(np.uint8)
    told = thing_colors(torch.from_numpy(pixels))
    assert told.shape == (4000, len(COLORS)) and (told.sum(1) == 1).all()
    assert (told.argmax(1).numpy() == color_names(pixels)).mean() > 0.9


def test_teal_is_blue_or_green() -> None:
    assert COLORS[color_names(np.array([(0, 128, 128)], dtype=np.uint8))[0]] in ("blue", "green")


def test_many_pixels_at_once() -> None:
    pixels = np.array([(255, 0, 0), (0, 0, 0), (255, 0, 0)], dtype=np.uint8)
    assert [COLORS[i] for i in color_names(pixels)] == ["red", "black", "red"]


def striped(*stripes: tuple[tuple[int, int, int, int], int]) -> Image.Image:
    """Columns of one colour each, with their widths."""
    columns = np.concatenate([np.full((width, 4), rgba, np.uint8) for rgba, width in stripes])
    return Image.fromarray(np.tile(columns, (10, 1, 1)))


def test_dominant_colors_come_most_first_and_only_from_a_quarter_on() -> None:
    red, blue, green = (255, 0, 0, 255), (0, 0, 255, 255), (0, 200, 0, 255)
    assert dominant_colors(striped((blue, 30), (red, 60), (green, 10))) == ("red", "blue")


def test_transparent_pixels_have_no_color() -> None:
    assert dominant_colors(striped(((0, 0, 255, 0), 90), ((255, 0, 0, 255), 10))) == ("red",)
    assert dominant_colors(striped(((0, 0, 255, 0), 10))) == ()
