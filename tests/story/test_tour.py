"""The tour: what it tells of a run is what the lens answers and the model computes."""

import json
import re
from collections.abc import Iterator

import pytest
import torch
import torch.nn.functional as F
from PIL import Image

import fusion
from fusion.inputs import clean_picture
from fusion.language import speaking, translations
from fusion.lens import Lens
from fusion.paths import ASSETS, CHECKPOINTS
from fusion.story import CHAPTERS, Run, Step, run, tour
from fusion.strategies import STRATEGIES

QUESTION = "What animal is this?"
ENGLISH = re.compile(r"(?<!\w)[a-z]{2,}\b(?!\()")  # words; neither functions nor what stands below a letter
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def lens() -> Lens:
    return fusion.load()


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    picture = clean_picture(ASSETS / "photos" / "cat.jpg")
    assert picture is not None
    return picture


def told(told_run: Run) -> dict[str, Step]:
    return {chapter.name: step for chapter, step in zip(CHAPTERS, tour(told_run), strict=True)}


def shapes(step: Step) -> dict[str, tuple[int, ...]]:
    return {tensor.name: tensor.shape for tensor in step.tensors}


@pytest.mark.parametrize("strategy", STRATEGIES.names())
@pytest.mark.parametrize("given", ["both", "image", "text"])
def test_the_last_step_is_what_the_lens_answers(
    lens: Lens, photo: Image.Image, strategy: str, given: str
) -> None:
    picture, text = photo if given != "text" else None, QUESTION if given != "image" else ""
    seen = run(lens, picture, text, strategy, {})
    (answer,) = lens.reply(picture, text, strategy).results
    assert seen.strategy.name == answer.strategy
    shares = dict(zip(lens.labels, seen.probabilities.tolist(), strict=True))
    assert shares == pytest.approx(dict(answer.answers), abs=1e-6)
    top = told(seen)["output"].bars[0].rows
    assert [row.label for row in top] == [label for label, _ in answer.answers[:5]]
    assert [row.share for row in top] == pytest.approx([p for _, p in answer.answers[:5]], abs=1e-6)


@pytest.mark.parametrize("strategy", ["concat", "cross-attention", "shared"])
def test_the_shapes_are_those_of_the_tensors(lens: Lens, photo: Image.Image, strategy: str) -> None:
    steps = told(run(lens, photo, QUESTION, strategy, {}))
    image, text = lens.encode(photo, QUESTION)
    assert image is not None and text is not None
    model = lens.model(strategy)[0]
    with torch.inference_mode():
        logits, fused = model(image, text)
        patches, words = model.align_image(image), model.align_text(text)
    assert shapes(steps["encode"]) == {
        "image.sequence": image.sequence.shape,
        "image.pooled": image.pooled.shape,
        "text.sequence": text.sequence.shape,
        "text.pooled": text.pooled.shape,
    }
    aligned = shapes(steps["align"])
    assert aligned["align_image → sequence"] == patches.sequence.shape
    assert aligned["align_text → sequence"] == words.sequence.shape
    assert aligned["align_image → pooled"] == patches.pooled.shape
    assert shapes(steps["fuse"])["fused.vector"] == fused.vector.shape
    assert shapes(steps["output"])["logits"] == logits.shape
    weights = dict(model.named_parameters())
    assert all(weights[name].shape == shape for name, shape in shapes(steps["train"]).items())


def test_the_norms_are_those_before_and_after_alignment(lens: Lens, photo: Image.Image) -> None:
    seen = run(lens, photo, QUESTION, "gated", {})
    image, text = lens.encode(photo, QUESTION)
    assert image is not None and text is not None and seen.image is not None and seen.words is not None
    model = lens.model("gated")[0]
    with torch.inference_mode():
        for side, tokens, aligner in (
            (seen.image, image, model.align_image),
            (seen.words, text, model.align_text),
        ):
            standard = (tokens.pooled - aligner.mean) * aligner.scale[0]
            assert torch.allclose(side.standard, standard)
            assert torch.allclose(side.projected, aligner.project(standard), atol=1e-5)
            assert torch.allclose(side.aligned.pooled, aligner(tokens).pooled, atol=1e-5)
    numbers = [row.number for row in told(seen)["align"].bars[0].rows]
    assert numbers[0] == f"{image.pooled.norm().item():.1f}"


def test_what_each_layer_gave_is_listed_by_its_name(lens: Lens, photo: Image.Image) -> None:
    steps = told(run(lens, photo, QUESTION, "cross-attention", {}))
    strategy = lens.model("cross-attention")[0].strategy
    listed = [name.removeprefix("strategy.") for name in shapes(steps["fuse"]) if "strategy." in name]
    assert "words_read.0" in listed and "words_mix.1" in listed
    assert all(strategy.get_submodule(name) for name in listed)
    maps = [figure for figure in steps["fuse"].figures if figure.kind == "photo"]
    assert len(maps) == 5  # one for each word


def test_the_model_in_use_is_left_as_it_was(lens: Lens, photo: Image.Image) -> None:
    model = lens.model("gated")[0]
    seen = run(lens, photo, QUESTION, "gated", {})
    assert seen.model is model
    assert not any(module._forward_hooks for module in model.modules())


