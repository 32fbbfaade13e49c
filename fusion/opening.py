"""Lenses opened once and kept, whoever asks for them."""

import threading

from fusion import checkpoint
from fusion.encoders import ENCODERS
from fusion.lens import Lens
from fusion.pairs import DEFAULT_TASK, pair_or_default
from fusion.tasks import TASKS

_lenses: dict[tuple[str, str, str], tuple[object, Lens]] = {}
_opening = threading.RLock()


def load_lens(
    task: str | None = None, image_encoder: str | None = None, text_encoder: str | None = None
) -> Lens:
    """The lens for a task and a pair of encoders; what is not named is the default.

    It is kept until the weights of an encoder or the checkpoints of the pair change.
    """
    names = (task or DEFAULT_TASK, *pair_or_default(task, image_encoder, text_encoder))
    _, image, text = names
    changed = checkpoint.changed(TASKS[names[0]].checkpoints, image, text)
    mark = (ENCODERS[image].identity, ENCODERS[text].identity, changed)
    with _opening:
        known = _lenses.get(names)
        if known is None or known[0] != mark:
            known = _lenses[names] = (mark, Lens(*names))
    return known[1]
