"""Many visitors at once against the real server."""

import argparse
import json
import sys

from fusion.crowd import load
from fusion.crowd.bounds import broken
from fusion.crowd.visitor import MIX, THINK_S
from fusion.errors import UserError
from fusion.progress import Bars


def run(arguments: argparse.Namespace) -> None:
    """Raises UserError where the server did not keep to its bounds, once the figures are printed."""
    parts = ", ".join(f"{share} {kind}" for kind, share in MIX.items())
    print(
        f"Each visitor opens the page, uploads a picture of their own and asks about it, then pauses "
        f"{THINK_S:g} s in the mean before each next step; of {sum(MIX.values())} steps: {parts}.",
        file=sys.stderr,
    )
    bars = Bars("s")
    figures = load(arguments.visitors, arguments.seconds, bars)
    bars.close()
    if arguments.json:
        print(json.dumps(figures))
    else:
        failures = figures.pop("failures")
        for name, value in figures.items():
            print(f"{name:<60} {value:.3f}")
        for what, often in failures.items():
            print(f"{often} times {what}")
    if not_kept := list(broken(figures)):
        raise UserError(" ".join(not_kept))
