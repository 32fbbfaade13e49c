"""What was taught: it answers at once, says how far it can be trusted, and can be fine-tuned and kept."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from fusion.answer import Answer, Modality, Reply
from fusion.device import device
from fusion.errors import UserError
from fusion.inputs import clean_picture, clean_text
from fusion.language import say
from fusion.spaces import has_space
from fusion.teach.cache_model import CacheModel, left_out
from fusion.teach.given import Picture
from fusion.teach.head import Head, Step, fine_tune
from fusion.teach.reading import seen
from fusion.teach.trial import Trial, trial

TASK = "taught"
ZERO_SHOT, CACHE, TUNED = "zero-shot", "training-free", "fine-tuned"
SURE_FROM = 0.5


@dataclass(frozen=True)
class Side:
    """One modality's part.

    rows: (M,) which examples have it. names: (M, classes) what the names tell of them. mean: (D,), scale:
    what brings features to about unit length about the examples' mean, for the head. weight: how much its
    logits count.
    """

    encoder: str
    model: CacheModel
    rows: Tensor
    names: Tensor
    mean: Tensor
    scale: float
    weight: float = 1.0

    def standard(self, keys: Tensor) -> Tensor:
        """(Q, D) unit vectors as the head reads them."""
        return (keys - self.mean) / self.scale


@dataclass(frozen=True)
class Taught:
    """sides: by modality, "image" and "text", of those that the examples have. example_labels: (N,).
    problems: a sentence for each example that was left aside. tuned_trial: of the head, where there is one.
    """

    labels: tuple[str, ...]
    image_encoder: str
    text_encoder: str
    sides: Mapping[str, Side]
    example_labels: Tensor
    trial: Trial
    problems: tuple[str, ...] = ()
    head: Head | None = None
    tuned_trial: Trial | None = None

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Examples, pictures and texts of each class."""
        found = {}
        for i, label in enumerate(self.labels):
            of = {m: int((side.model.labels == i).sum()) for m, side in self.sides.items()}
            examples = int((self.example_labels == i).sum())
            found[label] = {
                "examples": examples,
                "pictures": of.get("image", 0),
                "texts": of.get("text", 0),
            }
        return found

    @property
    def leave_one_out(self) -> float:
        """Share of the examples that the others tell right."""
        return self.trial.accuracy

    @property
    def best(self) -> str:
        """The way to go by: the head where it did at least as well on examples that it had not seen."""
        if self.head is None or self.tuned_trial is None or not self.head.weights.any():
            return CACHE
        return TUNED if self.tuned_trial.right >= self.trial.right else CACHE

    @property
    def warning(self) -> str:
        """A plain sentence where the best way is no better than chance, to be shown by `say`, else ""."""
        tuned = self.tuned_trial
        return (self.trial if tuned is None or self.best == CACHE else tuned).warning

    def classify(self, picture: Picture, text: str | None = None) -> dict[str, Any]:
        """The object that `Reply.to_dict` gives: every label, by the names alone where the encoders share a
        space, by the examples, and by the head where there is one."""
        return self.reply(clean_picture(picture), clean_text(text)).to_dict("text", top=None)

    def reply(self, picture: Image.Image | None, text: str) -> Reply:
        """The answers to a cleaned picture, a cleaned text or both; raises UserError where what is given is
        of no kind that was taught."""
        if picture is None and not text:
            raise UserError(say("Give a picture, a text or both."))
        start = time.perf_counter()
        given = seen(picture, text, self.labels, self.image_encoder, self.text_encoder)
        known = {modality: told for modality, told in given.items() if modality in self.sides}
        if not known:
            pictures = "image" in self.sides
            raise UserError(
                say("Only pictures were taught; give one.")
                if pictures
                else say("Only texts were taught; give one.")
            )
        queries, names = ({m: told[part][None] for m, told in known.items()} for part in (0, 1))
        rows = self.logits(queries, names)
        milliseconds = 1000 * (time.perf_counter() - start)
        modality: Modality = "both" if len(known) == 2 else "image" if "image" in known else "text"
        hints = tuple(_not_taught(m) for m in given if m not in known)
        return Reply(
            question=text,
            task=TASK,
            image_encoder=self.image_encoder,
            text_encoder=self.text_encoder,
            device=str(device()),
            modality=modality,
            results=tuple(self._answer(name, x[0], milliseconds) for name, x in rows.items()),
            hints=hints,
        )

    def logits(self, queries: Mapping[str, Tensor], names: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Each way's logits (Q, classes), of unit features (Q, D) and of what the names tell (Q, classes), by
        modality. Those of two modalities add up, weighted."""
        found = {}
        if has_space(self.image_encoder, self.text_encoder):
            found[ZERO_SHOT] = torch.stack(list(names.values())).mean(0)
        found[CACHE] = sum(
            (self.sides[m].weight * self.sides[m].model.logits(x, names[m]) for m, x in queries.items()),
            torch.tensor(0.0),
        )
        if self.head is not None:
            found[TUNED] = found[CACHE] + self.head.logits(self._standard(queries))
        return found

    def fine_tuned(self, each: Callable[[list[Step]], None] = lambda history: None) -> "Taught":
        """The same with a head; each: is told after each step, and ends it early where it raises Stopped."""
        n, classes = len(self.example_labels), len(self.labels)

        def cache(without: Tensor) -> Tensor:
            logits = torch.zeros(n, classes)
            for side in self.sides.values():
                told = left_out(side.model, side.names, without[side.rows])
                logits[side.rows] += side.weight * told
            return logits

        x = torch.cat(
            [
                torch.zeros(n, side.model.keys.shape[1]).index_copy(
                    0, side.rows, side.standard(side.model.keys)
                )
                for side in self.sides.values()
            ],
            dim=1,
        )
        with torch.inference_mode(False), torch.enable_grad():
            head = fine_tune(x, self.example_labels, classes, cache, each)
        tried = trial(head.right, self.example_labels) if head.kept else self.trial
        return replace(self, head=head, tuned_trial=tried)

    def save(self, path: str | PathLike[str]) -> None:
        """One safetensors file that `fusion.teach.load` opens; no picture and no text is in it."""
        from fusion.teach.file import save

        save(self, Path(path))

    def to_dict(self) -> dict[str, Any]:
        """What it says of itself, in plain types."""
        return {
            "labels": list(self.labels),
            "encoders": {"image": self.image_encoder, "text": self.text_encoder},
            "counts": self.counts,
            **self.trial.to_dict(),
            "warning": self.warning,
            "best": self.best,
            "fine_tuned": None if self.tuned_trial is None else self.tuned_trial.to_dict(),
            "trust": {modality: _trust(side) for modality, side in self.sides.items()},
            "problems": list(self.problems),
        }

    def _standard(self, queries: Mapping[str, Tensor]) -> Tensor:
        """(Q, D) what the head reads; zeros for what is missing."""
        count = len(next(iter(queries.values())))
        return torch.cat(
            [
                side.standard(queries[m]) if m in queries else torch.zeros(count, side.model.keys.shape[1])
                for m, side in self.sides.items()
            ],
            dim=1,
        )

    def _answer(self, name: str, logits: Tensor, milliseconds: float) -> Answer:
        shares = logits.softmax(0)
        order = shares.argsort(descending=True).tolist()
        answers = tuple((self.labels[i], float(shares[i])) for i in order)
        parameters = self.head.weights.numel() if name == TUNED and self.head is not None else 0
        return Answer(name, answers, milliseconds, parameters, sure_from=SURE_FROM)


def _not_taught(modality: str) -> str:
    if modality == "image":
        return say("No picture was taught, so the one given is not read.")
    return say("No text was taught, so the one given is not read.")


def _trust(side: Side) -> dict[str, float]:
    trust = side.model.trust
    return {"weight": side.weight, "names": trust.names, "alpha": trust.alpha, "beta": side.model.beta}
