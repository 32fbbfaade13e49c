"""Attention on its way to the page: means, half precision, palettes that can be told apart."""

import numpy as np
import pytest

from fusion.answer import AttentionMaps
from fusion.explain import heatmap


@pytest.fixture
def maps() -> AttentionMaps:
    weights = np.random.default_rng(0).random((2, 3, 4, 5, 7))
    return AttentionMaps(weights / weights.sum((-2, -1), keepdims=True), ("what", "colour", "is", "it"))


def test_means_stand_at_index_0_of_each_axis(maps: AttentionMaps) -> None:
    w = maps.weights
    full = heatmap.with_means(w)
    assert full.shape == (3, 4, 5, 5, 7)
    np.testing.assert_allclose(full[1:, 1:, 1:], w)
    np.testing.assert_allclose(full[0, 2, 3], (w[0, 1, 2] + w[1, 1, 2]) / 2)
    np.testing.assert_allclose(full[2, 0, 1], w[1, :, 0].mean(0))
    np.testing.assert_allclose(full[0, 0, 0], w.mean((0, 1, 2)))
    np.testing.assert_allclose(full.sum((-2, -1)), 1)


def test_each_map_is_scaled_by_its_own_maximum(maps: AttentionMaps) -> None:
    level = heatmap.levels(maps.weights)
    np.testing.assert_allclose(level.max((-2, -1)), 1)
    np.testing.assert_allclose(level * maps.weights.max((-2, -1), keepdims=True), maps.weights)
    assert not heatmap.levels(np.zeros((2, 2))).any()


def test_colours_rise_in_lightness_and_opacity() -> None:
    scale = np.asarray(heatmap.palette()).astype(float)[0]
    lightness = scale[:, :3] @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(lightness[::8]) > 0).all()
    assert (np.diff(scale[::8, 3]) > 0).all()
    assert scale[0, 3] > 0 and scale[-1, 3] == 255


def test_what_is_against_and_what_is_for_differ_for_any_eye() -> None:
    scale = np.asarray(heatmap.signed_palette()).astype(float)[0]
    against, middle, for_it = scale[0], scale[127], scale[-1]
    assert against[2] - against[0] > 40 and for_it[0] - for_it[2] > 40  # blue, red
    assert (middle[:3] > 240).all()
    assert (np.diff(scale[:128:8, 3]) < 0).all() and (np.diff(scale[128::8, 3]) > 0).all()


def test_half_precision_keeps_three_digits_of_every_map_and_mean(maps: AttentionMaps) -> None:
    found = heatmap.halves(maps)
    assert found.dtype == np.dtype("<f2") and found.flags["C_CONTIGUOUS"]
    np.testing.assert_allclose(found, heatmap.with_means(maps.weights), rtol=5e-4, atol=6e-8)


def test_the_sharpest_word_is_the_one_with_the_greatest_mean_weight() -> None:
    weights = np.full((1, 1, 3, 2, 2), 0.25)
    weights[0, 0, 1] = [[0.7, 0.1], [0.1, 0.1]]
    assert heatmap.sharpest(AttentionMaps(weights, ("a", "b", "c"))) == 1
