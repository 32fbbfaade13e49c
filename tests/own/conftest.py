"""What the tests of one's own data share."""

from pathlib import Path

import pytest


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty folder to read into."""
    (tmp_path / "workspace").mkdir()
    return tmp_path / "workspace"
