"""scenes: questions about composed pictures of hundreds of things, made from a seed (fusion/scenes)."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from PIL import Image

from fusion.encoders.base import Imagined, Thing
from fusion.errors import UserError
from fusion.language import say
from fusion.scenes.objects import fetched, names_with_pictures
from fusion.scenes.photographs import Photograph, in_most, photographs
from fusion.scenes.question import Question
from fusion.scenes.questions import OF_PHOTOGRAPHS, possible_answers, questions
from fusion.scenes.scene import Scene
from fusion.scenes.words import plural
from fusion.tasks.base import TASKS, Example, Region, Split, TaskRecord
from fusion.vocabulary import vocabulary

TRAIN, IMAGINED, VALIDATION, TEST = 4_500, 2_500, 600, 1_000
TAKES = 3  # of each photograph
DENIALS = 0.58  # of what is not in a photograph, so that yes and no come as often


@dataclass(frozen=True)
class DrawnScene:
    """A scene as the picture of an example."""

    scene: Scene

    @property
    def key(self) -> str:
        return self.scene.key

    def draw(self) -> Image.Image | Imagined:
        picture = self.scene.draw()
        if not self.scene.imagined:
            return picture
        return Imagined(picture, tuple(Thing(placed.name, placed.box) for placed in self.scene.placed))


@cache
def examples(split: Split) -> list[Example]:
    """Questions about the scenes of a split.

    Raises UserError where the test's photographs are not at hand.
    """
    if split == "test":
        if not fetched():
            raise UserError(
                say(
                    "The photographs that scenes are tested on are not fetched; run: python -m fusion.pack "
                    "fetch."
                )
            )
        return list(_of(Scene("test", i) for i in range(TEST)))
    parts = [
        *(Scene("train", i) for i in range(TRAIN)),
        *(Scene("train", i, imagined=True) for i in range(IMAGINED)),
        *(Scene("validation", i) for i in range(VALIDATION)),
    ]
    return [*_of(iter(parts)), *_of_photographs()]


def labels() -> tuple[str, ...]:
    """Every answer: names that ImageNet knows or that there are pictures of, and all that is not a name."""
    known = {name.name for name in vocabulary() if name.classes}
    return possible_answers(frozenset(known) | names_with_pictures())


def _of(scenes: Iterator[Scene]) -> Iterator[Example]:
    for scene in scenes:
        picture = DrawnScene(scene)
        for question in questions(scene):
            yield Example(
                picture=picture,
                text=question.text,
                label=question.answer,
                kind=question.kind,
                group=f"{scene.split}/{scene.imagined}/{scene.index}",
                imagined=scene.imagined,
                validation=scene.split == "validation",
                region=_region(question),
            )


def _of_photographs() -> Iterator[Example]:
    """Questions about parts of labelled photographs, and about whole ones that are held out.

    Where nearly every photograph shows a thing, a yes is what the question alone would tell.
    """
    always = {form for word in in_most() for form in (word, plural(word))}
    for file in photographs():
        held_out = Photograph(file).held_out
        for take in range(1 if held_out else TAKES):
            photograph = Photograph(file, take)
            for question in questions(photograph, OF_PHOTOGRAPHS):
                if question.answer == "yes" and always & set(question.text.rstrip("?").split()):
                    continue
                draw = random.Random(f"{photograph.key} {question.text}").random()
                if question.answer == "no" and draw > DENIALS:
                    continue
                yield Example(
                    picture=photograph,
                    text=question.text,
                    label=question.answer,
                    kind=question.kind,
                    group=f"photographs/{file}",
                    validation=held_out,
                    region=_region(question),
                )


def _region(question: Question) -> Region | None:
    """Where the object is that the words of the question name."""
    if question.about is None or question.kind == "relation":
        return None
    words = frozenset(question.text.lower().rstrip("?.").split()) & set(question.about.name.split())
    return Region(question.about.box, words) if words else None


TASKS.add(
    TaskRecord(
        name="scenes",
        summary=(
            "Questions about pictures of hundreds of things: what, which kind, where, how many, what colour."
        ),
        labels=labels(),
        examples=examples,
        default_strategy="cross-attention",
        word_maps=True,
    )
)
