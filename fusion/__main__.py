"""`python -m fusion`: the command line."""

import sys

from fusion.cli import main

sys.exit(main())
