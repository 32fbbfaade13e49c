"""Answers on a terminal."""

import json
from typing import Any


def print_answers(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    if found["modality"] != "both":
        path = "its unimodal path answers" if len(found["results"]) == 1 else "the other counts as absent"
        print(f"Only the {found['modality']} was given: {path}.")
    for result in found["results"]:
        answers = ", ".join(f"{a['label']} {a['probability']:.1%}" for a in result["answers"][:3])
        doubt = "" if result["sure"] else "  (not sure)"
        print(f"{result['strategy']:<16} {answers}{doubt}")
    for hint in found["hints"]:
        print(f"Note: {hint}")
