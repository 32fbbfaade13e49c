"""Samples: each picture once, splits by group, batches by picture, augmented copies for training alone."""

import pytest
import torch
from PIL import Image

from fusion.data.samples import augmented, encode_examples
from fusion.progress import silent
from fusion.tasks import Example
from tests.synthetic import make_samples


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    folder = tmp_path_factory.mktemp("pictures")
    for name in ("red", "green", "blue"):
        Image.new("RGB", (40, 30), name).save(folder / f"{name}.png")
    return [
        Example(folder / f"{name}.png", text, label, kind="color", group=name)
        for name in ("red", "green", "blue")
        for text, label in (("what color is the shape?", name), (f"is there a {name} shape?", "yes"))
    ]


def test_each_picture_and_text_is_encoded_once(examples: list[Example]) -> None:
    labels = ("red", "green", "blue", "yes")
    samples = encode_examples(examples, labels, "efficientnet-lite0", "word-embedding", silent)
    assert len(samples) == 6
    assert len(samples.images) == 3
    assert len(samples.texts) == 4
    assert [labels[i] for i in samples.labels] == [e.label for e in examples]
    assert samples.image_rows.tolist() == [0, 0, 1, 1, 2, 2]


def test_copies_are_other_tokens_and_never_validate(examples: list[Example]) -> None:
    labels = ("red", "green", "blue", "yes")
    more = augmented(examples, copies=2)
    samples = encode_examples(more, labels, "efficientnet-lite0", "word-embedding", silent)
    assert len(samples) == 18
    assert len(samples.images) == 9
    assert samples.original.sum() == 6
    pooled = torch.from_numpy(samples.images.pooled)
    assert not torch.allclose(pooled[0], pooled[3], atol=1e-3)
    train, validation = samples.split(0.34, seed=0)
    assert validation.original.all()
    assert len(validation) == 2
    assert len(train) == 12
    again = encode_examples(more, labels, "efficientnet-lite0", "word-embedding", silent)
    assert again.fingerprint == samples.fingerprint


def test_no_group_stands_on_both_sides() -> None:
    samples = make_samples(100)
    train, validation = samples.split(0.2, seed=1)
    assert not set(train.groups) & set(validation.groups)
    assert len(train) + len(validation) == 100
    assert len(validation) == 20
    assert samples.split(0.2, seed=1)[1].groups == validation.groups
    assert samples.split(0.2, seed=2)[1].groups != validation.groups


def test_batches_hold_each_sample_once() -> None:
    samples = make_samples(50)
    for generator in (None, torch.Generator().manual_seed(0)):
        batches = list(samples.batches(8, generator))
        assert torch.cat(batches).sort().values.tolist() == list(range(50))
        assert max(len(batch) for batch in batches) == 8
