"""Accuracy on a test split."""

import argparse
import json
import sys
from contextlib import closing

from fusion import checkpoint
from fusion.evaluate import as_table, evaluate
from fusion.pairs import pair_or_default
from fusion.progress import Bars
from fusion.results import save_report
from fusion.tasks import TASKS
from fusion.teach.few_shot import few_shot


def run(arguments: argparse.Namespace) -> None:

    pair = pair_or_default(arguments.task, arguments.image_encoder, arguments.text_encoder)
    with closing(Bars()) as bars:
        report = evaluate(arguments.task, *pair, bars, arguments.explain, arguments.corrupt)
        if shots := arguments.shots:
            report["few_shot"] = few_shot(TASKS[arguments.task], *pair, shots, arguments.draws, bars)
    print(json.dumps(report) if arguments.json else as_table(report))
    path = save_report(report, arguments.out or checkpoint.roots()[0])
    print(f"written to {path}", file=sys.stderr)