def test_settings_by_hand_are_told_and_used(lens: Lens, photo: Image.Image) -> None:
    seen = run(lens, photo, QUESTION, "weighted", {"image_weight": 0.3})
    (answer,) = lens.reply(photo, QUESTION, "weighted", {"image_weight": 0.3}).results
    steps = told(seen)
    assert any("30.0" in sentence and "by hand" in sentence for sentence in steps["fuse"].sentences)
    assert [row.share for row in steps["fuse"].bars[0].rows] == pytest.approx([0.3, 0.7])
    assert seen.answer.answers == answer.answers


@pytest.mark.parametrize(
    ("strategy", "given", "multimodal"),
    [
        ("concat", "both", True),
        ("image-only", "both", False),
        ("concat", "image", False),
        ("text-only", "text", False),
    ],
)
def test_the_fork_tells_which_way_the_input_goes(
    lens: Lens, photo: Image.Image, strategy: str, given: str, multimodal: bool
) -> None:
    picture, text = photo if given != "text" else None, QUESTION if given != "image" else ""
    seen = run(lens, picture, text, strategy, {})
    steps = told(seen)
    fork = steps["modality"].fork
    assert fork is not None
    assert (fork.picture, fork.text, fork.multimodal) == (picture is not None, bool(text), multimodal)
    assert fork.strategy == seen.answer.strategy
    if fork.strategy != strategy:  # another answers than the one that was asked for: both are named
        assert any(strategy in s and fork.strategy in s for s in steps["modality"].sentences)
    for step in steps.values():
        assert step.sentences
        assert all(picture is not None or not name.startswith("image.") for name in shapes(step))


def test_training_is_told_from_the_checkpoint(lens: Lens, photo: Image.Image) -> None:
    seen = run(lens, photo, QUESTION, "concat", {})
    step = told(seen)["train"]
    file = CHECKPOINTS / "scenes" / "efficientnet-lite0+minilm" / "concat.curve.json"
    history = json.loads(file.read_text())
    assert step.curves is not None
    assert list(step.curves.train) == history["train_loss"]
    assert list(step.curves.validation) == history["validation_loss"]
    assert step.curves.best == history["best"]
    card = lens.model("concat")[1]
    assert card.data in step.sentences[0] and f"seed {card.seed}" in step.sentences[0]
    cost = F.cross_entropy(seen.logits, seen.logits.argmax(1)).item()
    assert f"= {cost:.2f} nats" in step.sentences[-1]
    by_name = {row.label: row.share for row in step.bars[0].rows}
    assert lens.evaluation is not None
    assert by_name["most frequent answer"] == lens.evaluation["priors"]["majority"]
    assert {"concat", "image-only", "text-only"} <= set(by_name)


def test_pictures_are_what_the_numbers_say(lens: Lens, photo: Image.Image) -> None:
    seen = run(lens, photo, QUESTION, "concat", {})
    steps = told(seen)
    given, taken, *channels = [figure.picture for figure in steps["preprocess"].figures]
    assert seen.prepared is not None
    assert given.width <= 420 and taken.size == seen.prepared.picture.size
    assert len(channels) == 3
    strips = [figure for figure in steps["fuse"].figures if figure.kind == "strip"]
    vector = seen.fused.vector
    assert strips[-1].picture.size == (vector.shape[-1], 1)
    place = int(vector.argmax())
    assert strips[-1].picture.getpixel((place, 0)) == (254, 232, 56)  # the lightest of cividis


def test_a_large_photo_is_told_as_cleaned_not_as_given(lens: Lens) -> None:
    seen = run(lens, Image.new("RGB", (4000, 3000), "red"), "", "image-only", {})
    step = told(seen)["preprocess"]
    assert step.sentences[0] == (
        "Cleaned, the picture has 2,048 × 1,536 pixels: upright, at most 2,048 a side, without metadata."
    )
    assert step.figures[0].caption == "As cleaned, 2,048 × 1,536"


def sentences(step: Step) -> Iterator[str]:
    yield from step.sentences
    yield from (figure.caption for figure in step.figures)
    yield from (bars.title for bars in step.bars)
    yield from (tensor.says for tensor in step.tensors)


def test_it_is_told_in_chinese(lens: Lens, photo: Image.Image) -> None:
    elsewhere = {QUESTION, *(record.summary for record in STRATEGIES)}  # said in rooms of their own
    for strategy, text in (("weighted", QUESTION), ("cross-attention", QUESTION), ("concat", "")):
        with speaking("zh"):
            steps = tour(run(lens, photo, text, strategy, {}))
        for step in steps:
            assert [s for s in sentences(step) if not CHINESE.search(s) and s not in elsewhere] == []
    assert all(chapter.title in translations("zh") for chapter in CHAPTERS)


def test_formulas_hold_no_english_word_in_chinese(lens: Lens, photo: Image.Image) -> None:
    with speaking("zh"):
        steps = [
            step
            for strategy in STRATEGIES.names()
            for text in (QUESTION, "")
            for step in tour(run(lens, photo, text, strategy, {}))
        ]
    no_words = re.compile(rf"{lens.image_encoder}|{lens.text_encoder}|\bln\b")
    assert {step.formula for step in steps if ENGLISH.search(no_words.sub("", step.formula))} == set()
