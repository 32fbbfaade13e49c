"""A study: which strategy suits a data set, told by fits over several seeds on one test set."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from fusion.data.samples import encode_examples
from fusion.errors import UserError
from fusion.evaluate import majority_answer, text_only_rule
from fusion.fitting import encode_task
from fusion.language import later, say
from fusion.lens import Lens
from fusion.progress import Progress
from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES
from fusion.study.cautions import cautions
from fusion.study.errors import Confusion, Mistake, confusion_of, mistakes_of
from fusion.study.fits import cuts, fit_all
from fusion.study.otherwise import MOST, fit_baselines
from fusion.study.recommendation import Recommendation, recommend
from fusion.study.result import BaselineResult, Result
from fusion.study.scores import Estimate, estimate, estimates
from fusion.tasks import Example, TaskRecord


@dataclass(frozen=True, eq=False)
class Study:
    """What came out, with the fitted files in `folder`, which the caller owns.

    results: in the order of the strategies. test, truth: (Q,) the test rows and their classes, -1 for a
    label that is no class. majority: the most frequent answer in training. rule: accuracy of giving for each
    text its most frequent answer. trained, held_back: how many rows the first seed fitted and held back.
    encode_s, fit_s: seconds for encoding both splits and for fitting every strategy with every seed.
    """

    record: TaskRecord
    image_encoder: str
    text_encoder: str
    seeds: int
    results: tuple[Result, ...]
    baselines: tuple[BaselineResult, ...]
    test: tuple[Example, ...]
    truth: np.ndarray
    majority: str
    rule: float
    trained: int
    held_back: int
    cautions: tuple[str, ...]
    encode_s: float
    fit_s: float
    folder: Path

    @property
    def strategies(self) -> tuple[str, ...]:
        return tuple(result.strategy for result in self.results)

    @property
    def groups(self) -> tuple[str, ...]:
        """(Q,) what stands together in the test."""
        return tuple(example.group for example in self.test)

    @cached_property
    def recommendation(self) -> Recommendation:
        """Which strategy to take."""
        return recommend(self.results, self.groups, self.held_back, self._by_majority, self.majority)

    @cached_property
    def scores(self) -> dict[str, Estimate]:
        """Accuracy on the test by strategy and by baseline: the mean over the seeds."""
        right = {result.strategy: result.right for result in self.results}
        right |= {baseline.name: baseline.right for baseline in self.baselines}
        return estimates(right, self.groups)

    @cached_property
    def gains(self) -> dict[str, Estimate]:
        """By fused strategy, what it gains over the best single modality, paired by seed and row; nothing
        where no single modality was fitted."""
        if not self.recommendation.single:
            return {}
        single = self.result(self.recommendation.single).right.astype(float)
        fused = (result for result in self.results if result.modality == "both")
        return estimates({result.strategy: result.right - single for result in fused}, self.groups)

    @cached_property
    def prior(self) -> Estimate:
        """Accuracy of always giving the most frequent answer."""
        return estimate(self._by_majority[None], self.groups)

    def result(self, strategy: str | None = None) -> Result:
        """Of a strategy, the recommended one unless named; raises UserError for one that was not fitted."""
        name = strategy or self.recommendation.choose
        for result in self.results:
            if result.strategy == name:
                return result
        raise UserError(
            say(
                "{name} was not fitted here; choose one of: {known}.",
                name=name,
                known=", ".join(self.strategies),
            )
        )

    def confusion(self, strategy: str | None = None) -> Confusion:
        """Right classes and answers counted, of the fit that is kept."""
        return confusion_of(self.result(strategy), self.truth, self.record.labels)

    def mistakes(self, strategy: str | None = None) -> list[Mistake]:
        """The wrong answers of the fit that is kept, the most confident first."""
        return mistakes_of(self.result(strategy), self.test, self.record.labels)

    @cached_property
    def _lens(self) -> Lens:
        paths = {result.strategy: result.path for result in self.results}
        return Lens(self.record, self.image_encoder, self.text_encoder, paths)

    def lens(self) -> Lens:
        """The fitted strategies, ready to answer."""
        return self._lens

    def card(self, strategy: str | None = None) -> str:
        """The model card of a strategy, in Markdown."""
        from fusion.study.card import model_card

        return model_card(self, self.result(strategy))

    @property
    def plain_name(self) -> str:
        """The name of the data, fit to name files by."""
        return re.sub(r"[^\w.-]+", "-", self.record.name)

    def file_name(self, strategy: str) -> str:
        """How the strategy's file is called."""
        return f"{self.plain_name}-{strategy}.safetensors"

    def file(self, strategy: str | None = None) -> Path:
        """One safetensors file with the strategy and its model card, which `fusion.load` opens."""
        from fusion.study.bundle import write_fitted

        result = self.result(strategy)
        path = self.folder / "files" / self.file_name(result.strategy)
        if not path.is_file():
            write_fitted(result.path, path, self.card(result.strategy))
        return path

    def to_dict(self) -> dict[str, Any]:
        """The object that `fit --json` prints; accuracies and intervals are fractions of 1."""
        from fusion.study.report import as_dict

        return as_dict(self)

    @property
    def _by_majority(self) -> np.ndarray:
        return np.array([self.majority in (e.accepted or (e.label,)) for e in self.test], dtype=float)


