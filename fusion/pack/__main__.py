"""`python -m fusion.pack build` rebuilds assets/pack; `fetch` brings what is trained on but not shipped."""

import argparse
import sys

from fusion.errors import UserError
from fusion.pack.build import build
from fusion.pack.fetch import fetch_material
from fusion.progress import Bars


def main(argv: list[str] | None = None) -> int:
    """Run one of the two; 0 when it succeeded, 1 with one line on stderr when it did not."""
    parser = argparse.ArgumentParser(prog="python -m fusion.pack", description=__doc__)
    parser.add_argument("command", choices=("build", "fetch"))
    command = parser.parse_args(argv).command
    bars = Bars()
    try:
        written = build(bars) if command == "build" else fetch_material(bars)
    except (UserError, OSError) as error:  # OSError: a full disk, a folder that may not be written to
        bars.close()
        print(f"fusion.pack: {error}", file=sys.stderr)
        return 1
    bars.close()
    print(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
