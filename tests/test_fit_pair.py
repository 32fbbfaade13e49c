"""A pair fitted from the page: whole, or going on where it was stopped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fusion import checkpoint
from fusion.errors import MissingCheckpoint, Stopped
from fusion.fit_pair import fit_pair
from fusion.lens import Lens
from fusion.paths import cache_folder
from fusion.progress import silent
from fusion.strategies import STRATEGIES
from fusion.train import Recipe

PAIR = ("efficientnet-lite0", "word-embedding")
RECIPE = Recipe(epochs=1)


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("FUSION_CACHE", str(tmp_path))
    yield tmp_path


def test_a_pair_is_fitted_with_every_strategy(small_task: str, own_cache: Path) -> None:
    with pytest.raises(MissingCheckpoint):
        Lens(small_task, *PAIR)
    fit_pair(small_task, *PAIR, silent, RECIPE)
    lens = Lens(small_task, *PAIR)
    assert list(lens.strategies) == STRATEGIES.names()
    assert lens.reply(None, "what is this?", "all").hints is not None
    assert not [*(cache_folder() / "unfinished").rglob("*.safetensors")]


def test_a_fit_that_is_stopped_answers_nothing_and_goes_on_later(small_task: str, own_cache: Path) -> None:
    seen: list[str] = []

    def stop_at_third(what: str, done: int, total: int) -> None:
        seen.append(what.split(",")[0])
        if seen[-1] == STRATEGIES.names()[2]:
            raise Stopped

    with pytest.raises(Stopped):
        fit_pair(small_task, *PAIR, stop_at_third, RECIPE)
    with pytest.raises(MissingCheckpoint):
        Lens(small_task, *PAIR)
    names = {path.name for path in own_cache.rglob("*") if path.is_file()}
    assert not [name for name in names if name.startswith(".") and not name.endswith(".resume")]
    seen.clear()
    fit_pair(small_task, *PAIR, lambda what, *_: seen.append(what.split(",")[0]), RECIPE)
    assert not set(seen) & {*STRATEGIES.names()[:2], f"encoding with {PAIR[0]}"}
    assert set(checkpoint.find(small_task, *PAIR)) == set(STRATEGIES.names())
