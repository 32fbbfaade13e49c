"""A question that the text encoder cannot read is answered, and the answer said to be worth nothing."""

import pytest
from PIL import Image

import fusion
from fusion.commands.answers import print_answers
from fusion.language import speaking
from fusion.lens import Lens
from fusion.zero_shot import classify

ENGLISH, CHINESE = "what color is the circle?", "圆形是什么颜色？"


@pytest.fixture(scope="module")
def lens() -> Lens:
    return fusion.load(task="easy-vqa")


def test_a_question_in_chinese_is_answered_without_trust(lens: Lens, drawing: Image.Image) -> None:
    found = lens.ask(drawing, CHINESE, "all")
    assert not any(result["sure"] for result in found["results"])
    (hint,) = found["hints"]
    assert "minilm does not read the script of this text" in hint and "bert-base-multilingual" in hint
    with speaking("zh"):
        assert "请不要相信这个答案" in lens.ask(drawing, CHINESE)["hints"][0]


def test_one_in_english_is_answered_as_before(lens: Lens, drawing: Image.Image) -> None:
    found = lens.ask(drawing, ENGLISH)
    assert found["hints"] == [] and found["results"][0]["sure"]


def test_typed_labels_in_chinese_too(drawing: Image.Image) -> None:
    found = classify(drawing, "", "圆形，三角形, 红色", "efficientnet-lite0", "minilm")
    assert {label for label, _ in found.results[0].answers} == {"圆形", "三角形", "红色"}
    assert not found.results[0].sure and len(found.hints) == 1
    assert classify(drawing, "", "circle, triangle", "efficientnet-lite0", "minilm").hints == ()


def test_the_command_line_tells_it(
    lens: Lens, drawing: Image.Image, capsys: pytest.CaptureFixture[str]
) -> None:
    print_answers(lens.ask(drawing, CHINESE), False)
    told = capsys.readouterr().out
    assert "(not sure)" in told and "Note: minilm does not read" in told
