"""The space of the embedded pair: real photographs, real words, the formula by hand."""

import pytest
import torch
from PIL import Image

from fusion.encoders import load_encoder
from fusion.errors import UserError
from fusion.paths import ASSETS
from fusion.spaces import load_space
from fusion.spaces.class_evidence import CONFIDENCE, SHARPNESS, TEMPERATURE, ClassEvidence, class_texts

LABELS = ("bird", "fish", "dog", "building", "screwdriver")


@pytest.fixture(scope="module")
def space() -> ClassEvidence:
    made = load_space("efficientnet-lite0", "minilm")
    assert isinstance(made, ClassEvidence)
    return made


def photograph(name: str) -> Image.Image:
    return Image.open(ASSETS / "examples" / name).convert("RGB")


def test_class_texts_hold_names_and_definitions() -> None:
    texts = class_texts()
    assert len(texts) == 1000
    assert texts[0].startswith("tench")
    assert all(": " in text for text in texts)


@pytest.mark.parametrize(("name", "label"), [("macaw.jpg", "bird"), ("clownfish.jpg", "fish")])
def test_photographs_are_named(space: ClassEvidence, name: str, label: str) -> None:
    shares = space.of_picture(photograph(name), LABELS)
    assert shares.sum().item() == pytest.approx(1, abs=1e-5)
    assert LABELS[int(shares.argmax())] == label
    assert shares.max() > 0.5


def test_the_formula_by_hand(space: ClassEvidence) -> None:
    minilm = load_encoder("minilm")
    picture = photograph("macaw.jpg")
    classes = torch.nn.functional.normalize(minilm.encode(class_texts()).pooled, dim=1)
    labels = torch.nn.functional.normalize(minilm.encode(LABELS).pooled, dim=1)
    logits = space.image.class_logits([picture])[0]
    evidence = torch.exp(logits / TEMPERATURE) / torch.exp(logits / TEMPERATURE).sum()
    total = torch.zeros(len(LABELS))
    near = torch.stack([classes @ label for label in labels])  # (labels, 1000)
    z = torch.stack([(row - row.mean()) / row.std() for row in near])
    for c in range(1000):
        sides = torch.exp(SHARPNESS * z[:, c])
        total += evidence[c] * sides / sides.sum()
    expected = total**CONFIDENCE / (total**CONFIDENCE).sum()
    torch.testing.assert_close(space.of_picture(picture, LABELS), expected, atol=2e-3, rtol=2e-2)


def test_the_order_of_labels_does_not_matter(space: ClassEvidence) -> None:
    picture = photograph("clownfish.jpg")
    backwards = space.of_picture(picture, LABELS[::-1]).flip(0)
    torch.testing.assert_close(space.of_picture(picture, LABELS), backwards, atol=1e-4, rtol=1e-3)


def test_texts_are_told_by_their_meaning(space: ClassEvidence) -> None:
    shares = space.of_text("a parrot sings in the tree", LABELS)
    assert LABELS[int(shares.argmax())] == "bird"


def test_a_pair_without_a_space_is_one_sentence() -> None:
    with pytest.raises(UserError, match="efficientnet-lite0 with minilm"):
        load_space("efficientnet-lite0", "word-embedding")
