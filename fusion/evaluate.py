"""Evaluate the checkpoints of a pair on a task's test split, beside what needs no model."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import torch

from fusion import checkpoint
from fusion.calibration import calibration_error
from fusion.data.samples import encode_examples
from fusion.device import device
from fusion.explain.contributions import as_lines as contribution_lines
from fusion.explain.contributions import contributions
from fusion.explain.evaluation import INPUTS, as_lines, explanations
from fusion.explain.pointing import attention_on_objects
from fusion.inputs import clean_text
from fusion.intervals import paired, wilson
from fusion.language import later
from fusion.model import FusionModel
from fusion.progress import Progress
from fusion.results import noun
from fusion.robustness.measure import as_lines as robustness_lines
from fusion.robustness.measure import missing_modality, robustness
from fusion.spaces import has_space
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS, Example, Region, TaskRecord
from fusion.teach.few_shot import as_lines as few_shot_lines
from fusion.train import predict
from fusion.zero_shot_evaluation import typed_labels, word_maps

POINTED = 500


def evaluate(
    task: str,
    image_encoder: str,
    text_encoder: str,
    progress: Progress,
    explain: bool = False,
    corrupt: bool = False,
) -> dict[str, Any]:
    """The object that `evaluate --json` prints; accuracies are fractions of 1, intervals are Wilson's 95 %.

    explain: measure every explainer of every strategy too. corrupt: and accuracy with spoiled pictures and
    words.

    Raises UserError where the data or the checkpoints are missing.
    """
    record = TASKS[task]
    found = checkpoint.find(record.checkpoints, image_encoder, text_encoder)
    if not found and not record.zero_shot:
        raise checkpoint.missing(record.checkpoints, image_encoder, text_encoder)
    pair = (image_encoder, text_encoder)
    train, test = record.examples("train"), record.examples("test")
    report: dict[str, Any] = {
        "task": task,
        "encoders": {"image": image_encoder, "text": text_encoder},
        "split": "test",
        "n": len(test),
        "priors": {"majority": majority_prior(train, test), "text_only_rule": text_only_rule(train, test)},
    }
    if record.zero_shot:
        return report | {"results": [_typed(record, test, image_encoder, text_encoder, progress)]}
    samples = encode_examples(test, record.labels, image_encoder, text_encoder, progress)
    names = [name for name in STRATEGIES.names() if name in found]
    pointed = _pointed(record, test)
    results: list[dict[str, Any]] = []
    question_only: torch.Tensor | None = None
    models: dict[str, FusionModel] = {}
    for i, name in enumerate(names):
        model, _ = checkpoint.load(found[name])
        logits = predict(model.to(device()), samples)
        right = samples.right(logits)
        result = {"strategy": name, "parameters": model.parameter_count}
        result |= _score(right, samples.kinds, question_only)
        result["calibration_error"] = calibration_error(logits.softmax(1).amax(1), right)
        if STRATEGIES[name].modality == "text":
            question_only = right
        attention = attention_on_objects(model, text_encoder, samples, test, pointed)
        results.append(result | ({"attention": attention} if attention else {}))
        models[name] = model
        progress(later("evaluating"), i + 1, len(names))
    report["results"] = results
    if explain:
        # Questions that name a thing whose place is known, one a group, so that one set serves every test.
        chosen = sorted(pointed)[:INPUTS] or range(min(INPUTS, len(test)))
        report["explanations"] = explanations(models, text_encoder, samples, test, pointed, chosen, progress)
        report["contributions"] = [contributions(name, models[name], samples, progress) for name in models]
    if corrupt:
        report["missing"] = missing_modality(models, samples)
        report["robustness"] = robustness(models, test, record.labels, pair, progress)
    if record.word_maps and has_space(image_encoder, text_encoder):
        report["word_maps"] = word_maps(image_encoder, text_encoder, progress)
    return report


def _typed(
    record: TaskRecord, test: Sequence[Example], image_encoder: str, text_encoder: str, progress: Progress
) -> dict[str, Any]:
    """The result of the labels typed by a person."""
    name, shares = typed_labels(test, record.labels, image_encoder, text_encoder, progress)
    right = shares.argmax(1) == torch.tensor([record.labels.index(example.label) for example in test])
    error = calibration_error(shares.amax(1), right)
    return {"strategy": name, **_score(right, [e.kind for e in test], None), "calibration_error": error}


def _pointed(record: TaskRecord, test: Sequence[Example]) -> dict[int, Region]:
    """The object's region for up to POINTED examples, by position: the first of each group that has one."""
    found: dict[int, Region] = {}
    groups: set[str] = set()
    for i, example in enumerate(test):
        if len(found) < POINTED and example.group not in groups and (region := record.region(example)):
            found[i] = region
            groups.add(example.group)
    return found


