"""The reports of `evaluate --json` that the project ships."""

import json
from functools import cache
from typing import Any

from fusion.checkpoint import folder_of
from fusion.paths import CHECKPOINTS
from fusion.results import FILE
from fusion.tasks import TASKS

Report = dict[str, Any]


@cache
def reports() -> dict[str, Report]:
    """By task, each of the pair of encoders that the task names."""
    found = {}
    for task in TASKS:
        path = CHECKPOINTS / folder_of(task.name, task.image_encoder, task.text_encoder) / FILE
        if path.is_file():
            found[task.name] = json.loads(path.read_text(encoding="utf-8"))
    return found


def strategies(report: Report) -> list[str]:
    """What has results in it."""
    return [row["strategy"] for row in report["results"]]


def best(report: Report) -> str:
    """What is right most often."""
    return str(max(report["results"], key=lambda row: row["accuracy"])["strategy"])


def result_of(report: Report, strategy: str) -> dict[str, Any]:
    """Its row among the results."""
    return next(row for row in report["results"] if row["strategy"] == strategy)


def command(report: Report, option: str = "") -> str:
    """What prints it."""
    return f"python -m fusion evaluate --task {report['task']}{f' {option}' if option else ''}"
