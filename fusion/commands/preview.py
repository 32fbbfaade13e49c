"""What is in data of one's own."""

import argparse
import json
from contextlib import closing

from fusion.own import Workspace, as_lines, read
from fusion.progress import Bars


def run(arguments: argparse.Namespace) -> None:

    with Workspace() as workspace, closing(Bars()) as bars:
        data = read(arguments.data, workspace, bars)
        print(json.dumps(data.to_dict(), ensure_ascii=False) if arguments.json else as_lines(data))
