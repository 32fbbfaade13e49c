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
    """On patches and on words, by deletion and by insertion, with intervals that do not overlap."""
    record = TASKS[task]
    path = CHECKPOINTS / folder_of(task, record.image_encoder, record.text_encoder) / FILE
    rows = json.loads(path.read_text(encoding="utf-8"))["explanations"]
    table: dict[tuple[str, str, str], dict[str, Any]] = {
        (row["strategy"], row["explainer"], row["modality"]): row for row in rows
    }
    assert all(row["n"] >= 500 for row in rows)

    def beats(strategy: str, other: str) -> bool:
        return all(
            table[strategy, DEFAULT, modality]["deletion_interval"][1]
            < table[strategy, other, modality]["deletion_interval"][0]
            and table[strategy, DEFAULT, modality]["insertion_interval"][0]
            > table[strategy, other, modality]["insertion_interval"][1]
            for modality in ("image", "text")
        )

    attending = sorted({strategy for strategy, explainer, _ in table if explainer == RAW})
    assert len([name for name in attending if beats(name, "random") and beats(name, RAW)]) >= 2
