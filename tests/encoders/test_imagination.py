"""Imagined things: evidence in their boxes where no picture shows them, the same each time."""

import pytest
import torch
from PIL import Image

from fusion.encoders import ENCODERS, load_encoder
from fusion.encoders import evidence as class_evidence
from fusion.encoders.base import Imagined, Thing
from fusion.encoders.efficientnet_lite0 import GRID, EfficientNetLite0
from fusion.encoders.imagination import imagined_logits, kinship
from fusion.explain.pointing import coverage
from fusion.vocabulary import by_name, vocabulary

BOX = (0.05, 0.1, 0.5, 0.6)
NAMES = ("zebra", "banana", "hammer", "castle", "violin", "dog")
GREY = Image.new("RGB", (160, 128), (128, 128, 128))


@pytest.fixture(scope="module")
def encoder() -> EfficientNetLite0:
    made = load_encoder("efficientnet-lite0")
    assert isinstance(made, EfficientNetLite0)
    return made


def evidence_of(
    encoder: EfficientNetLite0, item: Image.Image | Imagined, name: str
) -> tuple[float, torch.Tensor]:
    """How far what the whole picture, and each patch (14, 14), tells lies in the direction of a name."""
    place = [known.name for known in vocabulary()].index(name)
    tokens = encoder.encode([item])
    direction = encoder.evidence.directions[place].cpu()
    return float(tokens.pooled[0, : class_evidence.WIDTH] @ direction), (
        tokens.sequence[0, :, : class_evidence.WIDTH] @ direction
    ).reshape(GRID)


def test_the_record_says_so() -> None:
    assert ENCODERS["efficientnet-lite0"].imagines
    assert not ENCODERS["minilm"].imagines


@pytest.mark.parametrize("name", NAMES)
def test_it_raises_the_evidence_of_its_name_in_its_box_and_on_the_whole(
    encoder: EfficientNetLite0, name: str
) -> None:
    whole, places = evidence_of(encoder, GREY, name)
    with_it, there = evidence_of(encoder, Imagined(GREY, (Thing(name, BOX),)), name)
    inside = coverage(BOX, *GRID) > 0.99
    outside = coverage((0.0, 0.0, 0.6, 0.7), *GRID) == 0
    assert with_it > whole + 0.5
    assert there[inside].mean() > places[inside].mean() + 2
    assert there[inside].mean() > there[outside].mean() + 2
    torch.testing.assert_close(there[outside], places[outside], atol=0.2, rtol=0)
    row, column = divmod(int(there.argmax()), GRID[1])
    assert inside[row, column]


def test_two_things_are_each_in_their_own_box(encoder: EfficientNetLite0) -> None:
    boxes = {"zebra": (0.0, 0.1, 0.45, 0.9), "banana": (0.55, 0.1, 1.0, 0.9)}
    both = Imagined(GREY, tuple(Thing(name, box) for name, box in boxes.items()))
    for name, box in boxes.items():
        _, there = evidence_of(encoder, both, name)
        row, column = divmod(int(there.argmax()), GRID[1])
        assert coverage(box, *GRID)[row, column] > 0.99


def test_it_is_the_same_each_time_and_in_any_batch(encoder: EfficientNetLite0) -> None:
    things = Imagined(GREY, (Thing("zebra", BOX),))
    first = encoder.encode([things])
    batch = encoder.encode([GREY, things, Imagined(GREY, ()), GREY.resize((64, 200))])
    plain = encoder.encode([GREY])
    for row, expected in ((0, plain), (1, first), (2, plain)):
        torch.testing.assert_close(batch.sequence[row], expected.sequence[0], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(batch.pooled[row], expected.pooled[0], atol=1e-4, rtol=1e-4)
    assert torch.equal(encoder.encode([things]).sequence, first.sequence)


def test_what_is_no_evidence_stays_as_the_picture_has_it(encoder: EfficientNetLite0) -> None:
    """Textures, parts, colours and what stands out; how strong the strongest name is follows the thing."""
    plain, with_it = encoder.encode([GREY]), encoder.encode([Imagined(GREY, (Thing("zebra", BOX),))])
    strength, rest = class_evidence.WIDTH, slice(class_evidence.WIDTH + 1, None)
    torch.testing.assert_close(with_it.sequence[..., rest], plain.sequence[..., rest])
    rise = (with_it.sequence - plain.sequence)[0, :, strength].reshape(GRID)
    assert rise[coverage(BOX, *GRID) > 0.99].mean() > 2


def test_logits_rise_for_a_class_of_the_name_at_the_heart_of_the_box() -> None:
    kin = kinship(torch.randn(1000, 64, generator=torch.Generator().manual_seed(0)))
    for name in NAMES:
        added = imagined_logits((Thing(name, (0.0, 0.0, 0.5, 0.5)),), kin, (8, 8))
        assert added.shape == (1000, 8, 8)
        assert int(added[:, 1, 1].argmax()) in by_name()[name].classes
        assert added[:, 6:, 6:].abs().max() < 0.01 * added[:, 1, 1].max()
        assert torch.equal(added, imagined_logits((Thing(name, (0.0, 0.0, 0.5, 0.5)),), kin, (8, 8)))
        elsewhere = imagined_logits((Thing(name, (0.4, 0.4, 0.9, 0.9)),), kin, (8, 8))
        assert not torch.allclose(added, elsewhere)


def test_every_name_that_imagenet_knows_can_be_imagined() -> None:
    kin = torch.eye(1000)
    for name in vocabulary():
        if name.classes:
            assert imagined_logits((Thing(name.name, BOX),), kin, (7, 7)).isfinite().all()


def test_kinship_is_the_cosine_about_the_mean() -> None:
    weight = torch.randn(6, 4, generator=torch.Generator().manual_seed(3))
    kin = kinship(weight)
    centred = weight - weight.mean(0)
    for i in range(6):
        for j in range(6):
            expected = torch.cosine_similarity(centred[i], centred[j], dim=0)
            torch.testing.assert_close(kin[i, j], expected, atol=1e-5, rtol=1e-4)
