"""What if, on the shipped checkpoints: the same as asking about the changed picture and the changed text."""

import json

import pytest
from PIL import Image

import fusion
from fusion.cache import CACHE
from fusion.errors import UserError
from fusion.explain.painting import paint_out
from fusion.lens import Lens
from fusion.strategies import STRATEGIES
from fusion.what_if import changed

QUESTION = "what color is the shape?"
OVER = [(0.25, 0.25, 0.5, 0.75), (0.5, 0.25, 0.75, 0.75)]


@pytest.fixture(scope="module")
def lens() -> Lens:
    return fusion.load(task="easy-vqa")


def test_a_part_brushed_away_is_the_painted_picture_asked_about(lens: Lens, drawing: Image.Image) -> None:
    found = lens.what_if(drawing, QUESTION, OVER)
    before = lens.reply(drawing, QUESTION, "all").results
    after = lens.reply(paint_out(drawing, OVER), QUESTION, "all").results
    assert [row["strategy"] for row in found["results"]] == list(lens.strategies)
    for row, old, new in zip(found["results"], before, after, strict=True):
        assert (row["before"]["label"], row["after"]["label"]) == (old.label, new.label)
        assert row["before"]["probability"] == pytest.approx(old.probability, abs=1e-5)
        assert row["after"]["probability"] == pytest.approx(new.probability, abs=1e-5)
        assert row["kept"] == pytest.approx(dict(new.answers)[old.label], abs=1e-5)
        assert row["changed"] == (old.label != new.label)
    assert any(row["changed"] for row in found["results"])
    json.dumps(found)


def test_words_struck_out_are_the_shorter_question_asked(lens: Lens, drawing: Image.Image) -> None:
    (row,) = lens.what_if(drawing, QUESTION, words=[1, 5], strategy="concat")["results"]
    (answer,) = lens.reply(drawing, "what is the shape", "concat").results
    assert row["after"]["label"] == answer.label
    assert row["after"]["probability"] == pytest.approx(answer.probability, abs=1e-4)


def test_nothing_changed_changes_nothing(lens: Lens, drawing: Image.Image) -> None:
    for row in lens.what_if(drawing, QUESTION)["results"]:
        assert row["before"] == row["after"] and not row["changed"]


def test_all_words_may_be_struck_out(lens: Lens, drawing: Image.Image) -> None:
    (row,) = lens.what_if(drawing, QUESTION, words=range(6), strategy="concat")["results"]
    assert 0 <= row["kept"] <= 1


@pytest.mark.parametrize("strategy", ["concat", "cross-attention"])
def test_the_smallest_flip_holds_when_it_is_asked_for(
    lens: Lens, drawing: Image.Image, strategy: str
) -> None:
    found = lens.smallest_flip(drawing, QUESTION, strategy)
    json.dumps(found)
    (whole,) = lens.reply(drawing, QUESTION, strategy).results
    assert found["answer"]["label"] == whole.label == "red"
    words, region = found["words"], found["region"]
    assert words is not None
    (row,) = lens.what_if(drawing, QUESTION, words=words["struck"], strategy=strategy)["results"]
    assert row["changed"] and row["after"]["label"] == words["answer"]["label"]
    assert f"{strategy} answers {words['answer']['label']}" in found["sentences"][0]
    if region is None:
        assert "No single rectangle" in found["sentences"][1]
        return
    (row,) = lens.what_if(drawing, QUESTION, [region["box"]], strategy=strategy)["results"]
    assert row["changed"] and row["after"]["label"] == region["answer"]["label"]
    assert row["after"]["probability"] == pytest.approx(region["answer"]["probability"], abs=1e-4)
    assert "of the picture" in found["sentences"][1]


def test_a_baseline_says_what_it_does_not_read(lens: Lens, drawing: Image.Image) -> None:
    found = lens.smallest_flip(drawing, QUESTION, "text-only")
    assert found["region"] is None and found["sentences"][1] == "text-only does not look at the picture."
    found = lens.smallest_flip(drawing, QUESTION, "image-only")
    assert found["words"] is None and found["sentences"][0] == "image-only does not read the text."


def test_settings_made_by_hand_hold_before_and_after(lens: Lens, drawing: Image.Image) -> None:
    (parameter,) = STRATEGIES["weighted"].parameters
    by_hand = {"weighted": {parameter.name: parameter.high}}
    (found,) = changed(lens, drawing, QUESTION, OVER, [], ["weighted"], by_hand).moves
    (before,) = lens.reply(drawing, QUESTION, "weighted", by_hand["weighted"]).results
    (after,) = lens.reply(paint_out(drawing, OVER), QUESTION, "weighted", by_hand["weighted"]).results
    assert found.before == (before.label, pytest.approx(before.probability, abs=1e-5))
    assert found.after == (after.label, pytest.approx(after.probability, abs=1e-5))


def test_nothing_of_a_changed_input_is_kept(lens: Lens, drawing: Image.Image) -> None:
    lens.reply(drawing, QUESTION)
    kept = len(CACHE)
    lens.what_if(drawing, QUESTION, [(0.1, 0.1, 0.2, 0.3)], [2])
    lens.smallest_flip(drawing, QUESTION, "concat")
    assert len(CACHE) == kept


@pytest.mark.parametrize(
    "change",
    [
        {"region": [(0.5, 0, 0.4, 1)]},
        {"region": [(0, 0, 1)]},
        {"region": [(0, 0, 1, float("nan"))]},
        {"region": [(0, 0, 1, 1.1)]},
        {"region": ["left"]},
        {"words": [6]},
        {"words": [-1]},
        {"words": ["what"]},
        {"strategy": "magic"},
        {"image": None},
        {"question": " "},
    ],
)
def test_bad_input_is_one_sentence(lens: Lens, drawing: Image.Image, change: dict[str, object]) -> None:
    with pytest.raises(UserError) as caught:
        lens.what_if(**{"image": drawing, "question": QUESTION, **change})  # type: ignore[arg-type]
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
