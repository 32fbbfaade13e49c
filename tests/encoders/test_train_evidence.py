"""What is learned of the names from cut-outs: those that ImageNet lacks, and nothing of what it knows."""

import random
from itertools import islice
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from fusion.encoders import evidence, load_encoder
from fusion.encoders import train_evidence as module
from fusion.encoders.efficientnet_lite0 import EfficientNetLite0
from fusion.encoders.evidence import FEATURES, RANK, WIDTH, Evidence, load_evidence
from fusion.encoders.train_evidence import learn, main
from fusion.errors import UserError
from fusion.vocabulary import vocabulary

V = len(vocabulary())
UNKNOWN = [i for i, name in enumerate(vocabulary()) if not name.classes][:4]
VIEWS = 20
Taught = dict[str, Tensor]


@pytest.fixture(scope="module")
def encoder() -> EfficientNetLite0:
    made = load_encoder("efficientnet-lite0")
    assert isinstance(made, EfficientNetLite0)
    return made


@pytest.fixture(scope="module")
def seen() -> tuple[Tensor, Tensor, Tensor]:
    """Features of several views of each of four names that ImageNet lacks, the names, and photographs."""
    generator = torch.Generator().manual_seed(0)
    free = torch.rand(200, FEATURES, generator=generator)
    kinds = 2 * torch.rand(len(UNKNOWN), FEATURES, generator=generator)
    views = kinds.repeat_interleave(VIEWS, 0) + 0.2 * torch.rand(
        len(UNKNOWN) * VIEWS, FEATURES, generator=generator
    )
    return views, torch.tensor(UNKNOWN).repeat_interleave(VIEWS), free


@pytest.fixture(scope="module")
def learned(encoder: EfficientNetLite0, seen: tuple[Tensor, Tensor, Tensor]) -> Taught:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "STEPS", 60)
        patch.setattr(module, "BATCH", 32)
        views, names, free = seen
        return learn(encoder, views, names, torch.ones(len(views)), free)


def test_it_is_all_that_evidence_reads_but_the_vectors(learned: Taught) -> None:
    assert {name: tuple(x.shape) for name, x in learned.items()} == {
        "rows": (V, RANK),
        "basis": (RANK, FEATURES),
        "bias": (V,),
        "mean": (FEATURES,),
        "scale": (FEATURES,),
    }
    assert all(x.isfinite().all() and not x.requires_grad for x in learned.values())


def test_channels_are_standardised_as_in_photographs(
    learned: Taught, seen: tuple[Tensor, Tensor, Tensor]
) -> None:
    standard = (seen[2] - learned["mean"]) * learned["scale"]
    torch.testing.assert_close(standard.mean(0), torch.zeros(FEATURES), atol=1e-4, rtol=0)
    assert 0.8 < standard.std() < 1


def test_names_that_imagenet_lacks_are_told_and_photographs_keep_what_the_classes_say(
    encoder: EfficientNetLite0, learned: Taught, seen: tuple[Tensor, Tensor, Tensor]
) -> None:
    known = Evidence(learned | {"vectors": torch.eye(V, WIDTH)})
    views, names, free = seen
    found = known.scores(encoder.classify(views), views)
    assert torch.equal(found.argmax(1), names)
    assert not torch.isin(known.strongest(encoder.classify(views)).argmax(1), names).any(), "by its classes"
    plain, now = known.strongest(encoder.classify(free)), known.scores(encoder.classify(free), free)
    assert (plain.argmax(1) == now.argmax(1)).float().mean() > 0.9
    assert not torch.isin(now.argmax(1), names).any()


def test_what_is_more_particular_than_a_label_is_right_too() -> None:
    names = [name.name for name in vocabulary()]
    right = module._right()
    duck, bird, cat = (right[names.index(name)] for name in ("duck", "bird", "cat"))
    assert bird[names.index("duck")] and bird[names.index("bird")] and not bird[names.index("cat")]
    assert not duck[names.index("bird")] and cat.sum() == 1
    scores = torch.zeros(1, V)
    scores[0, names.index("duck")] = 50
    assert module._unlike(scores, bird[None]) < 1e-6 < module._unlike(scores, cat[None])


def test_a_thing_is_seen_with_some_of_what_is_around_it() -> None:
    for seed in range(50):
        left, top, right, bottom = module._around((0.2, 0.4, 0.6, 1.0), random.Random(seed))
        assert 0 <= left <= 0.2 and 0.1 <= top <= 0.4 and 0.6 <= right <= 0.8 and bottom == 1


def test_without_the_cut_outs_it_says_what_to_run(pack_only: Path) -> None:
    with pytest.raises(UserError) as refused:
        main()
    assert str(refused.value) == "The cut-outs are not fetched; run: python -m fusion.pack fetch."


def test_what_it_writes_is_evidence(
    material: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a few cut-outs and a few photographs, none of them tested on, after a few steps."""
    few, path = list(islice(module.objects("train"), 3)), tmp_path / "evidence.safetensors"
    vectors = load_evidence().vectors
    tested = tmp_path / "open-images" / "tested.jpg"
    tested.parent.mkdir()
    tested.write_bytes(b"no picture")
    for i in range(3):
        noise = torch.randint(256, (40, 60, 3), generator=torch.Generator().manual_seed(i))
        Image.fromarray(noise.byte().numpy()).save(tested.with_name(f"{i}.jpg"))
    for name, value in (
        ("objects", lambda split: few),
        ("crops", lambda: [("0.jpg", "duck", (0.1, 0.2, 0.9, 0.8))]),
        ("material_folder", lambda: tmp_path),
        ("test_files", lambda: frozenset([tested])),
        ("PHOTO_VIEWS", 2),
        ("STEPS", 2),
        ("FILE", path),
    ):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(evidence, "FILE", path)
    main()
    torch.testing.assert_close(load_evidence().vectors, vectors, atol=1e-3, rtol=1e-2)
    assert f"{V} names" in capsys.readouterr().out
