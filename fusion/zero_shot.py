"""Classify a picture, a text or both by labels that a person types, without training."""

import math
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from PIL import Image
from torch import Tensor

from fusion.answer import Answer, AttentionMaps, Modality, Reply
from fusion.answering import names_of
from fusion.device import device
from fusion.encoders.reading import unread, unread_hint
from fusion.errors import UserError
from fusion.inputs import clean_text
from fusion.language import say
from fusion.spaces import load_space, pair_in_space

MAX_LABELS = 200
# The shares are calibrated, so that below this fewer than half of the answers are right.
SURE_FROM = 0.5
TASK = "typed-labels"
COMMA = re.compile("[,，、]")  # of either script
BOTH, IMAGE, TEXT = NAMES = ("zero-shot", "zero-shot-image", "zero-shot-text")


def clean_labels(labels: str | Sequence[str]) -> tuple[str, ...]:
    """Distinct cleaned labels, whatever their case, out of several or of one text that parts them by commas.

    Raises UserError for fewer than two or more than MAX_LABELS.
    """
    distinct: dict[str, str] = {}
    given = COMMA.split(labels) if isinstance(labels, str) else names_of(labels)
    for label in filter(None, map(clean_text, given)):
        distinct.setdefault(label.casefold(), label)
    cleaned = tuple(distinct.values())
    if not 2 <= len(cleaned) <= MAX_LABELS:
        raise UserError(say("Give from 2 to {most} different labels.", most=MAX_LABELS))
    return cleaned


def classify(
    picture: Image.Image | None,
    text: str,
    labels: str | Sequence[str],
    image_encoder: str,
    text_encoder: str,
    strategy: str | None = None,
) -> Reply:
    """The typed labels for a cleaned picture and a cleaned text, by the space that both encoders share.

    strategy: one of NAMES, or "all"; unless told, what is given answers. "zero-shot" is the normalised
    geometric mean of both predictions, a logarithmic opinion pool (Genest and Zidek 1986). Raises UserError
    for labels and strategies that cannot be used, and for an image encoder that shares a space with none;
    where it shares one with another text encoder than the one named, that one takes its place.
    """
    labels = clean_labels(labels)
    if picture is None and not text:
        raise UserError(say("Give a picture, a text or both."))
    if strategy not in (None, "all", *NAMES):
        raise UserError(
            say("Typed labels are answered without training, by {names} or all.", names=", ".join(NAMES))
        )
    image_encoder, text_encoder = pair_in_space(image_encoder, text_encoder)
    space = load_space(image_encoder, text_encoder)
    answers: dict[str, Answer] = {}
    if picture is not None:
        answer = _answer(IMAGE, lambda: space.of_picture(picture, labels), labels)
        maps = space.maps(picture, labels)[None, None].numpy()  # one layer, one head
        answers[IMAGE] = replace(answer, attention=AttentionMaps(maps, labels, evidence=True))
    if text:
        answers[TEXT] = _answer(TEXT, lambda: space.of_text(text, labels), labels)
    modality: Modality = "both" if len(answers) == 2 else "image" if IMAGE in answers else "text"
    if modality == "both":
        answers[BOTH] = _answer(BOTH, lambda: _pooled(list(answers.values()), labels), labels)
    words = " ".join((text, *labels))
    if unread(text_encoder, words):
        answers = {name: replace(answer, sure_from=math.inf) for name, answer in answers.items()}
    chosen = NAMES if strategy == "all" else (strategy or BOTH,)
    results = [answers[name] for name in chosen if name in answers] or list(answers.values())
    return Reply(
        question=text,
        task=TASK,
        image_encoder=image_encoder,
        text_encoder=text_encoder,
        device=str(device()),
        modality=modality,
        results=tuple(results),
        hints=(unread_hint(text_encoder, words),) if unread(text_encoder, words) else (),
    )


def _pooled(answers: Sequence[Answer], labels: Sequence[str]) -> Tensor:
    """The normalised geometric mean of several predictions: (labels,)."""
    shares = [dict(answer.answers) for answer in answers]
    logs = torch.tensor([[share[label] for label in labels] for share in shares]).clamp(min=1e-12).log()
    return logs.mean(0).softmax(0)


def _answer(name: str, predict: Callable[[], Tensor], labels: Sequence[str]) -> Answer:
    start = time.perf_counter()
    shares = predict()
    milliseconds = 1000 * (time.perf_counter() - start)
    order = shares.argsort(descending=True).tolist()
    answers = tuple((labels[i], float(shares[i])) for i in order)
    return Answer(
        strategy=name, answers=answers, milliseconds=milliseconds, parameters=0, sure_from=SURE_FROM
    )
