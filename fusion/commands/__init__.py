"""The commands of `python -m fusion`, a file each, imported when it runs: `run(arguments)`."""
