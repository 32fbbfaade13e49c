"""The lens: real pictures, real questions, the shipped checkpoints."""

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

import fusion
from fusion import checkpoint
from fusion.encoders import load_encoder
from fusion.errors import UserError
from fusion.lens import Lens
from fusion.strategies import STRATEGIES

FUSED = [record.name for record in STRATEGIES if record.modality == "both"]


@pytest.fixture(scope="module")
def lens() -> Lens:
    return fusion.load(task="easy-vqa")


@pytest.mark.parametrize("strategy", FUSED)
def test_every_fused_strategy_sees_the_colour(lens: Lens, drawing: Image.Image, strategy: str) -> None:
    answer = lens.reply(drawing, "what color is the shape?", strategy).results[0]
    assert answer.label == "red"
    assert sum(p for _, p in answer.answers) == pytest.approx(1, abs=1e-5)
    assert {label for label, _ in answer.answers} == set(lens.labels)


def test_shares_sum_to_what_both_add(lens: Lens, drawing: Image.Image) -> None:
    for answer in lens.reply(drawing, "what color is the shape?", "all").results:
        shares = answer.contribution
        assert shares is not None
        assert np.isfinite([shares.image, shares.text, shares.synergy]).all()
        if STRATEGIES[answer.strategy].modality == "image":
            assert abs(shares.text) < 1e-6 and abs(shares.synergy) < 1e-6
        if STRATEGIES[answer.strategy].modality == "text":
            assert abs(shares.image) < 1e-6 and abs(shares.synergy) < 1e-6


def test_a_colour_question_needs_both(lens: Lens, drawing: Image.Image) -> None:
    shares = lens.reply(drawing, "what color is the shape?", "gated").results[0].contribution
    assert shares is not None
    assert shares.synergy > 0.2


def test_maps_cover_every_word_and_patch(lens: Lens, drawing: Image.Image) -> None:
    answers = lens.reply(drawing, "is there a red shape?", "all").results
    attending = [answer for answer in answers if answer.attention is not None]
    assert attending
    for answer in attending:
        maps = answer.attention
        assert maps is not None
        assert maps.words == ("is", "there", "a", "red", "shape", "?")
        assert maps.weights.shape[2:] == (6, 14, 14)
        np.testing.assert_allclose(maps.weights.sum((-1, -2)), 1, atol=1e-5)


def test_nothing_is_encoded_twice(lens: Lens, drawing: Image.Image, monkeypatch: pytest.MonkeyPatch) -> None:
    lens.reply(drawing, "what shape is present?", "concat")

    def never(batch: object) -> None:
        raise AssertionError("encoded again")

    for name in (lens.image_encoder, lens.text_encoder):
        monkeypatch.setattr(load_encoder(name), "encode", never)
    lens.reply(drawing, "  what shape is present?", "all")


def test_a_photograph_is_told_to_be_unfamiliar(lens: Lens, drawing: Image.Image) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    assert lens.reply(drawing, "what color is the shape?").hints == ()
    strange = lens.reply(Image.fromarray(noise), "who wrote this symphony?").hints
    assert len(strange) == 2


def test_bad_input_is_one_sentence(lens: Lens, drawing: Image.Image) -> None:
    for picture, question, strategy in (
        (None, "  ", None),
        (drawing, "x" * 5000, None),
        (drawing, "why?", "magic"),
        ("nowhere.png", "why?", None),
    ):
        with pytest.raises(UserError) as caught:
            lens.ask(picture, question, strategy)
        assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_threads_get_their_own_answers(lens: Lens) -> None:
    colors = {"red": (231, 10, 10), "blue": (10, 10, 231), "green": (10, 160, 10)}
    told: dict[str, str] = {}

    def ask(color: str) -> None:
        picture = Image.new("RGB", (64, 64), (236, 240, 241))
        ImageDraw.Draw(picture).ellipse((20, 20, 44, 44), fill=colors[color])
        told[color] = lens.reply(picture, "what color is the shape?", "concat").results[0].label

    threads = [threading.Thread(target=ask, args=(color,)) for color in colors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == {color: color for color in colors}


def test_a_pair_without_checkpoints_says_what_to_do() -> None:
    with pytest.raises(UserError, match="python -m fusion fit --task easy-vqa"):
        fusion.load(task="easy-vqa", text_encoder="word-embedding")


def test_only_a_shipped_checkpoint_has_the_shipped_accuracy(
    lens: Lens, drawing: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lens.reply(drawing, "why?", "concat").results[0].accuracy is not None
    folder = checkpoint.folder_of(lens.task, lens.image_encoder, lens.text_encoder)
    (tmp_path / folder).mkdir(parents=True)
    shutil.copy(checkpoint.CHECKPOINTS / folder / "concat.safetensors", tmp_path / folder)
    monkeypatch.setattr(checkpoint, "roots", lambda: (tmp_path, checkpoint.CHECKPOINTS))
    mixed = Lens(lens.task, lens.image_encoder, lens.text_encoder)
    own, shipped = mixed.reply(drawing, "why?", ["concat", "gated"]).results
    assert own.accuracy is None and shipped.accuracy is not None
