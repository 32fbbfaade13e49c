"""Learning curves as a picture."""

import json
from pathlib import Path

from matplotlib.figure import Figure

from fusion.paths import written_whole

CURVE = ".curve.json"


def draw_curves(folder: Path) -> None:
    """Loss and validation accuracy over the epochs of every strategy fitted in `folder`, as curves.png."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    losses, accuracies = figure.subplots(1, 2)
    for path in sorted(folder.glob(f"*{CURVE}")):
        history = json.loads(path.read_text(encoding="utf-8"))
        epochs = range(1, len(history["train_loss"]) + 1)
        (line,) = losses.plot(epochs, history["train_loss"])
        losses.plot(epochs, history["validation_loss"], linestyle=":", color=line.get_color())
        name = path.name.removesuffix(CURVE)
        accuracies.plot(epochs, history["validation_accuracy"], color=line.get_color(), label=name)
    losses.set(xlabel="epoch", ylabel="cross-entropy, nats", yscale="log", title="loss (validation dotted)")
    accuracies.set(xlabel="epoch", ylabel="accuracy", title="validation")
    accuracies.legend(fontsize="small")
    with written_whole(folder / "curves.png") as draft:
        figure.savefig(draft, format="png", dpi=110)
