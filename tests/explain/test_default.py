"""The default explainer is the one that the shipped table speaks for."""

import json
from typing import Any

import pytest

from fusion.checkpoint import folder_of
from fusion.explain.explanation import DEFAULT, RAW
from fusion.paths import CHECKPOINTS
from fusion.results import FILE
from fusion.tasks import TASKS


@pytest.mark.parametrize("task", ["easy-vqa", "scenes"])
def test_it_beats_random_order_and_raw_attention_for_two_strategies(task: str) -> None:
    """On patches and on words, with intervals that do not overlap, by deletion, and by insertion where there
    is room: on drawings an eighth of the patches gives the answer back whatever explainer chose them."""
    record = TASKS[task]
    path = CHECKPOINTS / folder_of(task, record.image_encoder, record.text_encoder) / FILE
    rows = json.loads(path.read_text(encoding="utf-8"))["explanations"]
    table: dict[tuple[str, str, str], dict[str, Any]] = {
        (row["strategy"], row["explainer"], row["modality"]): row for row in rows
    }
    assert all(row["n"] >= 500 for row in rows)

    def beats(strategy: str, other: str) -> bool:
        for modality in ("image", "text"):
            own, others = table[strategy, DEFAULT, modality], table[strategy, other, modality]
            if own["deletion_interval"][1] >= others["deletion_interval"][0]:
                return False
            if modality == "image" and task == "easy-vqa":
                continue
            if own["insertion_interval"][0] <= others["insertion_interval"][1]:
                return False
        return True

    attending = sorted({strategy for strategy, explainer, _ in table if explainer == RAW})
    assert len([name for name in attending if beats(name, "random") and beats(name, RAW)]) >= 2
