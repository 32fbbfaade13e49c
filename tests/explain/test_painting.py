"""Painting out: what is touched, and what comes in its place."""

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fusion.explain.painting import FINE, covered, paint_out

GROUND = (200, 120, 40)


def test_what_is_filled_in_is_as_written_out() -> None:
    """Black beside grey; the pixel (1, 1) is painted out. Of squares of 2 x 2 the known pixels' means are
    0 and 200, and between their centres, a quarter of the way from the first to the second, lies 50."""
    pixels = np.zeros((4, 4, 3), dtype=np.uint8)
    pixels[:, 2:] = 200
    expected = pixels.copy()
    expected[1, 1] = 50
    found = paint_out(Image.fromarray(pixels), [(0.25, 0.25, 0.5, 0.5)])
    np.testing.assert_array_equal(np.asarray(found), expected)


@pytest.mark.parametrize("size", [(64, 48), (3 * FINE + 5, 2 * FINE + 1)])
def test_a_thing_on_an_even_ground_vanishes(size: tuple[int, int]) -> None:
    picture = Image.new("RGB", size, GROUND)
    width, height = size
    ImageDraw.Draw(picture).ellipse((0.3 * width, 0.3 * height, 0.6 * width, 0.6 * height), fill="blue")
    found = np.asarray(paint_out(picture, [(0.25, 0.25, 0.5, 0.7), (0.5, 0.25, 0.7, 0.7)])).astype(int)
    assert abs(found - GROUND).max() <= 1


def test_all_else_stays_as_it_was() -> None:
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 700, 3), dtype=np.uint8))
    boxes = [(0.1, 0.2, 0.5, 0.4), (0.4, 0.3, 1.0, 1.0)]
    before, after = np.asarray(picture), np.asarray(paint_out(picture, boxes))
    out = covered(picture.size, boxes)
    np.testing.assert_array_equal(before[~out], after[~out])
    assert after[out].std() < before[out].std() / 2
    assert paint_out(picture, []) == picture


def test_where_nothing_is_left_the_mean_fills_in() -> None:
    halves = Image.new("RGB", (20, 20), "black")
    halves.paste("white", (0, 0, 10, 20))
    assert paint_out(halves, [(0, 0, 1, 1)]) == Image.new("RGB", (20, 20), (128, 128, 128))
    wide = Image.new("RGB", (4 * FINE, 10), GROUND)  # all but a line too fine to be seen
    assert paint_out(wide, [(1 / (4 * FINE), 0, 1, 1)]) == wide


def test_boxes_side_by_side_leave_no_gap_and_the_smallest_covers_a_pixel() -> None:
    edges = [i / 64 for i in range(65)]
    columns = [(left, 0.0, right, 1.0) for left, right in pairwise(edges)]
    for width in (8, 50, 64, 333):
        assert covered((width, 9), columns).all()
    assert covered((8, 8), [(0.999, 0.999, 1.0, 1.0)]).sum() == 1
    assert covered((100, 50), [(0.1, 0.2, 0.3, 0.6)]).sum() == 20 * 20
