"""What is registered."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from fusion.encoders import ENCODERS
from fusion.references import REFERENCES
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS


def run(arguments: argparse.Namespace) -> None:

    named = (("encoders", ENCODERS), ("strategies", STRATEGIES), ("references", REFERENCES), ("tasks", TASKS))
    kinds: dict[str, Any] = dict(named)
    chosen = [arguments.kind] if arguments.kind else list(kinds)
    listed = {kind: [_described(record) for record in kinds[kind]] for kind in chosen}
    if arguments.json:
        print(json.dumps(listed, ensure_ascii=False))
        return
    for kind, records in listed.items():
        print(kind)
        for record in records:
            print(f"  {record['name']:<20} {record['summary']}")


def _described(record: Any) -> dict[str, Any]:
    """The fields of a record that say something to a reader."""
    fields = {name: getattr(record, name) for name in record.__dataclass_fields__}
    fields["parameters"] = [asdict(p) for p in fields.get("parameters", ())]
    if fields.get("weights") is not None:
        fields["weights"] = asdict(fields["weights"])
    return {name: value for name, value in fields.items() if not callable(value) and value != []}
