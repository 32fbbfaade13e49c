"""scenes: pictures drawn when they are needed, splits that share nothing, regions of what is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from fusion.encoders.base import Imagined
from fusion.errors import UserError
from fusion.scenes.photographs import Photograph, photographs
from fusion.scenes.scene import Scene
from fusion.tasks import TASKS, scenes
from fusion.tasks.scenes import DrawnScene
from fusion.vocabulary import by_name
from tests.material import forget

TASK = TASKS["scenes"]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Scenes enough to look at."""
    for name, n in (("TRAIN", 40), ("IMAGINED", 20), ("VALIDATION", 15), ("TEST", 30)):
        monkeypatch.setattr(scenes, name, n)
    monkeypatch.setattr(scenes, "photographs", lambda: photographs()[:20])
    forget()
    yield
    forget()


def test_labels_are_every_answer_once_whatever_is_fetched(with_and_without: bool) -> None:
    scenes.names_with_pictures.cache_clear()
    assert scenes.labels() == TASK.labels
    assert len(set(TASK.labels)) == len(TASK.labels)
    known = {name for name, row in by_name().items() if row.classes}
    assert known <= set(TASK.labels)


def test_what_is_asked_can_be_answered(with_and_without: bool, few: None) -> None:
    found = TASK.examples("train")
    assert {e.label for e in found} <= set(TASK.labels)
    composed = [e for e in found if isinstance(e.picture, DrawnScene)]
    assert len({e.group for e in composed}) == len(
        {e.picture.key for e in composed if isinstance(e.picture, DrawnScene)}
    )
    assert any(isinstance(e.picture, Photograph) for e in found) == with_and_without
    assert {e.validation for e in found} == {True, False}
    assert {e.imagined for e in found} == {True, False}
    assert not any(e.validation and e.imagined for e in found)
    assert not {e.group for e in found if e.validation} & {e.group for e in found if not e.validation}
    assert TASK.examples("train") == found


def test_splits_share_no_picture(material: Path, few: None) -> None:
    train, test = TASK.examples("train"), TASK.examples("test")
    assert not {e.group for e in train} & {e.group for e in test}
    used = [
        {
            thing.item
            for e in part
            if isinstance(e.picture, DrawnScene)
            for thing in e.picture.scene.placed
            if thing.item is not None
        }
        for part in ([e for e in train if not e.validation], [e for e in train if e.validation], test)
    ]
    assert all(used)
    assert not used[0] & used[1] and not used[0] & used[2] and not used[1] & used[2]
    assert not any(e.imagined or e.validation for e in test)


def test_the_test_needs_the_photographs(pack_only: Path, few: None) -> None:
    with pytest.raises(UserError) as refused:
        TASK.examples("test")
    assert str(refused.value) == (
        "The photographs that scenes are tested on are not fetched; run: python -m fusion.pack fetch."
    )


def test_a_scene_is_drawn_when_it_is_needed(with_and_without: bool) -> None:
    drawn, again = DrawnScene(Scene("train", 5)), DrawnScene(Scene("train", 5))
    picture = drawn.draw()
    assert isinstance(picture, Image.Image)
    assert (drawn, drawn.key, hash(drawn)) == (again, again.key, hash(again))
    repeated = again.draw()
    assert isinstance(repeated, Image.Image) and repeated.tobytes() == picture.tobytes()


def test_an_imagined_scene_tells_its_things(with_and_without: bool) -> None:
    scene = Scene("train", 5, imagined=True)
    told = DrawnScene(scene).draw()
    assert isinstance(told, Imagined)
    assert told.picture.tobytes() == scene.draw().tobytes()
    assert [(thing.name, thing.box) for thing in told.things] == [(p.name, p.box) for p in scene.placed]


def test_regions_are_the_boxes_of_what_the_question_names(with_and_without: bool, few: None) -> None:
    seen = 0
    for example in TASK.examples("train"):
        region = TASK.region(example)
        if region is None:
            continue
        picture = example.picture
        assert isinstance(picture, DrawnScene | Photograph)
        placed = picture.scene.placed if isinstance(picture, DrawnScene) else picture.placed
        (thing,) = (p for p in placed if p.box == region.box)
        assert region.words and region.words <= set(thing.name.split())
        assert all(word in example.text.lower() for word in region.words)
        assert example.kind != "relation", "its words name the other thing"
        assert not (example.kind == "yes/no" and example.label == "no" and thing.name not in example.text)
        seen += 1
    assert seen > 30


def test_photographs_tell_nothing_by_the_question_alone(material: Path, few: None) -> None:
    found = [e for e in TASK.examples("train") if isinstance(e.picture, Photograph)]
    assert {e.validation for e in found} == {True, False}
    for example in found:
        if example.kind == "yes/no" and example.label == "yes":
            assert "animal" not in example.text and "bird" not in example.text.split()
        assert example.kind in ("yes/no", "color", "count", "position"), "hardly any names"


def test_people_ask_it() -> None:
    assert TASK.asked and TASK.checkpoints == "scenes" and TASK.word_maps
