"""What each way of balancing does where classes are of very unequal size: `python -m fusion balance`."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import torch
from sklearn.metrics import recall_score
from torch import Tensor

from fusion.balance.trial import fitted, fused_named
from fusion.data.samples import Samples, encode_examples
from fusion.errors import UserError
from fusion.fitting import encode_task
from fusion.forward import predict
from fusion.model import FusionModel
from fusion.progress import Progress
from fusion.recipe import Recipe
from fusion.tasks import TASKS
from fusion.transfer_gain import Figure

OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "class weights": {"class_weights": True},
    "balanced sampling": {"balanced": True},
    "modulation": {"modulation": 0.5},
    "gradient blending": {"blending": True},
}
MOST = 400  # training examples of the most frequent class
RATIO = 100  # of the most frequent class to the rarest
RECIPE = Recipe(epochs=24, batch=64, patience=24)


def uneven(samples: Samples, most: int, ratio: float, seed: int) -> Tensor:
    """Positions of a long tail: the classes, from the most to the least frequent one, have at most
    most * ratio^(-i / (k - 1)) examples each (Cui et al. 2019, arXiv 1901.05555), drawn by the seed."""
    counts = torch.bincount(samples.labels)
    order = counts.argsort(descending=True, stable=True)
    classes = order[counts[order] > 0].tolist()
    shuffled = torch.randperm(len(samples), generator=torch.Generator().manual_seed(seed))
    kept = []
    for i, label in enumerate(classes):
        size = max(1, round(most * ratio ** (-i / max(1, len(classes) - 1))))
        kept.append(shuffled[samples.labels[shuffled] == label][:size])
    return torch.cat(kept).sort().values


def options(
    task: str,
    image_encoder: str,
    text_encoder: str,
    progress: Progress,
    strategy: str | None = None,
    seeds: int = 5,
) -> dict[str, Any]:
    """The object that `balance --json` prints: for each strategy and each of OPTIONS, accuracy and balanced
    accuracy (the mean recall of the classes) on the whole test split, and what it gains over a plain fit.

    Each seed draws its own long tail of the training split, the same for all options, by which the gains are
    paired. Raises UserError for unknown names, for fewer than 2 seeds, and where the data is missing.
    """
    record = TASKS[task]
    names = fused_named(strategy, record.default_strategy)
    if seeds < 2:
        raise UserError("An interval takes at least 2 seeds.")
    pair = (image_encoder, text_encoder)
    whole = encode_task(record, *pair, progress)
    test = encode_examples(record.examples("test"), record.labels, *pair, progress)
    tails = [whole.samples.subset(uneven(whole.samples, MOST, RATIO, seed)) for seed in range(seeds)]
    results = []
    for name in names:
        scores: dict[str, list[tuple[float, float]]] = {}
        for option, changes in OPTIONS.items():
            scores[option] = []
            for seed, tail in enumerate(tails):
                recipe = replace(RECIPE, seed=seed, **changes)
                with fitted(replace(whole, samples=tail), name, recipe, progress, option) as model:
                    scores[option].append(_scores(model, test))
        results += [_result(name, option, scores[option], scores["plain"]) for option in OPTIONS]
    sizes = torch.bincount(tails[0].labels)
    return {
        "task": task,
        "encoders": {"image": image_encoder, "text": text_encoder},
        "split": "test",
        "n": len(test),
        "train": {"n": len(tails[0]), "most": int(sizes.max()), "least": int(sizes[sizes > 0].min())},
        "seeds": seeds,
        "results": results,
    }


def _scores(model: FusionModel, test: Samples) -> tuple[float, float]:
    """Accuracy, and the mean recall of the classes that the split has."""
    logits = predict(model, test)
    right = test.right(logits).float().mean().item()
    there = test.labels[test.labels >= 0].unique()
    balanced = recall_score(test.labels, logits.argmax(1), labels=there, average="macro", zero_division=0)
    return right, float(balanced)


def _result(
    strategy: str, option: str, scores: Sequence[tuple[float, float]], plain: Sequence[tuple[float, float]]
) -> dict[str, Any]:
    result: dict[str, Any] = {"strategy": strategy, "option": option}
    for i, measure in enumerate(("accuracy", "balanced_accuracy")):
        result[measure] = asdict(Figure.of([score[i] for score in scores]))
        if option != "plain":
            gains = [score[i] - other[i] for score, other in zip(scores, plain, strict=True)]
            result[f"{measure}_gain"] = asdict(Figure.of(gains))
    return result


def verdict(result: dict[str, Any]) -> str:
    """In words, what an option did, by the intervals of its gains."""
    told = []
    for measure, title in (("balanced_accuracy_gain", "balanced accuracy"), ("accuracy_gain", "accuracy")):
        low, high = result[measure]["interval"]
        if low > 0 or high < 0:
            told.append(f"{'raises' if low > 0 else 'lowers'} {title}")
    return " and ".join(told) if told else "no effect shown"


def as_lines(report: dict[str, Any]) -> str:
    """The report for a terminal, in percent and in points."""
    encoders, train = report["encoders"], report["train"]
    lines = [
        f"{report['task']}, {report['split']} split, {report['n']} questions, "
        f"{encoders['image']} + {encoders['text']}, {report['seeds']} seeds",
        f"trained on a long tail of {train['n']} examples, {train['most']} of the most frequent answer and "
        f"{train['least']} of the rarest",
        "",
        f"{'strategy':<16}{'option':<20}{'accuracy':>9}{'gain':>24}{'balanced':>10}{'gain':>24}",
    ]
    for result in report["results"]:
        cells = [f"{result['strategy']:<16}{result['option']:<20}"]
        for measure, width in (("accuracy", 9), ("balanced_accuracy", 10)):
            cells.append(f"{100 * result[measure]['mean']:>{width}.2f}")
            gain = result.get(f"{measure}_gain")
            cells.append(f"{_gain(gain) if gain else '':>24}")
        told = verdict(result) if result["option"] != "plain" else ""
        lines.append("".join(cells) + (f"  {told}" if told else ""))
    return "\n".join(lines)


def _gain(figure: dict[str, Any]) -> str:
    low, high = figure["interval"]
    return f"{100 * figure['mean']:+.2f} ({100 * low:+.2f} to {100 * high:+.2f})"
