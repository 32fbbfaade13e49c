"""Is this input like what the checkpoints were trained on? Nearest of a few typical training inputs."""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes
from sklearn.cluster import KMeans
from torch import Tensor

from fusion.data.samples import Samples
from fusion.data.store import TokenStore
from fusion.language import say
from fusion.paths import written_whole
from fusion.tokens import Tokens

PROTOTYPES = 64
SAMPLES = 4000
# A validation input is told to be unfamiliar at most this often, and only when it is this much farther;
# other wordings of a known question stand up to NEAR away from it.
QUANTILE = 0.995
MARGIN = 1.25
NEAR = 0.4


@dataclass(frozen=True)
class _Known:
    """Typical pooled vectors (K, D) of one modality, as unit vectors about the mean, and how far is far."""

    mean: Tensor
    prototypes: Tensor
    limit: Tensor

    def distance(self, pooled: Tensor) -> Tensor:
        """(B, D) -> (B,) cosine distance to the nearest prototype, 0 to 2."""
        return 1 - (_unit(pooled - self.mean) @ self.prototypes.T).amax(1)


@dataclass(frozen=True)
class Domain:
    """What the training split of a task looks like to an encoder pair."""

    image: _Known
    text: _Known

    @staticmethod
    def fit(train: Samples, validation: Samples) -> "Domain":
        """Prototypes from the training samples, the limits from the validation samples."""
        return Domain(
            image=_fit(train.images, train.image_rows, validation.image_rows),
            text=_fit(train.texts, train.text_rows, validation.text_rows),
        )

    def hints(self, image: Tokens | None, text: Tokens | None) -> tuple[str, ...]:
        """A sentence for each input unlike the training data."""
        found = []
        if image is not None and bool(self.image.distance(image.pooled)[0] > self.image.limit):
            unlike = say(
                "This picture is unlike the pictures that these checkpoints were trained on; treat the "
                "answer as a guess."
            )
            found.append(unlike)
        if text is not None and bool(self.text.distance(text.pooled)[0] > self.text.limit):
            unlike = say(
                "This text is unlike the texts that these checkpoints were trained on; treat the answer as a "
                "guess."
            )
            found.append(unlike)
        return tuple(found)

    def save(self, path: Path) -> None:
        tensors = {
            f"{modality}.{name}": getattr(known, name).contiguous()
            for modality, known in (("image", self.image), ("text", self.text))
            for name in ("mean", "prototypes", "limit")
        }
        halves = {name: x if x.ndim == 0 else x.half() for name, x in tensors.items()}
        with written_whole(path) as draft:
            draft.write_bytes(to_bytes(halves))

    @staticmethod
    def load(path: Path, widths: tuple[int, int]) -> "Domain | None":
        """None where there is no such file, or it is damaged or not for encoders of these widths: then
        nothing is hinted."""
        try:
            tensors = {name: x.float() for name, x in load_file(path).items()}
            parts = [
                _Known(*(tensors[f"{modality}.{name}"] for name in ("mean", "prototypes", "limit")))
                for modality in ("image", "text")
            ]
        except (OSError, SafetensorError, KeyError):
            return None
        for known, width in zip(parts, widths, strict=True):
            count = known.prototypes.shape[0] if known.prototypes.ndim == 2 else 0
            shapes = (known.mean.shape, known.prototypes.shape, known.limit.shape)
            if not count or shapes != ((width,), (count, width), ()):
                return None
        return Domain(*parts)


def _fit(store: TokenStore, train_rows: Tensor, validation_rows: Tensor) -> _Known:
    known = store.pooled(torch.unique(train_rows)[:SAMPLES])
    mean = known.mean(0)
    unit = _unit(known - mean)
    different = len(torch.unique(unit, dim=0))
    clusters = KMeans(min(PROTOTYPES, different), n_init=1, random_state=0).fit(unit.numpy())
    prototypes = _unit(torch.from_numpy(clusters.cluster_centers_))
    draft = _Known(mean, prototypes, torch.tensor(2.0))
    distances = draft.distance(store.pooled(torch.unique(validation_rows)[:SAMPLES]))
    limit = (MARGIN * torch.quantile(distances, QUANTILE)).clamp(min=NEAR)
    return _Known(mean, prototypes, limit)


def _unit(x: Tensor) -> Tensor:
    return torch.nn.functional.normalize(x, dim=-1)
