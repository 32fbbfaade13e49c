"""Samples: each picture once, splits by group, batches by picture, augmented copies for training alone."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageDraw

from fusion.data.samples import Samples, augmented, encode_examples, picture_of
from fusion.encoders import load_encoder
from fusion.encoders.base import Imagined, Thing
from fusion.errors import UserError
from fusion.progress import silent
from fusion.tasks import Example
from tests.synthetic import make_samples


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    folder = tmp_path_factory.mktemp("pictures")
    for name in ("red", "green", "blue"):
        picture = Image.new("RGB", (40, 30), name)
        ImageDraw.Draw(picture).ellipse((5, 5, 20, 25), fill="white")
        picture.save(folder / f"{name}.png")
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
    pooled = samples.images.pooled(torch.arange(len(samples.images)))
    for first, second in ((0, 3), (0, 6), (3, 6), (1, 4), (2, 5)):
        assert not torch.allclose(pooled[first], pooled[second], atol=1e-3)
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


def test_few_are_drawn_of_each_class_by_the_seed() -> None:
    samples = make_samples(100)
    few = samples.few(5, seed=1)
    assert few.labels.bincount().tolist() == [5, 5, 5, 5]
    assert few.groups == samples.few(5, seed=1).groups != samples.few(5, seed=2).groups
    assert set(few.groups) <= set(samples.groups)
    everything = samples.few(1000, seed=1)
    assert everything.groups == samples.groups, "a class with fewer gives all"


def test_the_copies_of_the_few_come_with_them(examples: list[Example]) -> None:
    labels = ("red", "green", "blue", "yes")
    samples = encode_examples(
        augmented(examples, copies=2), labels, "efficientnet-lite0", "word-embedding", silent
    )
    few = samples.few(1, seed=0)
    assert few.original.sum() == 4
    assert sorted(few.labels.tolist()) == sorted([*range(4)] * 3)
    yes = [group for group, label in zip(few.groups, few.labels.tolist(), strict=True) if label == 3]
    assert len(yes) == 3 and len(set(yes)) == 1, "of the same picture"


def test_batches_hold_each_sample_once() -> None:
    samples = make_samples(50)
    for generator in (None, torch.Generator().manual_seed(0)):
        batches = list(samples.batches(8, generator))
        assert torch.cat(batches).sort().values.tolist() == list(range(50))
        assert max(len(batch) for batch in batches) == 8


LABELS = ("red", "green", "blue", "yes")


@dataclass(frozen=True)
class Square:
    """A picture that is drawn when it is needed; imagined: a thing is told in it."""

    color: str
    imagined: bool = False

    @property
    def key(self) -> str:
        return f"square {self.color} {self.imagined}"

    def draw(self) -> Image.Image | Imagined:
        picture = Image.new("RGB", (40, 40), self.color)
        ImageDraw.Draw(picture).rectangle((10, 10, 20, 30), fill="white")
        return Imagined(picture, (Thing("zebra", (0.1, 0.1, 0.8, 0.8)),)) if self.imagined else picture


def encoded(examples: list[Example]) -> Samples:
    return encode_examples(examples, LABELS, "efficientnet-lite0", "word-embedding", silent)


def square(color: str = "red", imagined: bool = False, **changes: object) -> Example:
    made = Example(Square(color, imagined), "what color is it?", color, "color", color)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_drawn_pictures_are_those_of_files(tmp_path: Path) -> None:
    file = tmp_path / "red.png"
    picture_of(Square("red")).save(file)
    samples = encoded(
        [square("red"), square("green"), square("red", text="is it red?"), square(picture=file)]
    )
    assert samples.image_rows.tolist() == [0, 1, 0, 2]
    pooled = samples.images.pooled(torch.arange(len(samples.images)))
    torch.testing.assert_close(pooled[2], pooled[0], atol=1e-4, rtol=1e-4)
    assert not torch.allclose(pooled[0], pooled[1], atol=1e-2)
    assert picture_of(file).tobytes() == picture_of(Square("red")).tobytes()


def test_drawn_pictures_have_augmented_views_but_imagined_ones_none() -> None:
    samples = encoded(augmented([square("red"), square("green", imagined=True)], copies=1))
    pooled = samples.images.pooled(torch.arange(len(samples.images)))
    assert not torch.allclose(pooled[2], pooled[0], atol=1e-3)
    torch.testing.assert_close(pooled[3], pooled[1], atol=1e-4, rtol=1e-4)


def test_imagined_things_reach_the_encoder() -> None:
    samples = encoded([square("blue"), square("blue", imagined=True)])
    expected = load_encoder("efficientnet-lite0").encode([Square("blue", imagined=True).draw()])
    tokens = samples.images.read(samples.image_rows)
    torch.testing.assert_close(tokens.pooled[1], expected.pooled[0], atol=1e-4, rtol=1e-4)
    assert not torch.allclose(tokens.pooled[0], tokens.pooled[1], atol=1e-2)
    assert picture_of(Square("blue", imagined=True)).tobytes() == picture_of(Square("blue")).tobytes()


def test_what_is_no_picture_is_told(tmp_path: Path) -> None:
    (tmp_path / "no.png").write_bytes(b"no picture")
    with pytest.raises(UserError):
        picture_of(tmp_path / "no.png")


def test_any_accepted_answer_is_right() -> None:
    samples = encoded(
        [
            square("red", accepted=("red", "green")),
            square("green"),
            square("blue", accepted=("crimson", "yes")),  # one of them is no class
            square("red", label="crimson", accepted=("crimson",)),  # neither is its label
        ]
    )
    assert samples.accepted == ((0, 1), (1,), (3,), ())
    assert samples.labels.tolist() == [0, 1, 2, -1]
    logits = torch.eye(4)
    assert samples.right(logits[[1, 1, 3, 0]]).tolist() == [True, True, True, False]
    assert samples.right(logits[[2, 0, 2, 3]]).tolist() == [False] * 4
    some = samples.subset(torch.tensor([2, 0]))
    assert some.accepted == ((3,), (0, 1))
    assert some.right(logits[[3, 1]]).tolist() == [True, True]


def test_what_the_task_holds_out_validates_whatever_the_share() -> None:
    examples = [square(color, validation=color == "blue") for color in ("red", "green", "blue")]
    samples = encoded(augmented(examples, copies=1))
    assert samples.held_out.tolist() == [False, False, True] * 2
    for share in (0.1, 0.9):
        train, validation = samples.split(share, seed=0)
        assert train.groups == ("red", "green") * 2
        assert validation.groups == ("blue",), "no augmented copy validates"
        assert validation.original.all() and validation.held_out.all()


def test_the_fingerprint_changes_with_what_is_drawn_and_asked() -> None:
    prints = {
        encoded([changed]).fingerprint
        for changed in (square("red"), square("green"), square(text="why?"), square(label="blue"))
    }
    assert len(prints) == 4
    assert encoded([square("red")]).fingerprint in prints
