"""Answers beside answers, on the shipped checkpoints: majority, order, and what moved between two inputs."""

from dataclasses import replace

import pytest
from PIL import Image

import fusion
from fusion.answer import Answer, Reply
from fusion.comparing import ORDERS, Asked, Difference, differences, fuses, majority, ordered, shifts
from fusion.inputs import content_key
from fusion.lens import Lens
from fusion.strategies import STRATEGIES

COLOUR, SHAPE = "what color is the shape?", "what shape is in the image?"


@pytest.fixture(scope="module")
def lens() -> Lens:
    return fusion.load(task="easy-vqa")


@pytest.fixture
def reply(lens: Lens, drawing: Image.Image) -> Reply:
    return lens.reply(drawing, COLOUR, "all")


def told(strategy: str, label: str, probability: float = 0.5) -> Answer:
    return Answer(strategy, ((label, probability),), 1.0, 10)


def test_only_fusion_strategies_vote() -> None:
    answers = [told("image-only", "no"), told("text-only", "no"), told("concat", "red"), told("gated", "red")]
    assert majority([*answers, told("late", "no")]) == "red"
    assert [fuses(answer) for answer in answers] == [False, False, True, True]


def test_a_tie_has_no_majority() -> None:
    assert majority([told("concat", "red"), told("gated", "blue")]) is None
    assert majority([told("text-only", "red")]) is None


def test_each_order_holds_every_answer_in_its_order(reply: Reply) -> None:
    found = {by: ordered(reply.results, by) for by in ORDERS}
    for answers in found.values():
        assert {answer.strategy for answer in answers} == {answer.strategy for answer in reply.results}
    assert found["listed"] == list(reply.results)
    assert [a.probability for a in found["confidence"]] == sorted(
        (a.probability for a in reply.results), reverse=True
    )
    assert [a.milliseconds for a in found["time"]] == sorted(a.milliseconds for a in reply.results)
    assert [a.parameters for a in found["size"]] == sorted(a.parameters for a in reply.results)
    known = [a.accuracy for a in found["accuracy"] if a.accuracy is not None]
    assert known == sorted(known, reverse=True) and len(known) == len(reply.results)
    labels = [a.label for a in found["answer"]]
    groups = [label for at, label in enumerate(labels) if at == 0 or labels[at - 1] != label]
    assert len(groups) == len(set(labels)) and groups[0] == majority(reply.results)


def test_what_has_no_accuracy_stands_last(reply: Reply) -> None:
    unknown = replace(reply.results[0], accuracy=None)
    assert ordered([unknown, *reply.results[1:]], "accuracy")[-1] is unknown


def test_nothing_differs_in_the_same_input_and_each_thing_by_its_name(drawing: Image.Image) -> None:
    asked = Asked(content_key(drawing), COLOUR, "easy-vqa", "a", "b", {})
    assert differences(asked, replace(asked, settings={})) == ()
    (only,) = differences(asked, replace(asked, question=SHAPE))
    assert only == Difference(("question",), COLOUR, SHAPE)
    by_hand = replace(asked, settings={"weighted": {"image_weight": 0.3}})
    thing = ("setting", "weighted", "image_weight")
    assert differences(asked, by_hand) == (Difference(thing, None, 0.3),)
    assert differences(by_hand, asked) == (Difference(thing, 0.3, None),)
    other = replace(by_hand, picture=content_key(drawing.rotate(90)), task="scenes", image_encoder="c")
    assert [one.thing[0] for one in differences(asked, other)] == [
        "picture", "task", "image_encoder", "setting",
    ]  # fmt: skip


def test_shifts_are_the_differences_of_the_two_replies(
    lens: Lens, reply: Reply, drawing: Image.Image
) -> None:
    then = lens.reply(drawing, SHAPE, "all")
    found = shifts(reply, then)
    assert [shift.strategy for shift in found] == list(lens.strategies)
    for shift, old, new in zip(found, reply.results, then.results, strict=True):
        assert (shift.before, shift.after) == (old, new)
        assert shift.changed == (old.label != new.label)
        assert shift.confidence == new.probability - old.probability
        assert shift.kept == dict(new.answers)[old.label]
        assert old.contribution is not None and new.contribution is not None
        assert shift.contribution == (
            new.contribution.image - old.contribution.image,
            new.contribution.text - old.contribution.text,
            new.contribution.synergy - old.contribution.synergy,
        )
    assert any(shift.changed for shift in found)


def test_who_did_not_answer_both_has_not_moved(reply: Reply) -> None:
    first, *others = reply.results
    added, gone, *_ = shifts(replace(reply, results=(others[0],)), replace(reply, results=(first,)))
    assert (added.before, gone.after) == (None, None)
    for shift in (added, gone):
        assert (shift.changed, shift.confidence, shift.kept, shift.contribution) == (False, None, None, None)


def test_an_answer_of_another_task_is_not_kept(reply: Reply) -> None:
    name = next(record.name for record in STRATEGIES if record.modality == "both")
    (shift,) = shifts(
        replace(reply, results=(told(name, "parrot"),)), replace(reply, results=(told(name, "red"),))
    )
    assert shift.changed and shift.kept is None
