"""The colours of attention: means, tiles in their places, a palette that keeps its order in grey."""

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


def test_every_tile_lies_where_its_indices_say(maps: AttentionMaps) -> None:
    sheet = heatmap.sheet(maps)
    layers, heads, words = sheet.tiles
    assert sheet.image.size == (words * sheet.columns, layers * heads * sheet.rows)
    assert (layers, heads, words) == (3, 4, 5) and (sheet.rows, sheet.columns) == (5, 7)
    full = heatmap.with_means(maps.weights)
    pixels = np.asarray(sheet.image)
    for layer, head, word in [(0, 0, 0), (1, 2, 3), (2, 3, 4)]:
        top, left = (layer * heads + head) * 5, word * 7
        tile = pixels[top : top + 5, left : left + 7]
        np.testing.assert_allclose(tile / 255, heatmap.levels(full[layer, head, word]), atol=0.002)
        weight, row, column = sheet.peaks[(layer * heads + head) * words + word]
        assert weight == full[layer, head, word, row, column] == full[layer, head, word].max()


def test_the_sharpest_word_is_one_of_the_words() -> None:
    weights = np.full((1, 1, 3, 2, 2), 0.25)
    weights[0, 0, 1] = [[0.7, 0.1], [0.1, 0.1]]
    assert heatmap.sheet(AttentionMaps(weights, ("a", "b", "c"))).sharpest == 2  # 0 is the mean
