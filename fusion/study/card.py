"""The model card of one fitted strategy: what it is, how good it is, where it ends, and how to use it."""

from typing import TYPE_CHECKING

from huggingface_hub import EvalResult, ModelCardData

import fusion
from fusion.markdown import plain
from fusion.strategies import STRATEGIES
from fusion.study.result import Result
from fusion.study.scores import Estimate

if TYPE_CHECKING:
    from fusion.study.study import Study

LABELS = 50  # told by name


def model_card(study: "Study", result: Result) -> str:
    """Markdown under the fields that a model hub reads."""
    record = STRATEGIES[result.strategy]
    file = study.file_name(result.strategy)
    pair = f"{study.image_encoder} and {study.text_encoder}"
    return f"""---
{_fields(study, result)}
---

# {study.record.name}: {result.strategy}

{record.summary} `{record.formula}` ({record.source}), over frozen tokens of {pair}, fitted by
Fusion Lens {fusion.__version__}. It answers one of {len(study.record.labels)} labels for a
picture and a text.

## How to use

```python
import fusion

lens = fusion.load("{file}")
print(lens.classify("picture.jpg", "a text"))
```

## Data

{study.record.name}: {study.trained + study.held_back:,} rows to train on, of which each fit held back about \
{study.held_back:,} to choose its epoch by, and {len(study.test):,} rows to test on that no fit and no \
ranking has seen.

Labels: {_labels(study.record.labels)}.

## Figures

Accuracy on the test rows, the mean of {study.seeds} fits with other first weights and other rows held back,
with 95 % intervals over fits and rows. This file is the fit that was best on the rows that it held back.

| | accuracy | 95 % interval |
|---|---|---|
{_table(study)}

{study.recommendation.sentence}

## Limits

{_limits(study)}

## Licence

Left to the owner of the data to state.
"""


def _fields(study: "Study", result: Result) -> str:
    """The hub's metadata, in YAML."""
    data = ModelCardData(
        model_name=f"{study.record.name}: {result.strategy}",
        library_name="fusion-lens",
        tags=["multimodal", "image-text-classification", result.strategy],
        metrics=["accuracy"],
        eval_results=[
            EvalResult(
                task_type="image-text-classification",
                dataset_type=study.record.name,
                dataset_name=study.record.name,
                dataset_split="test",
                metric_type="accuracy",
                metric_value=round(study.scores[result.strategy].mean, 4),
            )
        ],
    )
    return data.to_yaml().strip()


def _labels(labels: tuple[str, ...]) -> str:
    rest = len(labels) - LABELS
    return ", ".join(map(plain, labels[:LABELS])) + (f" and {rest:,} more" if rest > 0 else "")


def _table(study: "Study") -> str:
    lines = [f"| always “{plain(study.majority)}” | {_cells(study.prior)} |"]
    for name, score in study.scores.items():
        lines.append(f"| {name} | {_cells(score)} |")
    return "\n".join(lines)


def _cells(score: Estimate) -> str:
    return f"{score.mean:.1%} | {score.low:.1%} – {score.high:.1%}"


def _limits(study: "Study") -> str:
    """Where it should not be believed."""
    told = [
        f"It gives one of its {len(study.record.labels)} labels for any picture and text, fitting or not.",
        "It was measured on rows like those that it was fitted on; on others it may be worse.",
        *study.cautions,
    ]
    return "\n".join(f"- {line}" for line in told)
