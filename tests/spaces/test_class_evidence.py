"""The space of the embedded pair: real photographs, real words, the formula by hand."""

import pytest
import torch
from PIL import Image
from torch import Tensor

from fusion.encoders import load_encoder
from fusion.encoders.efficientnet_lite0 import GRID
from fusion.encoders.evidence import load_evidence
from fusion.errors import UserError
from fusion.pack import objects, picture
from fusion.paths import ASSETS
from fusion.spaces import has_space, load_space
from fusion.spaces.class_evidence import (
    CONFIDENCE,
    HALF,
    PARENT,
    SHARPNESS,
    TEMPERATURE,
    ClassEvidence,
    class_texts,
)
from fusion.vocabulary import vocabulary

LABELS = ("bird", "fish", "dog", "building", "screwdriver")


@pytest.fixture(scope="module")
def space() -> ClassEvidence:
    made = load_space("efficientnet-lite0", "minilm")
    assert isinstance(made, ClassEvidence)
    return made


def photograph(name: str) -> Image.Image:
    return Image.open(ASSETS / "examples" / name).convert("RGB")


def beside_nothing(name: str, right: bool) -> Image.Image:
    """A render of the pack in one half of a white picture."""
    item = next(item for item in objects() if item.name == name and item.domain == "render")
    cut_out = picture(item.file)
    canvas = Image.new("RGB", (2 * 160, 160), "white")
    canvas.paste(cut_out, (176 if right else 16, 16), cut_out)
    return canvas


def peak(map_: Tensor) -> tuple[float, float]:
    """(x, y) of the strongest place, as shares of the picture."""
    row, column = divmod(int(map_.argmax()), map_.shape[1])
    return (column + 0.5) / map_.shape[1], (row + 0.5) / map_.shape[0]


@pytest.mark.parametrize(("name", "label"), [("macaw.jpg", "bird"), ("clownfish.jpg", "fish")])
def test_photographs_are_named(space: ClassEvidence, name: str, label: str) -> None:
    shares = space.of_picture(photograph(name), LABELS)
    assert shares.sum().item() == pytest.approx(1, abs=1e-5)
    assert LABELS[int(shares.argmax())] == label
    assert shares.max() > 0.5


def test_a_picture_is_told_by_the_classes(space: ClassEvidence) -> None:
    """Each class hands its probability to the labels by their softmax of its nearness, standardised."""
    minilm = load_encoder("minilm")

    def unit(texts: list[str]) -> Tensor:
        pooled = torch.cat([minilm.encode(texts[i : i + 64]).pooled for i in range(0, len(texts), 64)])
        return pooled / pooled.norm(dim=1, keepdim=True)

    shown = photograph("macaw.jpg")
    classes = unit(class_texts())
    above = unit([name.parent or name.category for name in vocabulary()])
    for i, name in enumerate(vocabulary()):
        for number in name.classes:
            owners = sum(number in other.classes for other in vocabulary())
            classes[number] += PARENT * above[i] / owners
    classes = classes / classes.norm(dim=1, keepdim=True)
    near = classes @ unit(list(LABELS)).T
    near = (near - near.mean(0)) / near.std(0)
    logits = space.image.classify(space.image.features([shown]))[0]
    total = torch.zeros(len(LABELS))
    for share, row in zip((logits / TEMPERATURE).softmax(0), near, strict=True):
        sides = torch.exp(SHARPNESS * row)
        total += share * sides / sides.sum()
    expected = total**CONFIDENCE / (total**CONFIDENCE).sum()
    torch.testing.assert_close(space.of_picture(shown, LABELS), expected, atol=2e-3, rtol=2e-2)


def test_maps_by_hand(space: ClassEvidence) -> None:
    """What a patch tells, in the direction of the word about the mean of the names, from 0 up to 1."""
    words = ["parrot", "screwdriver", "a person of many words"]
    shown = photograph("macaw.jpg")
    pooled = load_encoder("minilm").encode(words).pooled
    centre = load_evidence().vectors.mean(0)
    told = load_encoder("efficientnet-lite0").encode([shown]).sequence[0, :, :384]
    maps = space.maps(shown, words)
    assert maps.shape == (3, *GRID)
    for map_, vector in zip(maps, pooled, strict=True):
        direction = vector / vector.norm() - centre
        strengths = [max(0.0, float(patch @ direction)) for patch in told]
        expected = [strength**2 / (strength**2 + HALF**2) for strength in strengths]
        torch.testing.assert_close(map_.flatten(), torch.tensor(expected), atol=1e-3, rtol=1e-3)
    assert maps[0].max() > 0


@pytest.mark.parametrize("name", ["zebra", "strawberry", "airplane"])
@pytest.mark.parametrize("right", [False, True])
def test_the_map_of_a_word_peaks_where_its_thing_stands(space: ClassEvidence, name: str, right: bool) -> None:
    shown = beside_nothing(name, right)
    (map_,) = space.maps(shown, [name])
    assert map_.shape == GRID
    x, _ = peak(map_)
    assert (x > 0.5) == right
    half = GRID[1] // 2
    there, elsewhere = (map_[:, half:], map_[:, :half]) if right else (map_[:, :half], map_[:, half:])
    assert there.mean() > 2 * elsewhere.mean()


def test_maps_are_of_one_word_each(space: ClassEvidence) -> None:
    shown = photograph("macaw.jpg")
    maps = space.maps(shown, ["parrot", "screwdriver"])
    assert maps[0].max() > 3 * maps[1].max()
    torch.testing.assert_close(maps[1:], space.maps(shown, ["screwdriver"]), atol=1e-4, rtol=1e-3)


def test_the_order_of_labels_does_not_matter(space: ClassEvidence) -> None:
    shown = photograph("clownfish.jpg")
    backwards = space.of_picture(shown, LABELS[::-1]).flip(0)
    torch.testing.assert_close(space.of_picture(shown, LABELS), backwards, atol=1e-4, rtol=1e-3)


def test_texts_are_told_by_their_meaning(space: ClassEvidence) -> None:
    shares = space.of_text("a parrot sings in the tree", LABELS)
    assert LABELS[int(shares.argmax())] == "bird"


def test_a_pair_without_a_space_is_one_sentence() -> None:
    assert has_space("efficientnet-lite0", "minilm")
    assert not has_space("efficientnet-lite0", "word-embedding")
    with pytest.raises(UserError, match="efficientnet-lite0 with minilm"):
        load_space("efficientnet-lite0", "word-embedding")
