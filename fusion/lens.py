"""The lens: from a picture and a text to the answers of the strategies."""

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from PIL import Image

from fusion import checkpoint, what_if, zero_shot
from fusion.answer import Answer, Modality, Reply
from fusion.answering import answered, live_settings, names_of
from fusion.cache import encoded
from fusion.checkpoint import Card
from fusion.device import device
from fusion.domain import Domain
from fusion.encoders import ENCODERS
from fusion.encoders.reading import unread
from fusion.errors import UserError
from fusion.explain.base import Strike
from fusion.explain.explanation import DEFAULT, Explaining, explaining
from fusion.explain.words import striker
from fusion.hints import hints_on, silent_references
from fusion.inputs import clean_picture, clean_text
from fusion.language import say
from fusion.model import FusionModel
from fusion.references import REFERENCES, load_reference
from fusion.results import accuracy_in, shipped_report
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS, TaskRecord
from fusion.tokens import Tokens

if TYPE_CHECKING:
    from fusion.teach import Taught

Picture = str | PathLike[str] | Image.Image | None


class Lens:
    """A task seen through a pair of encoders: encodes once, answers with every fitted strategy.

    task: a registered one by its name, or any other. paths: its checkpoints by strategy, those that are
    found for the pair unless given.

    Raises UserError for unknown names, MissingWeights where an encoder is not on this machine, and
    MissingCheckpoint where nothing is fitted for the pair and the task.
    """

    def __init__(
        self,
        task: str | TaskRecord,
        image_encoder: str,
        text_encoder: str,
        paths: Mapping[str, Path] | None = None,
    ) -> None:
        self._task = TASKS[task] if isinstance(task, str) else task
        self.task = self._task.name
        self.image_encoder = image_encoder
        self.text_encoder = text_encoder
        if self._task.zero_shot:
            raise UserError(
                say("{task} is answered by labels that you type: classify with --labels.", task=self.task)
            )
        for name in (image_encoder, text_encoder):
            if (weights := ENCODERS[name].weights) is not None:
                weights.folder()
        pair = (image_encoder, text_encoder)
        self._paths = checkpoint.find(self._task.checkpoints, *pair) if paths is None else paths
        if not self._paths:
            raise checkpoint.missing(self._task.checkpoints, *pair)
        self.strategies = tuple(name for name in STRATEGIES.names() if name in self._paths)
        wanted = self._task.default_strategy
        self.default_strategy = wanted if wanted in self._paths else self.strategies[-1]
        self.evaluation = shipped_report(self._task, *pair, self._paths)
        trials = (record for record in TASKS if record.fitted_on == self.task)
        reports = (shipped_report(trial, *pair, self._paths) for trial in trials)
        self.trials = tuple(report for report in reports if report is not None)
        self._models: dict[str, tuple[FusionModel, Card]] = {}
        self._lock = threading.Lock()

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every answer that the checkpoints know."""
        return checkpoint.read_card(self._paths[self.default_strategy]).labels

    @cached_property
    def _domain(self) -> Domain | None:
        path = self._paths[self.default_strategy]
        config = checkpoint.read_card(path).config
        return Domain.load(path.parent / "domain.safetensors", (config.image_width, config.text_width))

    def ask(
        self,
        image: Picture,
        question: str | None,
        strategy: str | None = None,
        *,
        references: str | Sequence[str] = (),
        **settings: float,
    ) -> dict[str, Any]:
        """The object that `ask --json` prints. strategy: a name, "all", or None for the default one.

        references: as in `reply`.
        """
        return self.reply(image, question, strategy, settings, references=references).to_dict()

    def classify(
        self,
        image: Picture,
        text: str | None,
        labels: str | Sequence[str] | None = None,
        strategy: str | None = None,
    ) -> dict[str, Any]:
        """The object that `classify --json` prints: one of the task's labels, or of those given.

        labels: several, or one text that parts them by commas; without them the task's strategies answer,
        with them the space that both encoders share does, without training. strategy: as in `ask`, or see
        `fusion.zero_shot.classify`.
        """
        if labels is None:
            return self.reply(image, text, strategy).to_dict("text")
        picture, cleaned = clean_picture(image), clean_text(text)
        pair = (self.image_encoder, self.text_encoder)
        return zero_shot.classify(picture, cleaned, labels, *pair, strategy).to_dict("text", top=None)

    def reply(
        self,
        image: Picture,
        question: str | None,
        strategies: str | Sequence[str] | None = None,
        settings: Mapping[str, float] | None = None,
        contribution: bool = True,
        references: str | Sequence[str] = (),
    ) -> Reply:
        """Answer with one strategy or with several.

        strategies: a name, "all" those fitted, several names, or None for the task's default one. Where one
        input is missing, the unimodal baseline of the other answers in the place of a single strategy;
        several still answer, with their learned absent token. settings: live parameters; a strategy takes
        those it knows. contribution: with Shapley values. references: a name or names of pretrained models,
        which answer after the strategies where both inputs are given; no contribution is computed for them,
        as they know no absent input. Raises UserError for inputs and settings that cannot be used and for
        unknown names, and MissingWeights for a reference that is not on this machine.
        """
        references = tuple(dict.fromkeys(names_of(references)))
        for name in references:
            REFERENCES[name].weights.folder()
        picture, text = clean_picture(image), clean_text(question)
        if picture is None and not text:
            raise UserError(say("Give a picture, a text or both."))
        modality: Modality = "both" if picture is not None and text else "image" if text == "" else "text"
        image_tokens, text_tokens = self.encode(picture, text)
        results = tuple(
            self._answer(name, image_tokens, text_tokens, settings or {}, contribution)
            for name in self._chosen(strategies, modality)
        )
        hints = hints_on(text, image_tokens, text_tokens, self.text_encoder, self._domain)
        if picture is not None and text:
            results += tuple(load_reference(name).answer(picture, text) for name in references)
        elif references:
            hints += (silent_references(references),)
        if unread(self.text_encoder, text):
            results = tuple(replace(answer, sure_from=math.inf) for answer in results)
        return Reply(
            question=text,
            task=self.task,
            image_encoder=self.image_encoder,
            text_encoder=self.text_encoder,
            device=str(device()),
            modality=modality,
            results=results,
            hints=hints,
        )

    def explain(
        self,
        image: Picture,
        question: str | None,
        strategy: str | None = None,
        explainer: str = DEFAULT,
    ) -> dict[str, Any]:
        """The object that `explain --json` prints: what each patch and each word had to do with the answer.

        Raises UserError where one input is missing and for unknown names.
        """
        picture, text = clean_picture(image), clean_text(question)
        if picture is None or not text:
            raise UserError(say("An explanation needs a picture and a text."))
        (name,) = self._chosen(strategy, "both")
        asked = self.explaining(picture, text, name)
        explanation = asked.checked(asked.by(explainer))
        return self._head(text) | explanation.to_dict()

    def explaining(
        self,
        picture: Image.Image,
        text: str,
        strategy: str,
        settings: Mapping[str, float] | None = None,
        strike: Strike | None = None,
    ) -> Explaining:
        """A strategy's answer to a cleaned picture and a cleaned text, to be explained in steps.

        settings: as in `reply`. strike: of an earlier answer to the same text, which knows its parts already.
        """
        image_tokens, text_tokens = self.encode(picture, text)
        assert image_tokens is not None and text_tokens is not None
        model, live = self.model(strategy)[0], live_settings(strategy, settings or {})
        tokens = image_tokens.to(device()), text_tokens.to(device())
        strike = strike or striker(self.text_encoder, text, tokens[1])
        return explaining(model, *tokens, self.labels, strike, live)

    def what_if(
        self,
        image: Picture,
        question: str | None,
        region: Sequence[Sequence[float]] = (),
        words: Sequence[int] = (),
        strategy: str | None = "all",
    ) -> dict[str, Any]:
        """How answers move when parts of the picture are painted out and words are struck from the text.

        region: boxes of (left, top, right, bottom) in shares of the picture. words: their places in the text,
        as its encoder parts it. "results" holds, for each strategy, the answer "before" and "after", what is
        "kept" of the old answer's probability, and whether the answer "changed". Raises UserError where one
        input is missing, and for boxes, places and names that do not exist.
        """
        picture, text = what_if.both(image, question)
        names = self._chosen(strategy, "both")
        changed = what_if.changed(self, picture, text, region, words, names, {})
        return self._head(text) | changed.to_dict()

    def smallest_flip(
        self, image: Picture, question: str | None, strategy: str | None = None
    ) -> dict[str, Any]:
        """The smallest change that flips a strategy's answer, of the text's "words" and of a "region" of the
        picture, each None where there is none, and a sentence on both.

        Raises UserError where one input is missing and for unknown names.
        """
        picture, text = what_if.both(image, question)
        (name,) = self._chosen(strategy, "both")
        return self._head(text) | what_if.smallest_flip(self, picture, text, name, {}).to_dict()

    def teach(self, examples: Mapping[str, Sequence[Any]]) -> "Taught":
        """Classes of one's own from a few examples each, with these encoders; see `fusion.teach.teach`."""
        from fusion.teach import teach

        return teach(examples, self.image_encoder, self.text_encoder)

    def encode(self, picture: Image.Image | None, text: str) -> tuple[Tokens | None, Tokens | None]:
        """Tokens of a cleaned picture and a cleaned text, from the cache where they were seen before."""
        image_tokens = None if picture is None else encoded(self.image_encoder, picture)
        return image_tokens, encoded(self.text_encoder, text) if text else None

    def model(self, strategy: str) -> tuple[FusionModel, Card]:
        """The fitted model of a strategy and its card, loaded at its first use."""
        with self._lock:
            if strategy not in self._models:
                with torch.inference_mode(False):  # explainers need gradients through it
                    model, card = checkpoint.load(self._paths[strategy])
                    self._models[strategy] = model.to(device()), card
            return self._models[strategy]

    def _head(self, text: str) -> dict[str, Any]:
        """What every object about one picture and one text begins with."""
        pair = {"image": self.image_encoder, "text": self.text_encoder}
        return {"question": text, "task": self.task, "encoders": pair, "device": str(device())}

    def _chosen(self, strategies: str | Sequence[str] | None, modality: Modality) -> Sequence[str]:
        """Names of the strategies to answer with."""
        if strategies == "all":
            return self.strategies
        names = names_of(strategies) or [self.default_strategy]
        for name in names:
            if STRATEGIES[name].name not in self._paths:
                raise checkpoint.lacking(name, self.task)
        if len(names) > 1:
            return names
        alone = [n for n in self.strategies if STRATEGIES[n].modality == modality != "both"]
        return alone or names

    def _answer(
        self,
        strategy: str,
        image: Tokens | None,
        text: Tokens | None,
        settings: Mapping[str, float],
        contribution: bool,
    ) -> Answer:
        model, card = self.model(strategy)
        image, text = (given if given is None else given.to(device()) for given in (image, text))
        answer = answered(model, image, text, self.labels, live_settings(strategy, settings), contribution)
        return replace(answer, accuracy=accuracy_in(self.evaluation, strategy), sure_from=card.sure_from)
