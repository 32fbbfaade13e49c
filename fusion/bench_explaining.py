"""Explaining an answer against giving it, and the live check of an explanation, on the shipped strategies."""

from functools import partial
from statistics import median

import torch
from PIL import Image

import fusion
from fusion.explain import EXPLAINERS, explanation
from fusion.inputs import clean_picture
from fusion.lens import Lens
from fusion.paths import ASSETS
from fusion.timing import median_s

# A picture and a question of each task.
ASKED = {
    "easy-vqa": ("yellow-circle.png", "what color is the circle?"),
    "scenes": ("macaw.jpg", "Which bird is this?"),
}
MAPS = ("attention", "rollout", "relevance", "grad-cam")  # of one forward, and of gradients at most
CHECKS = 3  # repeats


def explaining() -> dict[str, float]:
    """Tokens cached, over every shipped strategy of both tasks, medians.

    explain_over_answer_ratio: a map of attention or gradients with its answer, against the answer alone, by
    the slowest of `MAPS`; explain_over_forward_ratio: the map alone, against the model alone.
    faithfulness_median_s: the check of the default explanation as the page makes it; faithfulness_worst_s: of
    the slowest strategy.
    """
    over_answer: dict[str, list[float]] = {name: [] for name in MAPS}
    over_forward: dict[str, list[float]] = {name: [] for name in MAPS}
    checks = []
    for task, (file, question) in ASKED.items():
        lens, picture = fusion.load(task=task), clean_picture(ASSETS / "examples" / file)
        assert picture is not None
        for strategy in lens.strategies:
            _compare(lens, strategy, picture, question, over_answer, over_forward)
            checks.append(median_s(partial(_check, lens, strategy, picture, question), CHECKS))
    return {
        "explain_over_answer_ratio": max(median(ratios) for ratios in over_answer.values()),
        "explain_over_forward_ratio": max(median(ratios) for ratios in over_forward.values()),
        "faithfulness_median_s": median(checks),
        "faithfulness_worst_s": max(checks),
    }


def _compare(
    lens: Lens,
    strategy: str,
    picture: Image.Image,
    question: str,
    over_answer: dict[str, list[float]],
    over_forward: dict[str, list[float]],
) -> None:
    """Add a strategy's ratios, by explainer."""
    answered = lens.explaining(picture, question, strategy)
    case = answered.case

    @torch.inference_mode()
    def forward() -> None:
        case.model(case.image, case.text)

    answer_s = median_s(lambda: lens.reply(picture, question, strategy, contribution=False))
    forward_s = median_s(forward)
    for name in MAPS:
        record = EXPLAINERS[name]
        if record.explains(case.model):
            mapped = partial(_map, lens, strategy, picture, question, name)
            over_answer[name].append(median_s(mapped) / answer_s)
            over_forward[name].append(median_s(partial(record.explain, case)) / forward_s)


def _map(lens: Lens, strategy: str, picture: Image.Image, question: str, explainer: str) -> None:
    """What `lens.reply` does before it answers, too."""
    cleaned = clean_picture(picture)
    assert cleaned is not None
    lens.explaining(cleaned, question, strategy).by(explainer)


def _check(lens: Lens, strategy: str, picture: Image.Image, question: str) -> None:
    """As for a question that is asked for the first time: no part of it is encoded yet."""
    answered = lens.explaining(picture, question, strategy)
    answered.checked(answered.by(explanation.DEFAULT))
