"""cifar10: ten names typed as labels, answered without training; a test of the space that the encoders share.

Krizhevsky 2009; 32 x 32 pixels, which is why a caller sees them enlarged.
"""

import io
import json
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image

from fusion.errors import UserError
from fusion.language import say
from fusion.pack.fetch import material_folder
from fusion.tasks.base import TASKS, Example, Split, TaskRecord

LABELS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
FIRST = 1_000
BATCH = {"train": "data_batch_1.png", "test": "test_batch.png"}
NAMES = {"train": "train_lables.json", "test": "test_lables.json"}  # as the package spells them


@dataclass(frozen=True)
class Photograph:
    """One row of a batch."""

    split: Split
    row: int

    @property
    def key(self) -> str:
        return f"cifar10 {self.split} {self.row}"

    def draw(self) -> Image.Image:
        """The RGB picture, 32 x 32."""
        return Image.fromarray(_batch(self.split)[self.row].reshape(32, 32, 3))


@cache
def examples(split: Split) -> list[Example]:
    """The first FIRST pictures of a split; raises UserError where they are not fetched."""
    path = material_folder() / "cifar-10" / NAMES[split]
    if not path.is_file():
        raise UserError(say("CIFAR-10 is not fetched; run: python -m fusion.pack fetch."))
    numbers = json.loads(path.read_text(encoding="utf-8"))[:FIRST]
    return [
        Example(Photograph(split, i), "", LABELS[number], "name", f"{split}/{i}")
        for i, number in enumerate(numbers)
    ]


@cache
def _batch(split: Split) -> np.ndarray:
    """(FIRST, 3072) a picture a row. The file is a picture of ten million pixels that we trust."""
    data = (material_folder() / "cifar-10" / BATCH[split]).read_bytes()
    with Image.open(io.BytesIO(data)) as file:
        return np.asarray(file.crop((0, 0, file.width, FIRST)).convert("RGB")).reshape(FIRST, -1)


TASKS.add(
    TaskRecord(
        name="cifar10",
        summary="A test of typed labels: ten names for small photographs, answered without training.",
        labels=LABELS,
        examples=examples,
        default_strategy="zero-shot",
        zero_shot=True,
    )
)
