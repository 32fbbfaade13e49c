"""Encoded samples through a model, with or without one of their modalities."""

import torch
from torch import Tensor, nn

from fusion.data.samples import Samples
from fusion.device import accelerator
from fusion.model import FusionModel
from fusion.parallel import summed
from fusion.strategies import STRATEGIES


def forward(
    model: FusionModel,
    samples: Samples,
    at: Tensor,
    lost: Tensor | None = None,
    prepared: nn.Module | None = None,
) -> Tensor:
    """Logits (len(at), classes) of the samples at the positions `at`, each picture aligned once.

    lost: (2, len(at)) true where a sample goes without its picture and without its text. prepared: what
    accelerate made of the model for training.
    """
    sequences = STRATEGIES[model.config.strategy].grid is not None
    device = accelerator().device
    inputs, rows = [], []
    for side, store, all_rows in (
        (0, samples.images, samples.image_rows),
        (1, samples.texts, samples.text_rows),
    ):
        unique, inverse = torch.unique(all_rows[at], return_inverse=True)
        if lost is not None:
            inverse = inverse.masked_fill(lost[side], -1)
        inputs.append(store.read(unique, sequences).to(device))
        rows.append(inverse.to(device))
    return (prepared or model)(inputs[0], inputs[1], rows=(rows[0], rows[1]))[0]


@torch.inference_mode()
def predict(
    model: FusionModel, samples: Samples, batch: int = 256, lost: tuple[bool, bool] = (False, False)
) -> Tensor:
    """Logits (Q, classes) of every sample, in order, on the CPU; several processes share the work.

    lost: whether all go without their picture, and without their text.
    """
    model.eval()
    logits = torch.zeros(len(samples), model.config.classes)
    for i, at in enumerate(samples.batches(batch)):
        if i % accelerator().num_processes == accelerator().process_index:
            without = torch.tensor(lost)[:, None].expand(2, len(at))
            logits[at] = forward(model, samples, at, without).float().cpu()
    return summed(logits)
