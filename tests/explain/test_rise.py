"""RISE: an additive answer is found out exactly, masks keep the shares that they should."""

import pytest
import torch

from fusion.explain import EXPLAINERS
from fusion.explain.rise import MASKS, SHARES, TEXTS, difference, masks, parts
from tests.explain.test_explainers import WORDS, case


def test_what_each_word_adds_is_found_where_every_part_is_tried() -> None:
    worth = torch.tensor([0.5, -0.25, 0.0, 0.125, 1.0])
    keep = parts(5)
    assert len(keep) == 32 and len(torch.unique(keep, dim=0)) == 32
    torch.testing.assert_close(difference(keep, keep.float() @ worth + 0.3), worth)


def test_the_words_of_an_input_against_every_part_of_its_text() -> None:
    explained = case("cross-attention")
    expected = []
    for word in range(WORDS):
        means = []
        for stays in (True, False):
            answers = [
                float(explained.with_words(row[None])[0, 3])
                for row in parts(WORDS)
                if bool(row[word]) == stays
            ]
            means.append(sum(answers) / len(answers))
        expected.append(means[0] - means[1])
    found = EXPLAINERS["rise"].explain(explained).text
    torch.testing.assert_close(found, torch.tensor(expected), atol=1e-6, rtol=1e-3)


def test_a_long_text_is_tried_in_part_each_word_as_often_with_as_without() -> None:
    keep = parts(30)
    assert keep.shape == (TEXTS, 30)
    assert (keep.sum(0) == TEXTS // 2).all()


@pytest.mark.parametrize("grid", [(7, 7), (8, 8), (1, 1), (1, 9)])
def test_a_mask_keeps_its_share_of_the_patches(grid: tuple[int, int]) -> None:
    keep, share = masks(grid)
    n = grid[0] * grid[1]
    assert keep.shape == (MASKS, n)
    for row, which in zip(keep, share.tolist(), strict=True):
        assert int(row.sum()) == max(1, min(round(SHARES[which] * n), max(1, n - 1)))


def test_no_patch_is_kept_much_more_often_than_another() -> None:
    kept = masks((8, 8))[0].float().mean(0)
    assert kept.min() > 0.35 and kept.max() < 0.6
