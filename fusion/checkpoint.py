"""Checkpoints: safetensors in half precision, with what they are and how good they are in the metadata."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes

from fusion.encoders import ENCODERS
from fusion.errors import MissingCheckpoint, UserError
from fusion.language import say
from fusion.model import FusionModel, ModelConfig
from fusion.paths import CHECKPOINTS, cache_folder, written_whole
from fusion.tasks import TASKS

FORMAT = 2


@dataclass(frozen=True)
class Card:
    """What a checkpoint says of itself.

    data: fingerprint of the training samples. validation_accuracy: a fraction of 1. encoder_versions,
    encoder_weights: of the image and the text encoder whose tokens it was fitted on; the weights by their
    fingerprint, "" for shipped ones. sure_from: the confidence below which, on held-out samples, fewer than
    half of the answers were right.
    """

    task: str
    image_encoder: str
    text_encoder: str
    config: ModelConfig
    labels: tuple[str, ...]
    data: str
    seed: int
    validation_accuracy: float
    encoder_versions: tuple[int, int]
    sure_from: float
    encoder_weights: tuple[str, str] = ("", "")
    format: int = FORMAT


def folder_of(task: str, image_encoder: str, text_encoder: str) -> Path:
    """Where a pair's checkpoints for a task lie, relative to a root of checkpoints."""
    return Path(task) / f"{image_encoder}+{text_encoder}"


def roots() -> tuple[Path, Path]:
    """Roots of checkpoints, in the order of preference: fitted by the person, shipped with the project."""
    return cache_folder() / "checkpoints", CHECKPOINTS


def save(path: Path, model: FusionModel, card: Card) -> None:
    """Write a checkpoint whole or not at all."""
    tensors = {name: x.detach().cpu().half().contiguous() for name, x in model.state_dict().items()}
    with written_whole(path) as draft:
        draft.write_bytes(to_bytes(tensors, metadata={"card": json.dumps(asdict(card))}))


def read_card(path: Path) -> Card:
    """The card alone; raises UserError where the file is damaged or of another format."""
    try:
        with safe_open(path, "pt") as file:
            fields: dict[str, Any] = json.loads((file.metadata() or {})["card"])
        if fields.get("format") != FORMAT:
            raise UserError(say("{file} has another checkpoint format; fit it again.", file=path.name))
        config = fields["config"]
        grid = config.get("grid")
        fields["config"] = ModelConfig(**config | {"grid": None if grid is None else tuple(grid)})
        for name in ("labels", "encoder_versions", "encoder_weights"):
            if name in fields:
                fields[name] = tuple(fields[name])
        card = Card(**fields)
        _check(card)
        return card
    except (
        OSError,
        SafetensorError,
        AttributeError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as error:
        if isinstance(error, UserError):
            raise
        raise UserError(say("{file} is damaged or no checkpoint of this project.", file=path.name)) from error


def _check(card: Card) -> None:
    """Raises ValueError where a card says what none says that was written here."""
    texts = (card.task, card.image_encoder, card.text_encoder, card.data, *card.labels, *card.encoder_weights)
    numbers = (card.seed, card.validation_accuracy, card.sure_from, *card.encoder_versions)
    if not all(isinstance(text, str) for text in texts) or not all(isfinite(number) for number in numbers):
        raise ValueError("texts and numbers in their places")
    if not len(card.labels) == card.config.classes > 0 or len(set(card.labels)) < len(card.labels):
        raise ValueError("as many different labels as classes")
    if card.task != Path(card.task).name:
        raise ValueError("a task names a folder")


def load(path: Path) -> tuple[FusionModel, Card]:
    """The model, ready to answer, and its card; raises UserError where it cannot be used."""
    card = read_card(path)
    try:
        with torch.device("meta"):  # no memory is taken on the card's word
            model = FusionModel(card.config)
        with safe_open(path, "pt") as file:
            state = {name: file.get_tensor(name).float() for name in file.keys()}
        model.load_state_dict(state, assign=True)
    except UserError:
        raise
    except Exception as error:  # what is forged fails in whatever way it was forged
        raise UserError(
            say("{file} is damaged or of another version; fit it again.", file=path.name)
        ) from error
    if not all(x.isfinite().all() for x in state.values()):
        raise UserError(say("{file} holds numbers that are not finite; fit it again.", file=path.name))
    return model.eval().requires_grad_(False), card


def find(
    task: str, image_encoder: str, text_encoder: str, among: Sequence[Path] | None = None
) -> dict[str, Path]:
    """The usable checkpoints of a pair by strategy; one that the person fitted goes before a shipped one.

    among: the roots to look in, `roots()` unless given. Checkpoints for other labels, of encoders that have
    changed, or under another strategy's name are left aside.
    """
    wanted = (*encoder_marks(image_encoder, text_encoder), TASKS[task].labels)
    found: dict[str, Path] = {}
    for root in among or roots():
        for path in sorted((root / folder_of(task, image_encoder, text_encoder)).glob("*.safetensors")):
            if path.stem in found:
                continue
            try:
                card = read_card(path)
            except UserError:
                continue
            marks = (card.encoder_versions, card.encoder_weights, card.labels)
            if (marks, card.config.strategy) == (wanted, path.stem):
                found[path.stem] = path
    return found


def encoder_marks(image_encoder: str, text_encoder: str) -> tuple[tuple[int, int], tuple[str, str]]:
    """Versions of a pair of encoders, and the fingerprints of their weights."""
    pair = ENCODERS[image_encoder], ENCODERS[text_encoder]
    image, text = ("" if record.weights is None else record.weights.fingerprint() for record in pair)
    return (pair[0].version, pair[1].version), (image, text)


def changed(task: str, image_encoder: str, text_encoder: str) -> tuple[int, ...]:
    """Another value once checkpoints of a pair have come, gone or been replaced."""
    folders = (root / folder_of(task, image_encoder, text_encoder) for root in roots())
    return tuple(folder.stat().st_mtime_ns if folder.is_dir() else 0 for folder in folders)


def half_precision(model: FusionModel) -> None:
    """Round the weights in place to what a checkpoint keeps, so that what is measured is what is shipped."""
    with torch.no_grad():
        for x in model.state_dict().values():
            x.copy_(x.half().float())


def lacking(strategy: str, task: str) -> UserError:
    """What to say where a strategy has none for a task."""
    return UserError(
        say("{name} has no checkpoint for {task} with these encoders.", name=strategy, task=task)
    )


def missing(task: str, image_encoder: str, text_encoder: str) -> MissingCheckpoint:
    """What to do where a pair has no checkpoint."""
    return MissingCheckpoint(
        say(
            "{image} and {text} have no checkpoint for {task} yet; run: python -m fusion fit --task {task} "
            "--image-encoder {image} --text-encoder {text}.",
            image=image_encoder,
            text=text_encoder,
            task=task,
        )
    )
