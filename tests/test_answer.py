"""Answers: which of them are sure."""

import pytest

from fusion.answer import Answer, Reply


def answer(probability: float, **said: float) -> Answer:
    answers = (("cat", probability), ("dog", 1 - probability))
    return Answer("gated", answers, milliseconds=1.0, parameters=1, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(("probability", "sure"), [(0.39, False), (0.4, True), (0.9, True)])
def test_an_answer_is_sure_from_the_bound_that_was_measured(probability: float, sure: bool) -> None:
    assert answer(probability, sure_from=0.4).sure == sure


def test_where_none_was_measured_every_answer_is_sure() -> None:
    assert answer(0.51).sure


def test_the_object_that_is_printed_says_whether_it_is_sure() -> None:
    reply = Reply(
        question="what is this?",
        task="scenes",
        image_encoder="image",
        text_encoder="text",
        device="cpu",
        modality="both",
        results=(answer(0.6, sure_from=0.7), answer(0.8, sure_from=0.7)),
    )
    assert [result["sure"] for result in reply.to_dict()["results"]] == [False, True]
