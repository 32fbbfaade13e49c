"""What the trials of this room share: a fit that leaves nothing behind."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from fusion import checkpoint
from fusion.device import device
from fusion.errors import UserError
from fusion.fitting import Material, fit_material
from fusion.model import FusionModel
from fusion.progress import Progress
from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES


@contextmanager
def fitted(
    material: Material, strategy: str, recipe: Recipe, progress: Progress, what: str
) -> Iterator[FusionModel]:
    """The model on its device, its checkpoint gone at the end; what: told before the progress."""

    def told(step: str, done: int, total: int) -> None:
        progress(f"{what}: {step}", done, total)

    with TemporaryDirectory() as folder:
        fit_material(material, [strategy], recipe, told, Path(folder))
        yield checkpoint.load(Path(folder) / f"{strategy}.safetensors")[0].to(device())


def fused_named(name: str | None, default: str) -> Sequence[str]:
    """The strategies of both modalities that are meant: all, one by its name, or the default one.

    Raises UserError for an unknown name and for a strategy that reads one modality alone.
    """
    fused = [record.name for record in STRATEGIES if record.modality == "both"]
    if name == "all":
        return fused
    chosen = STRATEGIES[name or default].name
    if chosen not in fused:
        raise UserError(f"{chosen} reads one modality alone; name a strategy that fuses both.")
    return [chosen]
