"""Fit strategies for a task and an encoder pair, and leave checkpoints, curves and the known domain."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from fusion import checkpoint
from fusion.calibration import fit_temperature, sure_from
from fusion.checkpoint import Card
from fusion.curves import CURVE, draw_curves
from fusion.data.samples import Samples, augmented, encode_examples
from fusion.data.store import encode_all
from fusion.device import accelerator
from fusion.domain import Domain
from fusion.encoders import ENCODERS, common_channels
from fusion.errors import UserError
from fusion.heads import HEADS
from fusion.inputs import content_key
from fusion.model import FusionModel, ModelConfig
from fusion.paths import written_whole
from fusion.progress import Progress, silent
from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS
from fusion.train import History, fit, predict
from fusion.transfer import Start, starts

VALIDATION_SHARE = 0.1


def fit_task(
    task: str,
    strategies: Sequence[str],
    image_encoder: str,
    text_encoder: str,
    recipe: Recipe,
    progress: Progress,
    head: str = "",
    root: Path | None = None,
    start: Path | None = None,
) -> dict[str, History]:
    """Encode the training split once and fit each strategy on the same tokens.

    root: of the checkpoints, the person's cache folder unless given. start: a checkpoint to start from, or a
    folder of one a strategy. An interrupted run goes on where it stopped when it is called again. Of several
    processes, which all must call this, the main one encodes, writes and tells how far it is. Returns the
    learning curves by strategy.
    """
    record = TASKS[task]
    if head:
        HEADS[head]  # an unknown name is told before anything is encoded
    if record.fitted_on:
        raise UserError(f"{task} has no training split of its own; fit {record.fitted_on}.")
    if record.zero_shot:
        raise UserError(f"{task} is answered without training; there is nothing to fit.")
    pair = (image_encoder, text_encoder)
    found = {} if start is None else starts(start, strategies, record.labels, pair)
    imagines = ENCODERS[image_encoder].imagines
    main = accelerator().is_main_process
    progress = progress if main else silent
    with accelerator().main_process_first():
        usable = [example for example in record.examples("train") if imagines or not example.imagined]
        examples = augmented(usable, recipe.copies)
        samples = encode_examples(examples, record.labels, image_encoder, text_encoder, progress)
        keys = [content_key(label) for label in record.labels]
        told = encode_all(text_encoder, keys, lambda i: record.labels[i], progress)
    answers = torch.from_numpy(told.pooled)
    train, validation = samples.split(VALIDATION_SHARE, recipe.seed)
    if recipe.shots is not None:
        train, validation = (part.few(recipe.shots, recipe.seed) for part in (train, validation))
    folder = (root or checkpoint.roots()[0]) / checkpoint.folder_of(task, image_encoder, text_encoder)
    if main:
        Domain.fit(train, validation).save(folder / "domain.safetensors")
    histories = {}
    for strategy in strategies:
        histories[strategy] = _fit_one(
            strategy, head, train, validation, record.labels, answers, recipe, progress, folder,
            (task, image_encoder, text_encoder), found.get(strategy),
        )  # fmt: skip
        if main:
            draw_curves(folder)
    return histories


def _fit_one(
    strategy: str,
    head: str,
    train: Samples,
    validation: Samples,
    labels: Sequence[str],
    answers: torch.Tensor,
    recipe: Recipe,
    progress: Progress,
    folder: Path,
    belongs_to: tuple[str, str, str],
    start: Start | None,
) -> History:
    """Fit a strategy and write its checkpoint and its curves."""
    torch.manual_seed(recipe.seed)
    config = ModelConfig(
        strategy=strategy,
        image_width=train.images.width,
        text_width=train.texts.width,
        classes=len(labels),
        width=STRATEGIES[strategy].width,
        head=head,
        grid=STRATEGIES[strategy].grid,
        common=common_channels(*belongs_to[1:]),
    )
    model = FusionModel(config)
    history = fit(model, train, validation, recipe, progress, folder / f".{strategy}.resume", answers, start)
    model.divide(fit_temperature(predict(model, validation), validation.labels))
    checkpoint.half_precision(model)
    logits = predict(model, validation)
    right = validation.right(logits)
    task, image_encoder, text_encoder = belongs_to
    versions, weights = checkpoint.encoder_marks(image_encoder, text_encoder)
    card = Card(
        task=task,
        image_encoder=image_encoder,
        text_encoder=text_encoder,
        config=config,
        labels=tuple(labels),
        data=train.fingerprint,
        seed=recipe.seed,
        validation_accuracy=right.float().mean().item(),
        sure_from=sure_from(logits.softmax(1).amax(1), right),
        encoder_versions=versions,
        encoder_weights=weights,
    )
    if not accelerator().is_main_process:
        return history
    checkpoint.save(folder / f"{strategy}.safetensors", model, card)
    with written_whole(folder / f"{strategy}{CURVE}") as draft:
        draft.write_text(json.dumps(asdict(history), indent=1) + "\n")
    return history
