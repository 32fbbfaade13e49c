"""Attention on an object: a uniform map is chance, a map on the object is the inverse of its area."""

import pytest
import torch

from fusion.explain.pointing import TOLERANCE, coverage, points_at


def test_coverage_of_whole_and_cut_patches() -> None:
    inside = coverage((0.25, 0.5, 1.0, 1.0), rows=2, columns=2)
    torch.testing.assert_close(inside, torch.tensor([[0.0, 0.0], [0.5, 1.0]]))


@pytest.mark.parametrize("box", [(0.0, 0.0, 1.0, 1.0), (0.13, 0.2, 0.5, 0.9), (0.5, 0.5, 0.51, 0.52)])
def test_coverage_sums_to_the_area(box: tuple[float, float, float, float]) -> None:
    area = (box[2] - box[0]) * (box[3] - box[1])
    assert coverage(box, 14, 14).mean().item() == pytest.approx(area, rel=1e-4)


def test_a_uniform_map_is_chance() -> None:
    inside = coverage((0.2, 0.2, 0.4, 0.7), 14, 14)
    uniform = torch.full((14, 14), 1 / 196)
    assert ((uniform * inside).sum() / inside.mean()).item() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("beyond", "hit"), [(-0.1, True), (TOLERANCE - 0.01, True), (TOLERANCE + 0.01, False)]
)
def test_the_most_relevant_patch_lies_on_the_object_or_nearly(beyond: float, hit: bool) -> None:
    relevance = torch.zeros(16)
    relevance[6] = 1.0  # its middle: three eighths down, five eighths across
    box = (0.1, 0.1, 0.625 - beyond, 0.9)
    assert points_at(box, relevance, (4, 4)) == hit
    assert points_at((0.625 + beyond, 0.1, 0.9, 0.9), relevance, (4, 4)) == hit
    assert points_at(box, relevance, (4, 4), tolerance=0) == (beyond <= 0)
