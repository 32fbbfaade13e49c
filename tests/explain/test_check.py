"""The check of an explanation: numbers against loops written out, words that are true in every case."""

import itertools
import threading
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

import fusion
from fusion.explain import EXPLAINERS
from fusion.explain.check import Check, verdict
from fusion.explain.explanation import RAW, Explaining, explainers_of, explaining
from fusion.explain.faithfulness import RANDOM, STEPS, Curves, random_orders
from fusion.explain.recording import record
from fusion.inputs import clean_picture
from fusion.paths import ASSETS
from tests.conftest import tokens_of
from tests.explain.test_explainers import case, without

LABELS = tuple("abcdefg")


def answered(strategy: str) -> Explaining:
    """An answer of a model of random weights to a picture of 16 patches and a text of 4 words."""
    given, text = case(strategy), tokens_of(1, 4, 10, texts=True, seed=2)
    return explaining(given.model, given.image, text, LABELS, partial(without, text))


@pytest.mark.parametrize("strategy", ["concat", "cross-attention"])
def test_the_numbers_are_those_of_a_computation_written_out(strategy: str) -> None:
    given = answered(strategy)
    explanation = given.checked(given.by("grad-cam"))
    n = explanation.image.size
    order = sorted(range(n), key=lambda i: (-explanation.image.flatten()[i], i))
    orders = [order, *(found.tolist() for found in random_orders(n))]
    deletion, flips = [], []
    for followed in orders:
        curve, changed = [], None
        for step in range(STEPS + 1):
            gone = round(step * n / STEPS)
            patches = given.case.image.sequence.clone()
            patches[0, followed[:gone]] = given.case.baselines[0]
            shares = given.case.logits(patches, given.case.text.sequence)[0].softmax(0)
            curve.append(float(shares[given.case.target]))
            if changed is None and int(shares.argmax()) != given.case.target:
                changed = gone / n
        deletion.append(curve)
        flips.append(1.0 if changed is None else changed)
    found = explanation.checks["image"].to_dict()
    assert found["deletion"] == pytest.approx(deletion[0], abs=1e-5)
    assert found["random_deletion"] == pytest.approx(np.mean(deletion[1:], 0), abs=1e-5)
    assert found["random_deletion_range"][1] == pytest.approx(np.max(deletion[1:], 0), abs=1e-5)
    x = [round(step * n / STEPS) / n for step in range(STEPS + 1)]
    areas = [np.trapezoid(curve, x) for curve in deletion]
    assert found["deletion_auc"] == pytest.approx(areas[0], abs=1e-5)
    assert found["random_deletion_auc"] == pytest.approx(np.mean(areas[1:]), abs=1e-5)
    assert found["changes_after"] == pytest.approx(flips[0])
    assert found["random_changes_after"] == pytest.approx(np.mean(flips[1:]))
    assert found["random_orders"] == RANDOM == len(orders) - 1


def test_of_few_words_every_order_is_followed() -> None:
    given = answered("shared")
    check = given.checked(given.by("integrated-gradients")).checks["text"]
    assert len(check.random) == len(list(itertools.permutations(range(4))))
    gains = [curve.gain for curve in check.random]
    assert min(gains) - 1e-6 <= check.own.gain <= max(gains) + 1e-6
    assert check.as_good == sum(gain >= check.own.gain - 1e-6 for gain in gains)


def test_raw_attention_stands_beside_what_is_not_itself() -> None:
    attends, pooled = answered("cross-attention"), answered("concat")
    raw = attends.checked(attends.by(RAW)).to_dict()["faithfulness"]["image"]
    beside = attends.checked(attends.by("grad-cam")).to_dict()["faithfulness"]["image"]
    assert raw["raw_attention"] is None
    for name in ("deletion", "insertion", "deletion_auc", "insertion_auc", "changes_after"):
        assert beside["raw_attention"][name] == raw[name]
    assert pooled.checked(pooled.by("grad-cam")).checks["image"].raw is None
    assert RAW in explainers_of(attends.case.model) and RAW not in explainers_of(pooled.case.model)


def curves(gain: float, flips: float | None) -> Curves:
    """Straight lines of that gain."""
    shares = torch.linspace(0, 1, 5)
    deletion = torch.full((5,), 0.5 - gain / 2)
    never = flips is None
    return Curves(shares, deletion, deletion + gain, 1.0 if flips is None else flips, never)


def check(
    own: Curves, random: list[Curves], raw: Curves | None = None, modality: str = "image", pieces: int = 100
) -> Check:
    return Check(modality, pieces, own, random, raw)


