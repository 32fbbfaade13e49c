"""Word vectors by co-occurrence: words in like company come to lie near each other."""

import torch

from fusion.encoders.train_words import train


def test_words_in_like_company_are_near() -> None:
    frames = ["the {} shape is bright", "paint it {} today", "a {} wall and a {} door"]
    animals = ["the {} runs home fast", "feed your {} some bread", "my {} sleeps at night"]
    sentences = [f.replace("{}", w).split() for f in frames for w in ("red", "blue", "green")]
    sentences += [f.replace("{}", w).split() for f in animals for w in ("dog", "cat", "fox")]
    vocabulary, table = train(sentences * 5, width=6)
    assert table.shape == (len(vocabulary) + 1, 6)
    at = {word: table[i] for i, word in enumerate(vocabulary)}
    assert torch.dot(at["red"], at["blue"]) > torch.dot(at["red"], at["dog"]) + 0.2
    assert torch.dot(at["cat"], at["fox"]) > torch.dot(at["cat"], at["green"]) + 0.2
    torch.testing.assert_close(table[:-1].norm(dim=1), torch.ones(len(vocabulary), dtype=table.dtype))


def test_it_repeats() -> None:
    sentences = [["a", "b", "c"], ["c", "d", "a"], ["b", "d", "e", "f"]] * 3
    first, second = train(sentences, width=3), train(sentences, width=3)
    assert first[0] == second[0]
    assert torch.equal(first[1], second[1])
