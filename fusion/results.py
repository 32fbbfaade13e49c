"""Evaluation reports kept beside the checkpoints."""

import json
from pathlib import Path
from typing import Any

from fusion.checkpoint import folder_of
from fusion.paths import CHECKPOINTS, written_whole

FILE = "evaluation.json"


def shipped_report(task: str, image_encoder: str, text_encoder: str) -> dict[str, Any] | None:
    """The `evaluate --json` object shipped for a pair, or None."""
    path = CHECKPOINTS / folder_of(task, image_encoder, text_encoder) / FILE
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def save_report(report: dict[str, Any], root: Path) -> Path:
    """Write a report under a root of checkpoints; gives its path."""
    encoders = report["encoders"]
    path = root / folder_of(report["task"], encoders["image"], encoders["text"]) / FILE
    with written_whole(path) as draft:
        draft.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return path
