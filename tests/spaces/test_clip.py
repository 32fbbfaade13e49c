"""CLIP's space over a tiny model: the zero-shot of open_clip called directly, maps by hand."""

from pathlib import Path
from typing import Any

import open_clip
import pytest
import torch
from open_clip import SIMPLE_IMAGENET_TEMPLATES
from torch.nn.functional import normalize

from fusion.encoders import load_encoder
from fusion.encoders.clip_vit_b_32 import Clip
from fusion.errors import MissingWeights, UserError
from fusion.spaces import has_space, load_space, pair_in_space
from fusion.spaces.clip import NOTHING, ClipSpace
from fusion.zero_shot import NAMES, classify
from tests.encoders.lite0 import noise

NAME = "clip-vit-b-32"
LABELS = ("cat", "dog", "a red triangle")
CLOSE: dict[str, Any] = {"atol": 1e-5, "rtol": 1e-4}


@pytest.fixture
def space(tiny_models: Path) -> ClipSpace:
    made = load_space(NAME, NAME)
    assert isinstance(made, ClipSpace)
    return made


@pytest.fixture
def direct(tiny_models: Path) -> Any:
    """open_clip alone, and its zero-shot classifier (D, n) of some labels."""
    folder = f"local-dir:{tiny_models / NAME}"
    model = open_clip.create_model(folder).eval().requires_grad_(False)
    tokenizer = open_clip.get_tokenizer(folder)

    def classifier(labels: tuple[str, ...]) -> torch.Tensor:
        return open_clip.build_zero_shot_classifier(model, tokenizer, labels, SIMPLE_IMAGENET_TEMPLATES)

    return model, tokenizer, classifier


def test_a_picture_is_told_by_clips_own_zero_shot(space: ClipSpace, direct: Any) -> None:
    model, _, classifier = direct
    picture = noise(120, 80)
    pixels = space.encoder.transform(picture)[None]
    logits = model.logit_scale.exp() * model.encode_image(pixels, normalize=True) @ classifier(LABELS)
    torch.testing.assert_close(space.of_picture(picture, LABELS), logits[0].softmax(0), **CLOSE)


def test_a_text_is_told_by_its_similarity_to_the_prompts(space: ClipSpace, direct: Any) -> None:
    model, tokenizer, classifier = direct
    vector = model.encode_text(tokenizer(["a parrot sings"]), normalize=True)
    logits = model.logit_scale.exp() * vector @ classifier(LABELS)
    torch.testing.assert_close(space.of_text("a parrot sings", LABELS), logits[0].softmax(0), **CLOSE)


def test_maps_by_hand(space: ClipSpace, direct: Any) -> None:
    """The least share that a word keeps of a place beside one of the phrases that name nothing."""
    model, _, classifier = direct
    picture = noise(120, 80)
    places = normalize(space.encoder.values([picture])[0], dim=1)
    scale = model.logit_scale.exp()
    words, nothing = (scale * places @ classifier(labels) for labels in (LABELS, NOTHING))
    maps = space.maps(picture, LABELS)
    assert maps.shape == (3, 4, 6)
    for i, map_ in enumerate(maps):
        beside = [torch.stack([words[:, i], other], 1).softmax(1)[:, 0] for other in nothing.T]
        torch.testing.assert_close(map_.flatten(), torch.stack(beside).amin(0), **CLOSE)
    assert 0 <= maps.min() and maps.max() <= 1 and maps.std() > 1e-3


def test_a_map_is_of_one_word_and_the_order_does_not_matter(space: ClipSpace) -> None:
    picture = noise(120, 80)
    maps = space.maps(picture, LABELS)
    torch.testing.assert_close(space.maps(picture, [LABELS[2]])[0], maps[2])
    torch.testing.assert_close(space.maps(picture, LABELS[::-1]).flip(0), maps)
    shares = space.of_picture(picture, LABELS)
    torch.testing.assert_close(space.of_picture(picture, LABELS[::-1]).flip(0), shares)


def test_what_names_nothing_shows_at_most_half(space: ClipSpace) -> None:
    assert space.maps(noise(120, 80), NOTHING).max() <= 0.5


def test_nothing_is_encoded_twice(space: ClipSpace, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = noise(120, 80, seed=7)
    before = [space.of_picture(picture, LABELS), space.maps(picture, LABELS), space.of_text("red", LABELS)]

    def never(*args: object) -> None:
        raise AssertionError("run again")

    monkeypatch.setattr(space.encoder.model, "forward", never)
    for name in ("encode", "values", "prompted"):
        monkeypatch.setattr(space.encoder, name, never)
    after = [space.of_picture(picture, LABELS), space.maps(picture, LABELS), space.of_text("red", LABELS)]
    for one, other in zip(before, after, strict=True):
        torch.testing.assert_close(one, other, atol=0, rtol=0)


def test_typed_labels_are_answered_with_maps(tiny_models: Path) -> None:
    found = classify(noise(120, 80), "a parrot", ["cat", "dog"], NAME, NAME, strategy="all")
    assert [answer.strategy for answer in found.results] == list(NAMES)
    for answer in found.results:
        assert sum(share for _, share in answer.answers) == pytest.approx(1, abs=1e-5)
    maps = found.results[1].attention
    assert maps is not None and maps.words == ("cat", "dog")
    assert maps.weights.shape == (1, 1, 2, 4, 6)


def test_beside_another_text_encoder_clip_answers_typed_labels_itself(tiny_models: Path) -> None:
    found = classify(noise(120, 80), "", ["cat", "dog"], NAME, "bert-base")
    assert (found.image_encoder, found.text_encoder) == (NAME, NAME)


def test_the_pair_of_a_space() -> None:
    assert has_space(NAME, NAME) and not has_space(NAME, "minilm")
    assert pair_in_space(NAME, "bert-base") == (NAME, NAME)
    assert pair_in_space("efficientnet-lite0", "word-embedding") == ("efficientnet-lite0", "minilm")
    assert pair_in_space("efficientnet-lite0", "minilm") == ("efficientnet-lite0", "minilm")
    assert pair_in_space("resnet-50", "bert-base") == ("resnet-50", "bert-base")
    with pytest.raises(UserError, match="need a pair of encoders that share a space"):
        classify(noise(64, 64), "", ["cat", "dog"], "resnet-50", "bert-base")


def test_without_weights_typed_labels_say_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUSION_MODELS", str(tmp_path))
    with pytest.raises(MissingWeights) as refused:
        classify(noise(64, 64), "", ["cat", "dog"], NAME, NAME)
    assert refused.value.name == NAME


def test_it_follows_the_weights_at_hand(space: ClipSpace, tiny_models: Path) -> None:
    encoder = load_encoder(NAME)
    assert isinstance(encoder, Clip)
    assert space.encoder is encoder
