"""`python -m fusion.clipart build` builds the drawings; `sample` picks those that are shipped, from these."""

import argparse
import sys
from contextlib import closing

from fusion.clipart.build import build
from fusion.clipart.sample import ship
from fusion.errors import UserError
from fusion.progress import Bars


def main(argv: list[str] | None = None) -> int:
    """Run one of the two; 0 when it succeeded, 1 with one line on stderr when it did not."""
    parser = argparse.ArgumentParser(prog="python -m fusion.clipart", description=__doc__)
    parser.add_argument("command", choices=("build", "sample"))
    command = parser.parse_args(argv).command
    try:
        with closing(Bars()) as bars:
            lines = build(bars) if command == "build" else ship()
    except (UserError, OSError) as error:  # OSError: a full disk, a folder that may not be written to
        print(f"fusion.clipart: {error}", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
