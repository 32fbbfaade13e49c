"""From pieces to whole words, and batches of them."""

import torch

from fusion.encoders.words import merge_pieces, pad_words


def test_the_pieces_of_a_word_are_averaged_and_special_tokens_left_out() -> None:
    states = torch.arange(14.0).view(7, 2)
    merged = merge_pieces(states, [None, 0, 1, 1, 1, 2, None])
    expected = torch.stack([states[1], states[2:5].mean(0), states[5]])
    torch.testing.assert_close(merged, expected)


def test_without_a_word_nothing_is_left_and_the_width_stays() -> None:
    assert merge_pieces(torch.ones(2, 5), [None, None]).shape == (0, 5)


def test_samples_are_padded_on_the_right_to_the_longest() -> None:
    samples = [torch.full((n, 4), float(n)) for n in (2, 0, 3)]
    sequence, mask = pad_words(samples)
    assert sequence.shape == (3, 3, 4)
    assert mask.tolist() == [[True, True, False], [False] * 3, [True] * 3]
    for i, sample in enumerate(samples):
        assert torch.equal(sequence[i, mask[i]], sample)
    assert not sequence[~mask].any()


def test_a_batch_without_any_word_keeps_one_place() -> None:
    sequence, mask = pad_words([torch.zeros(0, 4)])
    assert sequence.shape == (1, 1, 4)
    assert not mask.any()
