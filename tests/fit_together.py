"""Fit every strategy on synthetic samples, in as many processes as this is started in; prints what comes.

The argument is a folder for the files that a fit goes on from.
"""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from fusion.data import store
from fusion.device import accelerator
from fusion.model import FusionModel
from fusion.parallel import gathered, part
from fusion.progress import Progress, silent
from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES
from fusion.train import fit, predict
from tests.synthetic import PICTURES, make_model, make_samples

TEXTS = ("a red cat", "a dog", "what is it?", "two birds", "a blue circle")
# An odd batch is not divided evenly, and the last of each epoch is a single sample.
RECIPE = Recipe(epochs=3, batch=35, rate=1e-2, modality_dropout=0.0)


def fitted(
    strategy: str, recipe: Recipe = RECIPE, progress: Progress = silent, resume: Path | None = None
) -> dict[str, Any]:
    train, validation = make_samples(176).split(0.2, seed=0)
    model = make_model(strategy, train, STRATEGIES[strategy].head or "linear")
    _without_chance(model)
    history = fit(model, train, validation, recipe, progress, resume, torch.eye(PICTURES))
    every = gathered(torch.cat([x.flatten().float() for x in model.state_dict().values()]))
    return {
        "processes": len(every),
        "same weights": bool((every == every[0]).all()),
        "losses": [*history.train_loss, *history.validation_loss],
        "accuracies": history.validation_accuracy,
        "logits": predict(model, validation).tolist(),
    }


def _without_chance(model: FusionModel) -> None:
    """What is dropped in training differs with the number of processes."""
    for layer in model.modules():
        if hasattr(layer, "drop_prob"):
            layer.drop_prob = 0.0


def interrupted(strategy: str, resume: Path) -> dict[str, Any]:
    """A fit with chance in it, stopped on its way and gone on with, beside the same fit in one piece."""

    def stop(what: str, done: int, total: int) -> None:
        if what.endswith("epoch 3"):
            raise KeyboardInterrupt

    recipe = replace(RECIPE, modality_dropout=0.3)
    whole = fitted(strategy, recipe)
    try:
        fitted(strategy, recipe, stop, resume)
    except KeyboardInterrupt:
        accelerator().wait_for_everyone()
    kept = resume.is_file()
    accelerator().wait_for_everyone()
    resumed = fitted(strategy, recipe, resume=resume)
    return {"kept": kept, "the same": resumed == whole, "left": resume.exists()}


def encoded_together(folder: Path) -> dict[str, Any]:
    """Texts in shards of two, encoded by all processes: how many each loaded, and what everyone reads."""
    store.SHARD = 2
    loaded: list[int] = []

    def load(i: int) -> str:
        loaded.append(i)
        return TEXTS[i]

    keys = [str(i) for i in range(len(TEXTS))]
    kept = store.encode_all("word-embedding", keys, load, silent, folder / "tokens", together=True)
    pooled = kept.pooled(torch.arange(len(TEXTS)))
    every = gathered(torch.tensor([len(loaded)])).flatten().tolist()
    accelerator().wait_for_everyone()
    if accelerator().is_main_process:
        shutil.rmtree(folder / "tokens")
    return {"loaded": every, "pooled": pooled.tolist()}


def main() -> None:
    folder = Path(sys.argv[1])
    shares = encoded_together(folder)
    found = {name: fitted(name, resume=folder / name) for name in STRATEGIES.names()}
    gone_on = interrupted("gated", folder / "gated")
    main_process = accelerator().is_main_process
    part()
    if main_process:
        print(json.dumps({"fits": found, "interrupted": gone_on, "encoded": shares}))


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
