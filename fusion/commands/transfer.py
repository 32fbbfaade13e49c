"""What a start from another fit gains."""

import argparse
import json
from contextlib import closing

from fusion.pairs import pair_or_default
from fusion.progress import Bars
from fusion.transfer_gain import as_lines, transfer_gain


def run(arguments: argparse.Namespace) -> None:

    pair = pair_or_default(arguments.task, arguments.image_encoder, arguments.text_encoder)
    told = (arguments.shots, arguments.seeds)
    with closing(Bars()) as bars:
        report = transfer_gain(arguments.start, arguments.task, *pair, bars, *told)
    print(json.dumps(report) if arguments.json else as_lines(report))
