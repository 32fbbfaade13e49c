"""Times and ratios on this machine."""

import argparse
import json

from fusion.bench import bench
from fusion.bench_own import own_figures
from fusion.device_bench import device_figures


def run(arguments: argparse.Namespace) -> None:

    numbers = device_figures() if arguments.devices else own_figures() if arguments.own else bench()
    if arguments.json:
        print(json.dumps(numbers))
        return
    for name, value in numbers.items():
        print(f"{name:<60} {value:.3f}")
