"""What a start from another checkpoint gains where few examples are at hand: `python -m fusion transfer`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fusion import checkpoint
from fusion.data.samples import Samples, encode_examples
from fusion.device import device
from fusion.errors import UserError
from fusion.fitting import fit_task
from fusion.intervals import student
from fusion.language import say
from fusion.progress import Progress
from fusion.recipe import few_shot
from fusion.tasks import TASKS
from fusion.train import predict
from fusion.transfer import card_of


@dataclass(frozen=True)
class Figure:
    """Fractions of 1: the mean over the seeds, its 95 % interval, and what each seed gave."""

    mean: float
    interval: tuple[float, float]
    seeds: tuple[float, ...]

    @staticmethod
    def of(values: Sequence[float]) -> "Figure":
        return Figure(sum(values) / len(values), student(values), tuple(values))


def transfer_gain(
    path: Path,
    task: str,
    image_encoder: str,
    text_encoder: str,
    progress: Progress,
    shots: int = 16,
    seeds: int = 5,
) -> dict[str, Any]:
    """The object that `transfer --json` prints: accuracy on the test split of `task`, fitted with and without
    a start from the checkpoint `path`, by its strategy, on the same `shots` examples of each class.

    The gain is paired by seed, which draws the examples and the first weights. Raises UserError where the
    checkpoint cannot start such a fit, or the data is missing.
    """
    if seeds < 2:
        raise UserError(say("An interval takes at least 2 seeds."))
    strategy = card_of(path).config.strategy
    pair = (image_encoder, text_encoder)
    record = TASKS[task]
    scores: dict[str, list[float]] = {"without": [], "with": []}
    started = 0.0
    with TemporaryDirectory() as folder:
        for seed in range(seeds):
            for name, start in (("without", None), ("with", path)):
                root = Path(folder) / name / str(seed)
                recipe = few_shot(shots, seed=seed)
                histories = fit_task(task, [strategy], *pair, recipe, progress, root=root, start=start)
                started = histories[strategy].started
                fitted = root / checkpoint.folder_of(task, *pair) / f"{strategy}.safetensors"
                # Encoded after the first fit, so that what cannot be fitted is told at once.
                test = encode_examples(record.examples("test"), record.labels, *pair, progress)
                scores[name].append(_accuracy(fitted, test))
    gains = [one - other for one, other in zip(scores["with"], scores["without"], strict=True)]
    return {
        "task": task,
        "encoders": {"image": image_encoder, "text": text_encoder},
        "strategy": strategy,
        "shots": shots,
        "seeds": seeds,
        "from": str(path),
        "started": started,
        "split": "test",
        "n": len(test),
        **{name: asdict(Figure.of(values)) for name, values in scores.items()},
        "gain": asdict(Figure.of(gains)),
    }


def _accuracy(path: Path, samples: Samples) -> float:
    model, _ = checkpoint.load(path)
    return float(samples.right(predict(model.to(device()), samples)).float().mean())


def as_lines(report: dict[str, Any]) -> str:
    """The report for a terminal, in percent."""
    encoders = report["encoders"]
    lines = [
        f"{report['task']}, {report['split']} split, {report['n']} questions, "
        f"{encoders['image']} + {encoders['text']}, {report['strategy']}",
        f"{report['shots']} examples a class, {report['seeds']} seeds; "
        f"{report['started']:.0%} of the parameters from {report['from']}",
    ]
    for name in ("without", "with", "gain"):
        low, high = report[name]["interval"]
        lines.append(f"{name:<8}{report[name]['mean']:>8.2%}  ({low:.2%} to {high:.2%})")
    return "\n".join(lines)
