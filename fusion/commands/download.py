"""A model's weights from the hub."""

import argparse
from contextlib import closing

from fusion.download import download, weights_named
from fusion.progress import Bars


def run(arguments: argparse.Namespace) -> None:

    with closing(Bars(unit="B")) as bars:
        folder = download(weights_named(arguments.name), bars)
    print(f"{arguments.name} is in {folder}")
