"""Which pair of encoders is meant where none, or only one, is named."""

from itertools import product

from fusion import checkpoint
from fusion.encoders import ENCODERS, encoder_named
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS

DEFAULT_TASK = "scenes"


def pair_or_default(task: str | None, image_encoder: str | None, text_encoder: str | None) -> tuple[str, str]:
    """Names of the pair, the task's own where one is not named; raises UserError for the wrong modality.

    Where none is named, the preferred pair goes first if it can answer: every strategy is fitted and its
    weights are on this machine.
    """
    record = TASKS[task or DEFAULT_TASK]
    if not image_encoder and not text_encoder and (pair := _preferred_pair(record.checkpoints)):
        return pair
    image = encoder_named(image_encoder or record.image_encoder, "image")
    text = encoder_named(text_encoder or record.text_encoder, "text")
    return image.name, text.name


def ready_pairs(task: str) -> tuple[tuple[str, str], ...]:
    """Every pair of encoders that can answer a task at once: weights at hand, some strategy fitted."""
    at_hand = [record for record in ENCODERS if record.at_hand]
    images, texts = ([one.name for one in at_hand if one.reads(m)] for m in ("image", "text"))
    trained = TASKS[task].checkpoints
    return tuple(pair for pair in product(images, texts) if checkpoint.find(trained, *pair))


def _preferred_pair(task: str) -> tuple[str, str] | None:
    """The encoders that are preferred for each modality, where they can answer the task."""
    image, text = (
        next((record for record in ENCODERS if record.preferred_for == modality), None)
        for modality in ("image", "text")
    )
    if image is None or text is None or not (image.at_hand and text.at_hand):
        return None
    fitted = checkpoint.find(task, image.name, text.name)
    return (image.name, text.name) if fitted.keys() >= set(STRATEGIES.names()) else None
