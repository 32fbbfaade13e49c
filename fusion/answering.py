"""One strategy's answer to encoded inputs."""

import time
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from fusion.answer import Answer, AttentionMaps, Contribution
from fusion.errors import UserError
from fusion.explain.contribution import COALITIONS, contribution_of
from fusion.language import say
from fusion.model import FusionModel
from fusion.strategies import STRATEGIES, Fused
from fusion.tokens import Tokens


@torch.inference_mode()
def answered(
    model: FusionModel,
    image: Tokens | None,
    text: Tokens | None,
    labels: Sequence[str],
    settings: Mapping[str, float],
    contribution: bool,
) -> Answer:
    """The answer to tokens of one sample, on the model's device; either may be missing.

    settings: the strategy's live parameters. contribution: with what each modality brought, where both are
    given.
    """
    start = time.perf_counter()
    logits, fused = model(image, text, **settings)
    probabilities = logits[0].softmax(0).cpu()
    milliseconds = 1000 * (time.perf_counter() - start)
    order = probabilities.argsort(descending=True).tolist()
    both = image is not None and text is not None
    return Answer(
        strategy=model.config.strategy,
        answers=tuple((labels[i], float(probabilities[i])) for i in order),
        milliseconds=milliseconds,
        parameters=model.parameter_count,
        contribution=_contribution(model, image, text, order[0], settings) if contribution and both else None,
        attention=_maps(fused, image, text, model),
        weights=None if fused.weights is None else (*fused.weights[0].tolist(),),
    )


def names_of(names: str | Sequence[str] | None) -> list[str]:
    """One name or several as a list; raises UserError for what is neither."""
    found = [names] if isinstance(names, str) else names or []
    if not isinstance(found, list | tuple) or not all(isinstance(name, str) for name in found):
        raise UserError(say("Give a name, or several, as texts."))
    return list(found)


def live_settings(strategy: str, settings: Mapping[str, float]) -> dict[str, float]:
    """The settings that the strategy knows; raises UserError for one out of its range or of no strategy."""
    known = {parameter.name for record in STRATEGIES for parameter in record.parameters}
    for name in settings:
        if name not in known:
            raise UserError(
                say(
                    "There is no setting named {name}; choose one of: {known}.",
                    name=repr(name),
                    known=", ".join(known),
                )
            )
    live = {}
    for parameter in STRATEGIES[strategy].parameters:
        if parameter.name in settings:
            value = float(settings[parameter.name])
            if not parameter.low <= value <= parameter.high:
                raise UserError(
                    say(
                        "{name} must be from {low} to {high}.",
                        name=parameter.name,
                        low=parameter.low,
                        high=parameter.high,
                    )
                )
            live[parameter.name] = value
    return live


def _contribution(
    model: FusionModel, image: Tokens | None, text: Tokens | None, top: int, live: Mapping[str, float]
) -> Contribution:
    """Shapley values of the top answer's probability from one batch of the four coalitions."""
    rows = tuple(
        torch.tensor(column, device=model.out.weight.device) for column in zip(*COALITIONS, strict=True)
    )
    logits, _ = model(image, text, rows=rows, **live)
    return contribution_of(logits.softmax(1).cpu(), top)


def _maps(
    fused: Fused, image: Tokens | None, text: Tokens | None, model: FusionModel
) -> AttentionMaps | None:
    """The attention of the real words over the grid of patches, as numpy."""
    if fused.attention is None or image is None or text is None:
        return None
    grid = model.seen_grid(image)
    if grid is None:
        return None
    words = text.words[0] if text.words else ()
    if not words:
        return None
    weights: Tensor = fused.attention[0][:, :, : len(words)].cpu()  # (layers, heads, words, N_image)
    return AttentionMaps(weights.reshape(*weights.shape[:3], *grid).numpy(), words)
