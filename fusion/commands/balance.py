"""The command `python -m fusion balance`."""

import argparse
import json
from contextlib import closing

from fusion.balance import missing, options
from fusion.errors import UserError
from fusion.pairs import pair_or_default
from fusion.progress import Bars


def run(arguments: argparse.Namespace) -> None:
    """Measure what the arguments ask for and print it."""
    if arguments.modality_dropout is not None and not arguments.missing:
        raise UserError("--modality-dropout goes with --missing here.")
    trial = missing if arguments.missing else options
    pair = pair_or_default(arguments.task, arguments.image_encoder, arguments.text_encoder)
    with closing(Bars()) as bars:
        if arguments.missing:
            told = (arguments.strategy, arguments.seeds, arguments.modality_dropout)
            report = missing.missing(arguments.task, *pair, bars, *told)
        else:
            report = options.options(arguments.task, *pair, bars, arguments.strategy, arguments.seeds)
    print(json.dumps(report) if arguments.json else trial.as_lines(report))
