"""The command `fit` over several seeds, of a task or of one's own data."""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from fusion.checkpoint import folder_of
from fusion.device import accelerator
from fusion.errors import UserError
from fusion.own import Workspace, read, sweep
from fusion.pairs import pair_or_default
from fusion.parallel import part, told_to_all
from fusion.paths import cache_folder, written_whole
from fusion.progress import Bars, Progress, silent
from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES
from fusion.study import Study, study
from fusion.study.report import as_table
from fusion.tasks import TASKS, TaskRecord

PLAIN = {"head": "--head", "seed": "--seed", "copies": "--copies", "shots": "--shots", "start": "--from"}
OPTIONS, NUMBERS = ("class_weights", "balanced", "blending"), ("epochs", "modality_dropout", "modulation")
SEEDS = 3


def run(arguments: argparse.Namespace) -> None:
    """Compare strategies over several fits of each, of a registered task or of one's own data.

    Of several processes each reads the data; the tokens and fits of all lie in one folder.
    """
    if arguments.data is None and arguments.task is None:
        raise UserError("Name a task with --task, or bring your own data with --data.")
    for name, option in PLAIN.items():
        if getattr(arguments, name):
            raise UserError(f"{option} is for one fit of a task; a study over seeds takes no {option}.")
    own = arguments.data is not None
    changes = _changes(arguments)
    main = accelerator().is_main_process
    with _shared_folder() as home, closing(Bars()) as bars:
        progress = bars if main else silent
        record = _record(arguments, home / f"data-{accelerator().process_index}", progress)
        found = study(
            record,
            *pair_or_default(
                None if own else arguments.task, arguments.image_encoder, arguments.text_encoder
            ),
            seeds=SEEDS if arguments.seeds is None else arguments.seeds,
            progress=progress,
            folder=home / "study",
            strategies=_strategies(arguments.strategy),
            tokens=None if own else cache_folder() / "tokens",
            changes=changes,
        )
        part()
        if main:
            bars.close()
            print(json.dumps(found.to_dict(), ensure_ascii=False) if arguments.json else as_table(found))
            if arguments.out is not None:
                _hand_over(found, None if arguments.strategy == "all" else arguments.strategy, arguments.out)


@contextmanager
def _shared_folder() -> Iterator[Path]:
    """A temporary folder of the main process, which every process is told of."""
    if not accelerator().is_main_process:
        yield Path(told_to_all(""))
        return
    sweep()
    with Workspace() as folder:
        yield Path(told_to_all(str(folder)))


def _record(arguments: argparse.Namespace, workspace: Path, progress: Progress) -> TaskRecord:
    """A registered task, or one's own data under the name that is given."""
    if arguments.data is None:
        return TASKS[arguments.task]
    workspace.mkdir()
    data = read(arguments.data, workspace, progress)
    if accelerator().is_main_process:
        for problem in data.problems:
            print(f"Note: {problem.sentence}", file=sys.stderr)
    record = data.task()
    return replace(record, name=arguments.task) if arguments.task else record


def _changes(arguments: argparse.Namespace) -> dict[str, Any]:
    """What is to differ from the recipe of a study."""
    told = {name: value for name in OPTIONS if (value := getattr(arguments, name))}
    told |= {name: value for name in NUMBERS if (value := getattr(arguments, name)) is not None}
    Recipe(**told)  # what cannot be followed is told now
    return told


def _strategies(named: str) -> list[str]:
    """All, or the one that is named beside the unimodal baselines."""
    if named == "all":
        return STRATEGIES.names()
    STRATEGIES[named]
    return [record.name for record in STRATEGIES if record.modality != "both" or record.name == named]


def _hand_over(found: Study, strategy: str | None, out: Path) -> None:
    """The named or else the recommended strategy as one file, or all checkpoints under a root."""
    if out.suffix == ".safetensors":
        _copied(found.file(strategy), out)
    else:
        out /= folder_of(found.plain_name, found.image_encoder, found.text_encoder)
        shutil.copytree(found.folder / "fitted", out, copy_function=_copied, dirs_exist_ok=True)
    print(f"written to {out}", file=sys.stderr)


def _copied(source: str | Path, target: str | Path) -> str:
    with written_whole(Path(target)) as draft:
        shutil.copyfile(source, draft)
    return str(target)
