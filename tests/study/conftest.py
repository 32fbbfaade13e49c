"""One small study for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fusion.progress import silent
from fusion.recipe import Recipe
from fusion.study import Study, study
from fusion.tasks import TASKS
from tests.few_drawings import few_drawings

PAIR = ("efficientnet-lite0-levels", "word-embedding")
STRATEGIES = ("image-only", "text-only", "weighted", "cross-attention")
TRAIN, TEST = 90, 40


@pytest.fixture(scope="session")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    """Two seeds of four strategies and all baselines, on a few drawings."""
    record = TASKS[few_drawings("studied", TRAIN, TEST)]
    folder = tmp_path_factory.mktemp("study")
    yield study(record, *PAIR, 2, silent, folder, Recipe(epochs=2, batch=16), strategies=STRATEGIES)


@pytest.fixture(scope="session")
def fitted_file(studied: Study) -> Path:
    """One strategy's file."""
    return studied.file("weighted")
