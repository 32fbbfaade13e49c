"""Train: how the weights in use were learned, and what this answer would cost (模型训练)."""

import json
import math
from collections.abc import Iterator

from fusion import checkpoint
from fusion.curves import CURVE
from fusion.language import named as spoken
from fusion.language import say
from fusion.lens import Lens
from fusion.percentage import percent
from fusion.story.numbers import short
from fusion.story.run import Run
from fusion.story.step import Bar, Bars, Curves, Named, Step, named
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS


def train(run: Run) -> Step:
    curves = learning_curves(run.lens, run.strategy.name)
    return Step(
        sentences=(_learned(run), *_went(run, curves), _cost(run)),
        formula=say("L = −ln p(right answer)"),
        tensors=tuple(_tensors(run)),
        bars=tuple(_accuracy(run)),
        curves=curves,
    )


def learning_curves(lens: Lens, strategy: str) -> Curves | None:
    """Those that lie beside the checkpoint in use; None where there are none."""
    card = lens.model(strategy)[1]
    pair = lens.image_encoder, lens.text_encoder
    for root in checkpoint.roots():
        folder = root / checkpoint.folder_of(TASKS[lens.task].checkpoints, *pair)
        file, curve = folder / f"{strategy}.safetensors", folder / f"{strategy}{CURVE}"
        if file.is_file() and curve.is_file() and checkpoint.read_card(file) == card:
            told = json.loads(curve.read_text(encoding="utf-8"))
            return Curves(tuple(told["train_loss"]), tuple(told["validation_loss"]), told["best"])
    return None


def _learned(run: Run) -> str:
    return say(
        "Alignment, strategy and head have {count} weights. They were fitted to {task} with cross-entropy "
        "and AdamW (seed {seed}, data {data}); nothing is trained while you ask.",
        count=f"{run.answer.parameters:,}",
        task=run.card.task,
        seed=run.card.seed,
        data=run.card.data,
    )


def _went(run: Run, curves: Curves | None) -> Iterator[str]:
    right = percent(run.card.validation_accuracy, 1)
    if curves is None:
        yield say("Of the examples held back, {right} were answered right.", right=right)
        return
    yield say(
        "Of {epochs} epochs number {best} was kept: a mean loss of {loss} nats on the examples held back, "
        "{right} of them answered right.",
        epochs=len(curves.train),
        best=curves.best + 1,
        loss=short(curves.validation[curves.best]),
        right=right,
    )


def _cost(run: Run) -> str:
    classes = len(run.probabilities)
    return say(
        "Were “{label}” right, this answer would cost −ln {p} = {cost} nats; guessing blindly among "
        "{classes} answers costs {blind}.",
        label=spoken(run.answer.label),
        p=f"{run.answer.probability:.3f}",
        cost=short(-math.log(max(run.answer.probability, 1e-12))),
        classes=classes,
        blind=short(math.log(classes)),
    )


def _tensors(run: Run) -> Iterator[Named]:
    """The largest of the weights."""
    weights = sorted(run.model.named_parameters(), key=lambda item: -item[1].numel())
    for name, weight in weights[:5]:
        yield named(name, weight, say("{count} weights", count=f"{weight.numel():,}"))


def _accuracy(run: Run) -> Iterator[Bars]:
    """On the test split, beside the baselines and what needs no picture or no model at all."""
    report = run.lens.evaluation
    if report is None:
        return
    scores = {row["strategy"]: row["accuracy"] for row in report["results"]}
    own = run.strategy.name
    baselines = [name for name in scores if name != own and STRATEGIES[name].modality != "both"]
    rows = [
        Bar(name, scores[name], percent(scores[name], 1), "" if name == own else "prior")
        for name in (own, *baselines)
        if name in scores
    ]
    rule, most = report["priors"]["text_only_rule"], report["priors"]["majority"]
    rows.append(Bar(say("best rule on the text alone"), rule, percent(rule, 1), "prior"))
    rows.append(Bar(say("most frequent answer"), most, percent(most, 1), "prior"))
    n = f"{report['n']:,}"
    yield Bars(say("Right on the test split, of {n}", n=n), tuple(rows))
