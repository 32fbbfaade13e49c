"""One vector of a picture or a text, to be compared with those of others."""

from PIL import Image
from torch import Tensor

from fusion.cache import encoded, kept
from fusion.encoders import load_encoder
from fusion.encoders.base import Featured
from fusion.inputs import content_key
from fusion.tokens import single


def features(encoder: str, item: Image.Image | str) -> Tensor:
    """(D,) of a cleaned picture or text: what the encoder has for its own classifier, where it has one, else
    its pooled vector. Kept for a while in memory, as tokens are."""
    model = load_encoder(encoder)
    if isinstance(item, str) or not isinstance(model, Featured):
        return encoded(encoder, item).pooled[0]
    key = f"features:{content_key(item)}"
    return kept(encoder, key, lambda: single(model.features([item]))).pooled[0]