def _score(right: torch.Tensor, kinds: Sequence[str], question_only: torch.Tensor | None) -> dict[str, Any]:
    """Accuracy over all and per question type, from (Q,) true where the answer is right.

    question_only: (Q,) where the head that sees the text alone is right; what is gained over it is told too.
    """
    by_type: dict[str, Any] = {}
    for kind in sorted(set(kinds)):
        rows = torch.tensor([k == kind for k in kinds])
        by_type[kind] = _accuracy(right[rows])
        if question_only is not None:
            by_type[kind]["over_text_only"] = _gain(right[rows], question_only[rows])
    return {**_accuracy(right), "by_type": by_type}


def _gain(right: torch.Tensor, other: torch.Tensor) -> dict[str, Any]:
    """Difference of two accuracies on the same questions, with its 95 % interval by paired bootstrap."""
    return paired(right.float().numpy(), other.float().numpy())


def _accuracy(right: torch.Tensor) -> dict[str, Any]:
    hits, n = int(right.sum()), len(right)
    return {"accuracy": hits / n, "interval": list(wilson(hits, n)), "n": n}


def majority_answer(train: Sequence[Example]) -> str:
    """The most frequent answer."""
    return Counter(e.label for e in train).most_common(1)[0][0]


def majority_prior(train: Sequence[Example], test: Sequence[Example]) -> float:
    """Accuracy on `test` of always giving the most frequent answer of `train`."""
    answer = majority_answer(train)
    return sum(answer in _accepted(e) for e in test) / len(test)


def text_only_rule(train: Sequence[Example], test: Sequence[Example]) -> float:
    """Accuracy on `test` of giving, for each text, its most frequent answer in `train`, and the overall
    most frequent one for a new text."""
    overall = majority_answer(train)
    by_text: dict[str, Counter[str]] = {}
    for e in train:
        by_text.setdefault(clean_text(e.text), Counter())[e.label] += 1
    rule = {text: counts.most_common(1)[0][0] for text, counts in by_text.items()}
    return sum(rule.get(clean_text(e.text), overall) in _accepted(e) for e in test) / len(test)


def _accepted(example: Example) -> tuple[str, ...]:
    """The answers that count as right."""
    return example.accepted or (example.label,)


def as_table(report: dict[str, Any]) -> str:
    """The report as lines for a terminal, in percent."""
    kinds = sorted({kind for result in report["results"] for kind in result["by_type"]})
    encoders = report["encoders"]
    lines = [
        f"{report['task']}, {report['split']} split, {report['n']} {noun(report)}s, "
        f"{encoders['image']} + {encoders['text']}",
        f"majority answer {report['priors']['majority']:.1%}, "
        f"best {noun(report)}-only rule {report['priors']['text_only_rule']:.1%}",
        "",
        f"{'strategy':<16}{'accuracy':>9}  {'95 % interval':<16}" + "".join(f"{kind:>10}" for kind in kinds),
    ]
    for result in report["results"]:
        low, high = result["interval"]
        cells = "".join(f"{result['by_type'][kind]['accuracy']:>10.2%}" for kind in kinds)
        lines.append(f"{result['strategy']:<16}{result['accuracy']:>9.2%}  {low:.2%}–{high:.2%}  {cells}")
    for result in report["results"]:
        name = result["strategy"]
        lines.append(f"{name}: expected calibration error {100 * result['calibration_error']:.1f} points")
        if attention := result.get("attention"):
            low, high = attention["interval"]
            ratio = f"{attention['mass_over_area']:.2f} times its share of the area"
            lines.append(
                f"{name}: attention on the named object is {ratio} "
                f"({low:.2f}–{high:.2f}, median {attention['median']:.2f}, n = {attention['n']})"
            )
    lines += _gains(report["results"])
    for told in report.get("word_maps", ()):
        low, high = told["interval"]
        lines.append(
            f"map of a word, {told['things']} in a scene: its peak is on the thing in {told['hit']:.1%} "
            f"({low:.1%}–{high:.1%}, n = {told['n']})"
        )
    told = contribution_lines(report.get("contributions", ()))
    told += few_shot_lines(report.get("few_shot", ()))
    spoiled = robustness_lines(report.get("robustness"), report.get("missing", ()))
    return "\n".join([*lines, *as_lines(report.get("explanations", ())), *told, *spoiled])


def _gains(results: Sequence[dict[str, Any]]) -> list[str]:
    """What the best strategy gains over the head that sees the question alone, a line a type."""
    best = max(results, key=lambda result: result["accuracy"])
    lines = []
    for kind, score in best["by_type"].items():
        if gain := score.get("over_text_only"):
            low, high = gain["interval"]
            lines.append(
                f"{best['strategy']} over text-only, {kind}: {100 * gain['difference']:+.1f} points "
                f"({100 * low:+.1f} to {100 * high:+.1f}, n = {score['n']})"
            )
    return lines
