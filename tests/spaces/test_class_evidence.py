"""The space of the embedded pair: real photographs, real words, the formula by hand."""

import pytest
import torch
from PIL import Image
from torch import Tensor

from fusion.encoders import load_encoder
from fusion.encoders.efficientnet_lite0 import GRID
from fusion.errors import UserError
from fusion.pack import objects, picture
from fusion.paths import ASSETS
from fusion.spaces import has_space, load_space
from fusion.spaces.class_evidence import (
    CONFIDENCE,
    GENERAL,
    PARENT,
    SHARPNESS,
    TEMPERATURE,
    ClassEvidence,
    class_texts,
)
from fusion.vocabulary import kinds, vocabulary

LABELS = ("bird", "fish", "dog", "building", "screwdriver")
NAMES = [name.name for name in vocabulary()]


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


def test_the_formula_by_hand(space: ClassEvidence) -> None:
    """Each name's nearness to a label is that of its nearest word, what is more general counting GENERAL."""
    minilm = load_encoder("minilm")

    def unit(texts: list[str]) -> Tensor:
        pooled = torch.cat([minilm.encode(texts[i : i + 64]).pooled for i in range(0, len(texts), 64)])
        return pooled / pooled.norm(dim=1, keepdim=True)

    words = {word for name in vocabulary() for word in (*name.all_words, *kinds(name.name))}
    vectors = dict(zip(sorted(words), unit(sorted(words)), strict=True))
    labels = unit(list(LABELS))
    near = torch.empty(len(NAMES), len(LABELS))
    for i, name in enumerate(vocabulary()):
        for j, label in enumerate(labels):
            own = [float(vectors[word] @ label) for word in name.all_words]
            general = [GENERAL * float(vectors[word] @ label) for word in kinds(name.name)[1:]]
            near[i, j] = max(own + general)
    near = (near - near.mean(0)) / near.std(0)
    torch.testing.assert_close(space.near(LABELS), near, atol=1e-3, rtol=1e-3)


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


def test_a_name_is_nearest_to_its_own_word(space: ClassEvidence) -> None:
    some = NAMES[::5]
    near = space.near(some)
    assert near.shape == (len(NAMES), len(some))
    for j, name in enumerate(some):
        assert NAMES[int(near[:, j].argmax())] == name


def test_other_words_and_kinds_are_near_too(space: ClassEvidence) -> None:
    near = space.near(["puppy", "bird", "fruit"])
    assert NAMES[int(near[:, 0].argmax())] == "dog"
    for j, kind in ((1, "bird"), (2, "fruit")):
        of_kind = torch.tensor([kind in kinds(name) for name in NAMES])
        assert near[of_kind, j].min() > near[~of_kind, j].mean() + 1


def test_no_label_is_near_to_everything(space: ClassEvidence) -> None:
    near = space.near(["thing", "picture", "owl"])
    torch.testing.assert_close(near.mean(0), torch.zeros(3), atol=1e-4, rtol=0)
    torch.testing.assert_close(near.std(0), torch.ones(3), atol=1e-4, rtol=1e-4)


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


def test_maps_are_of_one_word_each_from_0_to_1(space: ClassEvidence) -> None:
    shown = photograph("macaw.jpg")
    maps = space.maps(shown, ["parrot", "screwdriver"])
    assert maps.shape == (2, *GRID)
    assert (maps >= 0).all() and (maps <= 1).all()
    assert maps[0].max() > 3 * maps[1].max()
    torch.testing.assert_close(maps[1:], space.maps(shown, ["screwdriver"]), atol=1e-5, rtol=1e-4)


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
