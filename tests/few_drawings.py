"""A registered task of a few drawings, cut from easy-vqa; as a module, the command line that knows it."""

import sys
from dataclasses import replace

from fusion.tasks import TASKS, Example, Split


def few_drawings(name: str = "few-drawings", train: int = 200, test: int = 60) -> str:
    """Register it, of so many questions; its name."""
    whole = TASKS["easy-vqa"]

    def examples(split: Split) -> list[Example]:
        return whole.examples(split)[: train if split == "train" else test]

    if name not in TASKS:
        TASKS.add(replace(whole, name=name, examples=examples))
    return name


if __name__ == "__main__":
    import torch

    from fusion.cli import main

    torch.set_num_threads(1)
    few_drawings("some-drawings", train=800)
    sys.exit(main())
