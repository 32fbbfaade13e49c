"""Reports beside the checkpoints."""

import json
from pathlib import Path
from typing import Any

from fusion.results import noun, save_report


def report(accuracy: float, **more: Any) -> dict[str, Any]:
    results = [{"strategy": "gated", "accuracy": accuracy}]
    return {"task": "scenes", "encoders": {"image": "a", "text": "b"}, "results": results, **more}


def test_a_report_calls_a_text_what_its_task_calls_it() -> None:
    assert noun({"task": "scenes"}) == "question"
    assert noun({"task": "clipart-topics"}) == "title"
    assert noun({"task": "what a person brought"}) == "text"


def test_a_report_keeps_what_an_earlier_one_measured_besides(tmp_path: Path) -> None:
    path = save_report(report(0.5, explanations=[1], n=10), tmp_path)
    assert path == tmp_path / "scenes" / "a+b" / "evaluation.json"
    save_report(report(0.5, n=11), tmp_path)
    assert json.loads(path.read_text()) == report(0.5, explanations=[1], n=11)


def test_nothing_is_kept_of_a_report_about_other_checkpoints(tmp_path: Path) -> None:
    path = save_report(report(0.5, explanations=[1]), tmp_path)
    save_report(report(0.6), tmp_path)
    assert json.loads(path.read_text()) == report(0.6)
    path.write_text("{ damaged", encoding="utf-8")
    save_report(report(0.6), tmp_path)
    assert json.loads(path.read_text()) == report(0.6)
