"""Learning curves as a picture."""

from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure

from fusion.paths import written_whole
from fusion.train import History


def draw_curves(histories: Mapping[str, History], path: Path) -> None:
    """Loss and validation accuracy over the epochs, a line a strategy, as PNG."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    losses, accuracies = figure.subplots(1, 2)
    for name, history in histories.items():
        epochs = range(1, len(history.train_loss) + 1)
        (line,) = losses.plot(epochs, history.train_loss, label=name)
        losses.plot(epochs, history.validation_loss, linestyle=":", color=line.get_color())
        accuracies.plot(epochs, history.validation_accuracy, color=line.get_color(), label=name)
    losses.set(xlabel="epoch", ylabel="cross-entropy, nats", yscale="log", title="loss (validation dotted)")
    accuracies.set(xlabel="epoch", ylabel="accuracy", title="validation")
    accuracies.legend(fontsize="small")
    with written_whole(path) as draft:
        figure.savefig(draft, format="png", dpi=110)
