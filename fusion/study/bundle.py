"""One file for one fitted strategy: a checkpoint with its model card, and the lens that it opens to."""

from pathlib import Path

from safetensors import safe_open
from safetensors.torch import save as to_bytes

from fusion import checkpoint
from fusion.encoders import ENCODERS
from fusion.errors import UserError
from fusion.language import later, say
from fusion.lens import Lens
from fusion.paths import written_whole
from fusion.tasks import Example, TaskRecord
from fusion.tasks.base import Split

KIND = "fitted"
MODEL_CARD = "model_card"  # its key in the file's metadata


def write_fitted(source: Path, target: Path, model_card: str) -> None:
    """Write the checkpoint `source` to `target` with a model card in Markdown beside its own."""
    with safe_open(source, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        metadata = dict(file.metadata())
    with written_whole(target) as draft:
        draft.write_bytes(to_bytes(tensors, metadata | {"kind": KIND, MODEL_CARD: model_card}))


def open_fitted(path: Path) -> Lens:
    """A lens with the one strategy of a file that `write_fitted` or a fit has written.

    Raises UserError where the file cannot be used here, and MissingWeights where an encoder is not here.
    """
    card = checkpoint.read_card(path)
    pair = (card.image_encoder, card.text_encoder)
    for name in pair:
        if name not in ENCODERS:
            raise UserError(
                say(
                    "{file} was fitted on the encoder {name}, which is not installed here.",
                    file=path.name,
                    name=name,
                )
            )
    checkpoint.load(path)  # a damaged one is told now
    lens = Lens(_task(card.task, card.labels, card.config.strategy), *pair, {card.config.strategy: path})
    if (card.encoder_versions, card.encoder_weights) != checkpoint.encoder_marks(*pair):
        raise UserError(
            say(
                "{file} was fitted on other weights of {image} or {text} than those here; fit it again.",
                file=path.name,
                image=pair[0],
                text=pair[1],
            )
        )
    return lens


def _task(name: str, labels: tuple[str, ...], strategy: str) -> TaskRecord:
    """What the file answers; its data stayed with who fitted it."""

    def examples(split: Split) -> list[Example]:
        raise UserError(say("The data of {name} is not in the file that was fitted on it.", name=name))

    return TaskRecord(name, later("Fitted on {name}.", name=name), labels, examples, strategy)
