"""Transfer: what was learned for another pair of encoders, or for another task, starts a fit."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch

from fusion import checkpoint
from fusion.checkpoint import Card
from fusion.errors import UserError
from fusion.language import say
from fusion.model import FusionModel
from fusion.open_answers import set_answers


@dataclass(frozen=True)
class Transferred:
    """What was taken: the names of whole tensors, the answers whose rows of the last layer came over, and
    which share of the model's parameters that is, a fraction of 1."""

    names: tuple[str, ...]
    answers: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class Start:
    """A checkpoint to start a fit from, for a model of these answers and this (image, text) pair."""

    path: Path
    labels: tuple[str, ...]
    encoders: tuple[str, str]

    def __call__(self, model: FusionModel) -> Transferred:
        return start_from(model, self.path, self.labels, self.encoders)

    @cached_property
    def identity(self) -> str:
        """Changes with the checkpoint's content."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()[:16]


def start_from(
    model: FusionModel, path: Path, labels: Sequence[str], encoders: tuple[str, str]
) -> Transferred:
    """Copy from a checkpoint what means the same in `model`, which answers `labels` and reads `encoders`
    (image, text); the rest stays as it is.

    A tensor is taken where name and shape match, an aligner's only where it reads the same encoder's channels
    on the same scale. The scale itself is the data's and is left to `train.calibrate`. Of the last layer come
    the rows of the answers that both know, so that they hold while answers are told (`told_answers`), too.
    Raises UserError for a file that is no checkpoint, one of another strategy, or one with nothing to take.
    """
    source, card = checkpoint.load(path)
    _check(card, path, model.config.strategy)
    theirs, own = dict(source.named_parameters()), model.state_dict()
    left = _left(model, source, card, encoders)
    names = [
        name
        for name, x in theirs.items()
        if not name.startswith(left) and name in own and own[name].shape == x.shape
    ]
    with torch.no_grad():
        for name in names:
            own[name].copy_(theirs[name])
    known = [] if "head." in left else [label for label in labels if label in card.labels]
    if model.out.in_features != source.out.in_features:
        known = []
    if known:
        rows = torch.tensor([labels.index(label) for label in known])
        their_rows = [card.labels.index(label) for label in known]
        set_answers(model, rows, source.out.weight[their_rows], source.out.bias[their_rows])
    if model.naming is not None and source.naming is not None and _all_the_same(card, labels, left):
        # At the temperature of the last layer's rows.
        model.naming.basis.copy_(source.naming.basis)
        model.naming.reading.copy_(source.naming.reading)
    if not names and not known:
        raise UserError(
            say("{file} has no layer that fits this model; nothing can start from it.", file=path.name)
        )
    taken = sum(theirs[name].numel() for name in names) + len(known) * (model.out.in_features + 1)
    with torch.device("meta"):
        whole = FusionModel(model.config).parameter_count
    return Transferred(tuple(names), tuple(known), taken / whole)


def starts(
    path: Path, strategies: Sequence[str], labels: Sequence[str], encoders: tuple[str, str]
) -> dict[str, Start]:
    """Where the fit of each strategy starts: `path` is a checkpoint, or a folder of one a strategy.

    Raises UserError where one is missing or cannot be used, before anything is encoded.
    """
    found = {}
    for strategy in strategies:
        file = path / f"{strategy}.safetensors" if path.is_dir() else path
        _check(card_of(file), file, strategy)
        found[strategy] = Start(file, tuple(labels), encoders)
    return found


def card_of(path: Path) -> Card:
    """The card of a checkpoint to start from; raises UserError where it is missing or damaged."""
    if not path.is_file():
        raise UserError(say("There is no checkpoint {path} to start from.", path=path))
    return checkpoint.read_card(path)


def _check(card: Card, path: Path, strategy: str) -> None:
    if card.config.strategy != strategy:
        raise UserError(
            say(
                "{file} is a checkpoint of {strategy}, from which {other} cannot start.",
                file=path.name,
                strategy=card.config.strategy,
                other=strategy,
            )
        )


def _all_the_same(card: Card, labels: Sequence[str], left: tuple[str, ...]) -> bool:
    """Whether only the last layer is left to be taken by itself, and it answers the same."""
    return left == ("head.out.",) and card.labels == tuple(labels)


def _left(model: FusionModel, source: FusionModel, card: Card, encoders: tuple[str, str]) -> tuple[str, ...]:
    """Beginnings of the names of what means something else in the model, and of the last layer."""
    versions, weights = checkpoint.encoder_marks(*encoders)
    theirs = zip(
        (card.image_encoder, card.text_encoder), card.encoder_versions, card.encoder_weights, strict=True
    )
    same = [
        one == other for one, other in zip(theirs, zip(encoders, versions, weights, strict=True), strict=True)
    ]
    scaled = card.config.common == model.config.common
    left = ["head.out."]
    if type(source.head) is not type(model.head):
        left.append("head.")
    for side, reads_same in zip(("align_image.", "align_text."), same, strict=True):
        if not (reads_same and scaled):
            left.append(side)
    return tuple(left)
