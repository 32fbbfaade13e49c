"""Fit every strategy for a pair of encoders, and let the checkpoints be seen only when all are there."""

from fusion import checkpoint
from fusion.fitting import fit_task
from fusion.paths import cache_folder
from fusion.progress import Progress
from fusion.strategies import STRATEGIES
from fusion.train import Recipe


def fit_pair(
    task: str, image_encoder: str, text_encoder: str, progress: Progress, recipe: Recipe | None = None
) -> None:
    """Fit what the pair lacks into the person's cache folder.

    Where it is interrupted, or `progress` raises, what is done waits in a folder of its own in which nothing
    answers, and the next call goes on from there.
    """
    waiting = cache_folder() / "unfinished"
    done = checkpoint.find(task, image_encoder, text_encoder, (waiting,))
    missing = [name for name in STRATEGIES.names() if name not in done]
    fit_task(task, missing, image_encoder, text_encoder, recipe or Recipe(), progress, root=waiting)
    folder = checkpoint.folder_of(task, image_encoder, text_encoder)
    home = checkpoint.roots()[0] / folder
    home.mkdir(parents=True, exist_ok=True)
    for path in sorted((waiting / folder).iterdir()):
        path.replace(home / path.name)
    (waiting / folder).rmdir()
