"""What a data set of the hub declares of itself: read before the library `datasets` acts on it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

CARDS = ("README.md", ".huggingface.yaml")  # where the library looks for configurations
PLACES = ("data_files", "data_dir")  # what of a configuration tells where its files lie


def own_revision(path: str, cache: Path) -> str | None:
    """The newest commit of a data set of the hub; None where its cards name a file that is not its own.

    path: OWNER/NAME. cache: the folder for its cards. Asks for nothing but those two files. Raises what the
    library of the hub raises, and ValueError for a card that cannot be understood.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RemoteEntryNotFoundError

    api = HfApi(token=False)
    revision = api.dataset_info(path, timeout=100).sha
    for name in CARDS:
        try:
            card = api.hf_hub_download(
                path, name, repo_type="dataset", revision=revision, cache_dir=str(cache)
            )
        except RemoteEntryNotFoundError:
            continue
        if not all(is_own(place) for place in _places(_declared(Path(card)))):
            return None
    return revision


def is_own(place: str) -> bool:
    """Whether a path or pattern leads into the repository that names it: relative, and never out of it."""
    return not place.startswith("/") and ":" not in place and ".." not in place.split("/")


def _declared(card: Path) -> Any:
    """The configurations that a card lists."""
    import yaml
    from huggingface_hub import DatasetCard

    if card.suffix == ".md":
        return DatasetCard.load(card).data.get("configs")
    return (yaml.safe_load(card.read_text("utf-8")) or {}).get("configs")


def _places(configurations: Any) -> Iterator[str]:
    for one in configurations or []:
        for place in PLACES:
            yield from _texts(one.get(place))


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value of YAML, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