FLIPPING = [curves(0.01 * i, 0.3 + 0.01 * i) for i in range(19)]
NEVER = [curves(0.01 * i, None) for i in range(19)]


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            check(curves(0.5, 0.12), FLIPPING, curves(0.2, 0.25)),
            "Removing what it marks changes the answer after 12 % of the picture; "
            "random order needs 39 % (30 to 48 %), raw attention 25 %.",
        ),
        (
            check(curves(0.5, 0.62), FLIPPING),
            "Removing what it marks changes the answer after 62 % of the picture; "
            "random order needs 39 % (30 to 48 %).",
        ),
        (
            check(curves(0.5, 0.39), FLIPPING),
            "Removing what it marks changes the answer after 39 % of the picture; "
            "random order needs as much (30 to 48 %).",
        ),
        (
            check(curves(0.5, 1.0), NEVER[:14] + FLIPPING[14:], curves(0.2, None)),
            "Removing what it marks changes the answer only when all of the picture is gone; "
            "random order does in 5 of 19 tries, raw attention never does.",
        ),
        (
            check(curves(0.5, None), NEVER, curves(0.2, None)),
            "Removing what it marks never changes the answer, not even when all of the picture is gone; "
            "nor does random order, nor does raw attention.",
        ),
        (
            check(curves(0.5, 0.5), NEVER),
            "Removing what it marks changes the answer after 50 % of the picture; random order never does.",
        ),
        (
            check(curves(0.5, 1 / 3), FLIPPING, modality="text", pieces=6),
            "Removing what it marks changes the answer after 2 of 6 words; "
            "random order needs 2.3 (1.8 to 2.9).",
        ),
        (
            check(curves(0.0, None), [curves(0.0, None)], modality="text", pieces=1),
            "The text has one word only, so there is no order of removal to compare.",
        ),
        (
            check(curves(0.0, None), [curves(0.001, None)] * 19),
            "Whatever was removed of the picture, the answer stayed, its probability within one point.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_is_true_in_every_case(found: Check, sentence: str) -> None:
    assert found.sentence() == sentence


BETTER, UNSURE = check(curves(0.5, 0.1), FLIPPING), check(curves(0.155, 0.1), FLIPPING)
ALIKE, WORSE = check(curves(0.05, 0.1), FLIPPING), check(curves(-0.5, 0.1), FLIPPING)
IDLE = check(curves(0.0, None), [curves(0.0, None)] * 19)
TIED = check(curves(0.0, 0.1), [curves(0.0, 0.1)] * 19)
LOW = check(curves(0.005, 0.1), FLIPPING)  # one of 19 does worse still
LAST = check(curves(-0.2, 0.1), [curves(-0.2, 0.1)] * 6 + [curves(0.1, 0.1)] * 18, modality="text", pieces=4)
FEW = check(curves(0.5, 0.5), [curves(0.5, 0.5), curves(0.1, 0.5)], modality="text", pieces=2)


def test_what_does_no_better_than_chance_is_not_to_be_trusted() -> None:
    found = {name: one.outcome for name, one in globals().items() if isinstance(one, Check)}
    assert found == {
        "BETTER": "better",
        "UNSURE": "unsure",
        "ALIKE": "alike",
        "WORSE": "worse",
        "TIED": "alike",
        "LOW": "alike",
        "LAST": "alike",
        "IDLE": "untested",
        "FEW": "untested",
    }


@pytest.mark.parametrize(
    ("image", "text", "sentence", "doubtful"),
    [
        (BETTER, BETTER, "Trust this map: what it marks matters more than what random order marks.", False),
        (ALIKE, WORSE, "Do not trust this map: random order does as well.", True),
        (WORSE, WORSE, "Do not trust this map: random order does better.", True),
        (ALIKE, IDLE, "Do not trust this map: random order does as well.", True),
        (IDLE, FEW, "Nothing here can tell whether this map is to be trusted.", True),
        (
            BETTER,
            ALIKE,
            "Trust the patches that it marks: they matter more than random ones. "
            "Do not trust the words: random order does as well.",
            True,
        ),
        (
            UNSURE,
            FEW,
            "Be careful with the patches: 3 of 19 random orders do as well. The words cannot be tested.",
            True,
        ),
        (
            BETTER,
            IDLE,
            "Trust the patches that it marks: they matter more than random ones. The words cannot be tested.",
            False,
        ),
    ],
)
def test_the_verdict_follows_from_both(image: Check, text: Check, sentence: str, doubtful: bool) -> None:
    found = verdict({"image": image, "text": replace(text, modality="text")})
    assert (found.sentence, found.doubtful) == (sentence, doubtful)


def test_a_setting_made_by_hand_is_explained_as_it_answers() -> None:
    lens = fusion.load(task="easy-vqa")
    picture = clean_picture(ASSETS / "examples" / "yellow-circle.png")
    assert picture is not None
    question = "what color is the circle?"
    for weight in (0.0, 1.0):
        given = lens.explaining(picture, question, "weighted", {"image_weight": weight})
        (answer,) = lens.reply(picture, question, "weighted", {"image_weight": weight}).results
        assert (given.label, given.probability) == (answer.label, pytest.approx(answer.probability))
        explanation = given.by("grad-cam")
        silent = explanation.text if weight == 1.0 else explanation.image
        assert np.abs(silent).max() < 1e-6


def test_a_text_without_words_is_said_to_have_none() -> None:
    given = replace(answered("concat"), words=())
    explanation = given.checked(given.by("grad-cam"))
    assert list(explanation.checks) == ["image"]
    assert explanation.sentences()[-1] == "The text holds no word that could be removed."
    lens, picture = fusion.load(task="easy-vqa"), ASSETS / "examples" / "yellow-circle.png"
    for explainer in ("rise", "shapley", "occlusion"):
        found = lens.explain(picture, "\N{REPLACEMENT CHARACTER}", "concat", explainer)
        assert (found["text"]["words"], list(found["faithfulness"])) == ([], ["image"])
    flips = lens.smallest_flip(picture, "\N{REPLACEMENT CHARACTER}", "concat")
    assert flips["sentences"][0] == "The text holds no word that could be struck out."


def test_what_is_recorded_is_ones_own_while_others_ask_the_same_model() -> None:
    given = case("cross-attention")
    expected = EXPLAINERS[RAW].explain(given).image
    stop = threading.Event()

    def answer() -> None:
        while not stop.is_set():
            with torch.inference_mode():
                given.model(given.image, given.text)

    others = [threading.Thread(target=answer) for _ in range(2)]
    for other in others:
        other.start()
    try:
        for _ in range(50):
            assert not record(given).score.is_inference()
            torch.testing.assert_close(EXPLAINERS[RAW].explain(given).image, expected)
    finally:
        stop.set()
        for other in others:
            other.join()
