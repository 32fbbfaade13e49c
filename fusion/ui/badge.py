"""The badge: on what, with which encoders and by whose weights the page answers."""

from fusion.device import device
from fusion.language import say
from fusion.lens import Lens
from fusion.ui.parts import text

_DEVICES = {"cpu": "CPU", "cuda": "GPU", "mps": "GPU"}


def badge(lens: Lens) -> str:
    """In HTML; the device by its kind, the pair of encoders by their names."""
    kind = device().type
    weights = say("fitted on this server") if lens.evaluation is None else say("shipped weights")
    facts = (
        (say("Device"), _DEVICES.get(kind, kind.upper())),
        (say("Encoders"), f"{lens.image_encoder} + {lens.text_encoder}"),
        (say("Weights"), say("{task}, {weights}", task=lens.task, weights=weights)),
    )
    return "".join(
        f'<div><dt class="visually-hidden">{text(name)}</dt><dd title="{text(name)}">{text(value)}</dd></div>'
        for name, value in facts
    )
