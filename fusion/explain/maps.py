"""Maps over one picture of several strategies' answers, by one explainer."""

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

from fusion.explain.base import EXPLAINERS
from fusion.lens import Lens
from fusion.strategies import STRATEGIES

OWN = "attention"  # of the strategies themselves, where they attend
QUICK = "grad-cam"  # explains every strategy, all of them in a tenth of a second


def maps_of(
    lens: Lens,
    picture: Image.Image,
    text: str,
    strategies: Sequence[str],
    explainer: str,
    settings: Mapping[str, Mapping[str, float]],
) -> dict[str, np.ndarray]:
    """What spoke for each strategy's answer, (rows, columns), of those that the explainer explains and that
    read pictures.

    picture, text: cleaned. settings: live parameters, by strategy.
    """
    found = {}
    for name in strategies:
        if STRATEGIES[name].modality != "text" and EXPLAINERS[explainer].explains(lens.model(name)[0]):
            asked = lens.explaining(picture, text, name, settings.get(name))
            found[name] = asked.by(explainer).image
    return found
