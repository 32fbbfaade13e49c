"""Train strategies on a task."""

import argparse
import json
from contextlib import closing
from dataclasses import asdict

from fusion.commands import study
from fusion.device import accelerator
from fusion.fitting import fit_task
from fusion.pairs import pair_or_default
from fusion.parallel import part
from fusion.progress import Bars
from fusion.recipe import Recipe, few_shot
from fusion.several import start_others
from fusion.strategies import STRATEGIES


def run(arguments: argparse.Namespace) -> None:
    """Fit a task, or compare several fits of it or of one's own data."""
    start_others()
    if arguments.task is None or arguments.data is not None or arguments.seeds is not None:
        study.run(arguments)
    else:
        _fit(arguments)


def _fit(arguments: argparse.Namespace) -> None:
    """Fit each strategy of a task once."""
    chosen = STRATEGIES.names() if arguments.strategy == "all" else [STRATEGIES[arguments.strategy].name]
    options = ("epochs", "seed", "modality_dropout", "copies", "modulation")
    given = {name: getattr(arguments, name) for name in (*options, "class_weights", "balanced", "blending")}
    told = {name: value for name, value in given.items() if value is not None}
    recipe = Recipe(**told) if arguments.shots is None else few_shot(arguments.shots, **told)
    with closing(Bars()) as bars:
        histories = fit_task(
            arguments.task,
            chosen,
            *pair_or_default(arguments.task, arguments.image_encoder, arguments.text_encoder),
            recipe=recipe,
            progress=bars,
            head=arguments.head,
            root=arguments.out,
            start=arguments.start,
        )
    main = accelerator().is_main_process
    part()
    if not main:
        return
    if arguments.json:
        print(json.dumps({name: asdict(history) for name, history in histories.items()}))
        return
    for name, history in histories.items():
        if history.started:
            print(f"{name}: {history.started:.0%} of its parameters started from {arguments.start}")
        print(
            f"{name:<16} validation accuracy {history.best_accuracy:.2%} "
            f"after {history.best + 1} of {len(history.train_loss)} epochs"
        )
