"""What columns mean, and the answers of VQAv2, VizWiz and COCO-QA."""

from typing import Any

import pytest

from fusion.own.columns import Asked, Columns, asked_in, columns_of


def known(*names: str) -> Columns:
    columns = columns_of(names)
    assert columns is not None
    return columns


def test_synonyms_in_any_spelling() -> None:
    assert known("id", "Image-Path", " Title ", "CATEGORY", "Fold") == Columns(
        picture="Image-Path", text=" Title ", label="CATEGORY", split="Fold", answers="", kind=""
    )
    assert known("file", "label").text == ""
    assert columns_of(["picture", "text"]) is None and columns_of(["text", "label"]) is None
    both = known("image", "question", "answer", "answers", "multiple_choice_answer", "answer_type")
    assert (both.label, both.answers, both.kind) == ("multiple_choice_answer", "answers", "answer_type")
    chinese = known("图片", " 问题 ", "label")
    assert (chinese.picture, chinese.text, chinese.asks) == ("图片", " 问题 ", True)
    assert known("图片", "文本", "label").text == "文本"
    assert both.asks and not known("image", "title", "label").asks


def people(**votes: int) -> list[str]:
    return [answer for answer, number in votes.items() for _ in range(number)]


def as_dicts(answers: list[str]) -> list[dict[str, Any]]:
    return [
        {"answer": answer, "answer_confidence": "yes", "answer_id": i} for i, answer in enumerate(answers)
    ]


@pytest.mark.parametrize("shape", [list, as_dicts, lambda answers: {"answer": answers}])
def test_vqa_has_a_chosen_answer_and_those_of_ten_people(shape: Any) -> None:
    columns = known("image", "question", "multiple_choice_answer", "answers")
    record = {
        "question": "What is it?",
        "multiple_choice_answer": "Pizza",
        "answers": shape(people(pizza=5, pie=3, bread=2)),
    }
    assert asked_in(record, columns) == [Asked("What is it?", "pizza", ("pizza", "pie"))]


@pytest.mark.parametrize("shape", [list, as_dicts])
def test_vizwiz_has_only_those_of_ten_people(shape: Any) -> None:
    columns = known("image", "question", "answers", "answer_type")
    record = {"question": "What is this?", "answers": shape(people(unanswerable=6, basil=4))}
    assert asked_in(record, columns) == [Asked("What is this?", "unanswerable", ("unanswerable", "basil"))]
    assert asked_in({"question": "What?", "answers": []}, columns) == [Asked("What?", "", ())]
    assert asked_in({"question": None, "answers": None}, columns) == [Asked("", "", ())]


def test_coco_qa_has_a_question_or_a_list_of_them() -> None:
    one = {"question": "what is it?", "answer": "Dog"}
    assert asked_in(one, known("image", "question", "answer")) == [Asked("what is it?", "dog", ())]
    several = {"questions": ["what is it?", "how many?"], "answers": ["dog", "two"]}
    assert asked_in(several, known("image", "questions", "answers")) == [
        Asked("what is it?", "dog", ()),
        Asked("how many?", "two", ()),
    ]


def test_labels_of_classes_keep_their_spelling_and_several_are_none() -> None:
    columns = known("image", "text", "labels")
    assert asked_in({"text": "a", "labels": "Tom Cat"}, columns) == [Asked("a", "Tom Cat", ())]
    assert asked_in({"text": "a", "labels": 3}, columns) == [Asked("a", "3", ())]
    assert asked_in({"text": "a", "labels": 0}, columns) == [Asked("a", "0", ())]
    assert asked_in({"text": "a", "labels": [7]}, columns) == [Asked("a", "7", ())]
    assert asked_in({"text": "a", "labels": [7, 8]}, columns) == [Asked("a", "", ())]
    assert asked_in({"text": float("nan"), "labels": None}, columns) == [Asked("", "", ())]
