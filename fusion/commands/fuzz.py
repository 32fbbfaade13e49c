"""Bad input of every kind, and what became of it."""

import argparse
import json
from contextlib import closing

from fusion.errors import UserError
from fusion.fuzz import fuzz
from fusion.fuzz.case import FAULT
from fusion.fuzz.report import as_dict, as_table
from fusion.progress import Bars


def run(arguments: argparse.Namespace) -> None:
    """Raises UserError where a case had a fault, once the counts are printed."""
    with closing(Bars()) as bars:
        outcomes = fuzz(arguments.cases, arguments.seed, bars, arguments.only)
    told = as_dict(outcomes, arguments.seed) if arguments.json else as_table(outcomes, arguments.seed)
    print(json.dumps(told) if arguments.json else told)
    if faults := sum(one.result == FAULT for one in outcomes):
        raise UserError(f"{faults:,} of {len(outcomes):,} cases had a fault.")
