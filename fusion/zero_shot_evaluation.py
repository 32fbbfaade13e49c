"""Measured without training: typed labels, and whether the map of a word points at its thing."""

from collections.abc import Sequence
from typing import Any

import torch

from fusion.data.samples import picture_of
from fusion.intervals import wilson
from fusion.language import later
from fusion.progress import Progress
from fusion.scenes.scene import Scene
from fusion.spaces import load_space
from fusion.tasks import Example
from fusion.zero_shot import IMAGE

POINTED = 300  # scenes of each number of things


def typed_labels(
    examples: Sequence[Example],
    labels: Sequence[str],
    image_encoder: str,
    text_encoder: str,
    progress: Progress,
) -> tuple[str, torch.Tensor]:
    """What answers, and (Q, labels) how likely each label is for each picture."""
    space = load_space(image_encoder, text_encoder)
    shares = []
    for i, example in enumerate(examples):
        shares.append(space.of_picture(picture_of(example.picture), labels))
        progress(later("typed labels"), i + 1, len(examples))
    return IMAGE, torch.stack(shares)


def word_maps(image_encoder: str, text_encoder: str, progress: Progress) -> list[dict[str, Any]]:
    """How often the peak of a name's map lies in its thing's box, on test scenes of one and two things."""
    space = load_space(image_encoder, text_encoder)
    found = []
    for things in (1, 2):
        scenes: list[Scene] = []
        index = 0
        while len(scenes) < POINTED:
            scene = Scene("test", index)
            if len(scene.placed) == things == len({placed.name for placed in scene.placed}):
                scenes.append(scene)
            index += 1
        hits = 0
        for i, scene in enumerate(scenes):
            picture, thing = scene.draw(), scene.placed[0]
            (map_,) = space.maps(picture, [thing.name])
            row, column = divmod(int(map_.argmax()), map_.shape[1])
            x, y = (column + 0.5) / map_.shape[1], (row + 0.5) / map_.shape[0]
            left, top, right, bottom = thing.box
            hits += left <= x <= right and top <= y <= bottom
            progress(later("word maps, {things} in a scene", things=things), i + 1, len(scenes))
        n = len(scenes)
        found.append({"things": things, "n": n, "hit": hits / n, "interval": list(wilson(hits, n))})
    return found