def study(
    record: TaskRecord,
    image_encoder: str,
    text_encoder: str,
    seeds: int,
    progress: Progress,
    folder: Path,
    recipe: Recipe | None = None,
    baselines: bool = True,
    strategies: Sequence[str] = (),
    tokens: Path | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Study:
    """Encode a task once, fit every strategy with every seed, and measure them on its test split.

    A seed draws the first weights and which training rows are held back; what is chosen, is chosen on those.
    folder: an empty one for all that is written, which the caller deletes once the study is no longer asked.
    recipe: the study's own unless given. strategies: all unless named. tokens: where encoded tokens are
    kept, in `folder` unless given. changes: to the recipe, by the names of its fields. Raises UserError for
    a task that cannot be fitted or is not there, and what `progress` raises to stop.
    """
    if seeds < 1:
        raise UserError(say("A study takes at least 1 seed."))
    if record.fitted_on or record.zero_shot:
        raise UserError(
            say("{name} has no training split of its own; there is nothing to fit.", name=record.name)
        )
    names = [STRATEGIES[name].name for name in strategies or STRATEGIES.names()]
    train, test = record.examples("train"), record.examples("test")
    if not train or not test:
        raise UserError(say("A study needs rows to train on and rows to test on."))
    kept = tokens or folder / "tokens"
    start = time.perf_counter()
    material = encode_task(record, image_encoder, text_encoder, progress, folder=kept)
    tested = encode_examples(test, record.labels, image_encoder, text_encoder, progress, True, kept)
    encoded = time.perf_counter()
    parts = cuts(material.samples, seeds)
    results = fit_all(material, parts, tested, names, recipe, changes or {}, progress, folder / "fitted")
    fitted = time.perf_counter()
    told = cautions(train, test, record.labels, seeds)
    others = []
    if baselines:
        others = fit_baselines(material.samples, parts, tested, len(record.labels), progress)
        if len(material.samples) > MOST:
            told.append(
                later(
                    "What else could be done was fitted on {n:,} of {all:,} rows.",
                    n=MOST,
                    all=len(material.samples),
                )
            )
    return Study(
        record=record,
        image_encoder=image_encoder,
        text_encoder=text_encoder,
        seeds=seeds,
        results=tuple(results),
        baselines=tuple(others),
        test=tuple(test),
        truth=tested.labels.numpy(),
        majority=majority_answer(train),
        rule=text_only_rule(train, test),
        trained=len(parts[0][0]),
        held_back=len(parts[0][1]),
        cautions=tuple(told),
        encode_s=encoded - start,
        fit_s=fitted - encoded,
        folder=folder,
    )
