"""The command line: results on stdout, progress and failures on stderr."""

import sys
from collections.abc import Sequence
from importlib import import_module

from fusion.arguments import parser
from fusion.ending import ends_in_order
from fusion.errors import UserError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it succeeded, 1 with one line on stderr when it did not."""
    arguments = parser().parse_args(argv)
    ends_in_order()
    try:
        import_module(f"fusion.commands.{arguments.command}").run(arguments)
    except UserError as error:
        print(f"fusion: {error}", file=sys.stderr)
        return 1
    except OSError as error:  # a full disk, a folder that may not be written to
        what = error.strerror or " ".join(str(error).split())
        print(f"fusion: {what}{f': {error.filename}' if error.filename else ''}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("fusion: stopped.", file=sys.stderr)
        return 130
    return 0
