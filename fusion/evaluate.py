"""Evaluate the checkpoints of a pair on a task's test split, beside what needs no model."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import torch
from scipy.stats import binomtest

from fusion import checkpoint
from fusion.data.samples import Samples, encode_examples
from fusion.device import device
from fusion.errors import UserError
from fusion.explain.pointing import attention_on_objects
from fusion.inputs import clean_text
from fusion.progress import Progress
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS, Example, Region, TaskRecord
from fusion.train import predict

POINTED = 500


def evaluate(task: str, image_encoder: str, text_encoder: str, progress: Progress) -> dict[str, Any]:
    """The object that `evaluate --json` prints; accuracies are fractions of 1, intervals are Wilson's 95 %.

    Raises UserError where the data or the checkpoints are missing.
    """
    record = TASKS[task]
    found = checkpoint.find(task, image_encoder, text_encoder)
    if not found:
        raise UserError(checkpoint.missing_sentence(task, image_encoder, text_encoder))
    train, test = record.examples("train"), record.examples("test")
    samples = encode_examples(test, record.labels, image_encoder, text_encoder, progress)
    names = [name for name in STRATEGIES.names() if name in found]
    pointed = _pointed(record, test)
    results = []
    for i, name in enumerate(names):
        model, _ = checkpoint.load(found[name])
        right = predict(model.to(device()), samples).argmax(1) == samples.labels
        result = {"strategy": name, "parameters": model.parameter_count, **_score(right, samples)}
        attention = attention_on_objects(model, text_encoder, samples, test, pointed)
        results.append(result | ({"attention": attention} if attention else {}))
        progress("evaluating", i + 1, len(names))
    return {
        "task": task,
        "encoders": {"image": image_encoder, "text": text_encoder},
        "split": "test",
        "n": len(samples),
        "priors": {"majority": majority_prior(train, test), "text_only_rule": text_only_rule(train, test)},
        "results": results,
    }


def _pointed(record: TaskRecord, test: Sequence[Example]) -> dict[int, Region]:
    """The object's region for up to POINTED examples, by position: the first of each group that has one."""
    found: dict[int, Region] = {}
    groups: set[str] = set()
    for i, example in enumerate(test):
        if len(found) < POINTED and example.group not in groups and (region := record.region(example)):
            found[i] = region
            groups.add(example.group)
    return found


def _score(right: torch.Tensor, samples: Samples) -> dict[str, Any]:
    """Accuracy over all and per question type, from (Q,) true where the answer is right."""
    by_type: dict[str, Any] = {}
    for kind in sorted(set(samples.kinds)):
        of_kind = right[torch.tensor([k == kind for k in samples.kinds])]
        by_type[kind] = _accuracy(of_kind)
    return {**_accuracy(right), "by_type": by_type}


def _accuracy(right: torch.Tensor) -> dict[str, Any]:
    hits, n = int(right.sum()), len(right)
    low, high = binomtest(hits, n).proportion_ci(0.95, method="wilson")
    return {"accuracy": hits / n, "interval": [float(low), float(high)], "n": n}


def majority_prior(train: Sequence[Example], test: Sequence[Example]) -> float:
    """Accuracy on `test` of always giving the most frequent answer of `train`."""
    answer = Counter(e.label for e in train).most_common(1)[0][0]
    return sum(e.label == answer for e in test) / len(test)


def text_only_rule(train: Sequence[Example], test: Sequence[Example]) -> float:
    """Accuracy on `test` of giving, for each text, its most frequent answer in `train`, and the overall
    most frequent one for a new text."""
    overall = Counter(e.label for e in train).most_common(1)[0][0]
    by_text: dict[str, Counter[str]] = {}
    for e in train:
        by_text.setdefault(clean_text(e.text), Counter())[e.label] += 1
    rule = {text: counts.most_common(1)[0][0] for text, counts in by_text.items()}
    return sum(rule.get(clean_text(e.text), overall) == e.label for e in test) / len(test)


def as_table(report: dict[str, Any]) -> str:
    """The report as lines for a terminal, in percent."""
    kinds = sorted({kind for result in report["results"] for kind in result["by_type"]})
    encoders = report["encoders"]
    lines = [
        f"{report['task']}, {report['split']} split, {report['n']} questions, "
        f"{encoders['image']} + {encoders['text']}",
        f"majority answer {report['priors']['majority']:.1%}, "
        f"best question-only rule {report['priors']['text_only_rule']:.1%}",
        "",
        f"{'strategy':<16}{'accuracy':>9}  {'95 % interval':<16}" + "".join(f"{kind:>10}" for kind in kinds),
    ]
    for result in report["results"]:
        low, high = result["interval"]
        cells = "".join(f"{result['by_type'][kind]['accuracy']:>10.2%}" for kind in kinds)
        lines.append(f"{result['strategy']:<16}{result['accuracy']:>9.2%}  {low:.2%}–{high:.2%}  {cells}")
    for result in report["results"]:
        if attention := result.get("attention"):
            low, high = attention["interval"]
            ratio = f"{attention['mass_over_area']:.2f} times its share of the area"
            lines.append(
                f"{result['strategy']}: attention on the named object is {ratio} "
                f"({low:.2f}–{high:.2f}, median {attention['median']:.2f}, n = {attention['n']})"
            )
    return "\n".join(lines)
