"""Times and ratios on this machine."""

import argparse
import json

from fusion.bench import bench
from fusion.bench_own import own_figures
from fusion.bench_page import page_figures
from fusion.device_bench import device_figures


def run(arguments: argparse.Namespace) -> None:

    if arguments.devices:
        numbers = device_figures()
    elif arguments.own:
        numbers = own_figures()
    elif arguments.page:
        numbers = page_figures()
    else:
        numbers = bench()
    if arguments.json:
        print(json.dumps(numbers))
        return
    for name, value in numbers.items():
        print(f"{name:<60} {value:.3f}")
