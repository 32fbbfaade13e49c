"""The explanation that a report holds, where nobody has measured it yet."""

from collections.abc import Mapping
from dataclasses import replace

from PIL import Image

from fusion.explain.explanation import DEFAULT, Explanation, explainers_of
from fusion.language import say
from fusion.lens import Lens
from fusion.progress import Progress, silent


def explained(
    lens: Lens,
    picture: Image.Image,
    question: str,
    strategy: str,
    settings: Mapping[str, float] | None = None,
    explainer: str | None = None,
    progress: Progress = silent,
) -> Explanation:
    """A strategy's answer to a cleaned picture and a cleaned text, explained and checked by deletion and
    insertion.

    explainer: the default one without it, or the first that can explain the strategy.
    """
    asked = lens.explaining(picture, question, strategy, settings)
    able = explainers_of(asked.case.model)
    what, total = say("measuring the explanation"), 1 + len(asked.modalities)
    progress(what, 0, total)
    explanation = asked.by(explainer or (DEFAULT if DEFAULT in able else able[0]))
    for done, modality in enumerate(asked.modalities, 1):
        progress(what, done, total)
        check = asked.check(explanation, modality)
        explanation = replace(explanation, checks={**explanation.checks, modality: check})
    progress(what, total, total)
    return explanation
