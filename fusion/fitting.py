"""Fit strategies for a task and an encoder pair, and leave checkpoints, curves and the known domain."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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
from fusion.language import say
from fusion.model import FusionModel, ModelConfig
from fusion.paths import written_whole
from fusion.progress import Progress, silent
from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS, TaskRecord
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
    processes, which all must call this, each encodes its share, and the main one writes and tells how far it
    is. Returns the learning curves by strategy.
    """
    record = TASKS[task]
    if head:
        HEADS[head]  # an unknown name is told before anything is encoded
    if record.fitted_on:
        raise UserError(
            say("{task} has no training split of its own; fit {other}.", task=task, other=record.fitted_on)
        )
    if record.zero_shot:
        raise UserError(say("{task} is answered without training; there is nothing to fit.", task=task))
    pair = (image_encoder, text_encoder)
    found = {} if start is None else starts(start, strategies, record.labels, pair)
    material = encode_task(record, *pair, progress, recipe.copies)
    folder = (root or checkpoint.roots()[0]) / checkpoint.folder_of(task, *pair)
    return fit_material(material, strategies, recipe, progress, folder, head, found)


@dataclass(frozen=True)
class Material:
    """What strategies are fitted on: a task's encoded training split.

    task: its name. labels: its classes. answers: (classes, E) the labels in the text encoder's space.
    width: d to fit with, None for what each strategy is made for.
    """

    task: str
    image_encoder: str
    text_encoder: str
    labels: tuple[str, ...]
    samples: Samples
    answers: torch.Tensor
    width: int | None = None


def encode_task(
    record: TaskRecord,
    image_encoder: str,
    text_encoder: str,
    progress: Progress,
    copies: int = 0,
    folder: Path | None = None,
) -> Material:
    """Encode a task's training split once; of several processes each takes a share, all must call this.

    copies: augmented views of each sample. folder: of the tokens, the person's cache unless given.
    """
    imagines = ENCODERS[image_encoder].imagines
    progress = progress if accelerator().is_main_process else silent
    with accelerator().main_process_first():
        usable = [example for example in record.examples("train") if imagines or not example.imagined]
        examples = augmented(usable, copies)
    pair = (image_encoder, text_encoder)
    samples = encode_examples(examples, record.labels, *pair, progress, True, folder)
    keys = [content_key(label) for label in record.labels]
    told = encode_all(text_encoder, keys, lambda i: record.labels[i], progress, folder, True)
    answers = told.pooled(torch.arange(len(keys)))
    return Material(record.name, *pair, record.labels, samples, answers, record.width)


def fit_material(
    material: Material,
    strategies: Sequence[str],
    recipe: Recipe,
    progress: Progress,
    folder: Path,
    head: str = "",
    found: Mapping[str, Start] | None = None,
) -> dict[str, History]:
    """Fit each strategy on the same tokens into `folder`; the recipe's seed parts training from validation.

    found: what to start from, by strategy. Returns the learning curves by strategy.
    """
    train, validation = material.samples.split(VALIDATION_SHARE, recipe.seed)
    if recipe.shots is not None:
        train, validation = (part.few(recipe.shots, recipe.seed) for part in (train, validation))
    main = accelerator().is_main_process
    if main:
        Domain.fit(train, validation).save(folder / "domain.safetensors")
    histories = {}
    for strategy in strategies:
        start = (found or {}).get(strategy)
        parts = (train, validation)
        histories[strategy] = fit_one(material, parts, strategy, head, recipe, progress, folder, start)
        if main:
            draw_curves(folder)
    return histories


def fit_one(
    material: Material,
    parts: tuple[Samples, Samples],
    strategy: str,
    head: str,
    recipe: Recipe,
    progress: Progress,
    folder: Path,
    start: Start | None = None,
    grid: tuple[int, ...] | None = None,
) -> History:
    """Fit a strategy on the first part, validate on the second, write its checkpoint and its curves.

    grid: rows and columns that pictures are interpolated to, in the place of the strategy's own.
    """
    train, validation = parts
    torch.manual_seed(recipe.seed)
    config = ModelConfig(
        strategy=strategy,
        image_width=train.images.width,
        text_width=train.texts.width,
        classes=len(material.labels),
        width=material.width or STRATEGIES[strategy].width,
        head=head,
        grid=STRATEGIES[strategy].grid if grid is None else grid,
        common=common_channels(material.image_encoder, material.text_encoder),
    )
    model = FusionModel(config)
    resume = folder / f".{strategy}.resume"
    history = fit(model, train, validation, recipe, progress, resume, material.answers, start)
    model.divide(fit_temperature(predict(model, validation), validation.labels))
    checkpoint.half_precision(model)
    logits = predict(model, validation)
    right = validation.right(logits)
    versions, weights = checkpoint.encoder_marks(material.image_encoder, material.text_encoder)
    card = Card(
        task=material.task,
        image_encoder=material.image_encoder,
        text_encoder=material.text_encoder,
        config=config,
        labels=material.labels,
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
