"""Evaluation reports kept beside the checkpoints."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fusion.checkpoint import folder_of
from fusion.language import say
from fusion.paths import CHECKPOINTS, written_whole
from fusion.tasks import TASKS, TaskRecord

FILE = "evaluation.json"


def shipped_report(
    task: TaskRecord, image_encoder: str, text_encoder: str, paths: Mapping[str, Path]
) -> dict[str, Any] | None:
    """The `evaluate --json` object shipped for a pair, or None.

    paths: the checkpoints in use, by strategy; it speaks only of those that are the shipped ones.
    """
    folder = CHECKPOINTS / folder_of(task.name, image_encoder, text_encoder)
    try:
        report = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    fitted = CHECKPOINTS / folder_of(task.checkpoints, image_encoder, text_encoder)
    shipped = {name for name, path in paths.items() if path.parent == fitted}
    return report | {"results": [row for row in report["results"] if row["strategy"] in shipped]}


def accuracy_in(report: dict[str, Any] | None, strategy: str) -> float | None:
    """A strategy's, where a shipped report tells it; None for what the person fitted."""
    rows = (report or {}).get("results", [])
    return next((row["accuracy"] for row in rows if row["strategy"] == strategy), None)


def save_report(report: dict[str, Any], root: Path) -> Path:
    """Write a report under a root of checkpoints; gives its path."""
    encoders = report["encoders"]
    path = root / folder_of(report["task"], encoders["image"], encoders["text"]) / FILE
    with written_whole(path) as draft:
        draft.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return path


def noun(report: dict[str, Any]) -> str:
    """What a text of the task that a report is about is called: "question", "title"."""
    task = report["task"]
    return say(TASKS[task].text_label.lower() if task in TASKS else "text")
