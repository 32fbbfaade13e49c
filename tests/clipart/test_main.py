from pathlib import Path

import pytest

from fusion.clipart import __main__ as command
from fusion.errors import UserError


def test_a_failed_build_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    def fail(progress: object) -> list[str]:
        raise UserError("apt-get is not installed; it brings the package openclipart-png.")

    monkeypatch.setattr(command, "build", fail)
    assert command.main(["build"]) == 1
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1 and "apt-get is not installed" in told.err


def test_a_sample_needs_the_built_drawings(pack_only: Path, capsys: pytest.CaptureFixture) -> None:
    assert command.main(["sample"]) == 1
    assert "python -m fusion.clipart build" in capsys.readouterr().err


def test_what_was_left_after_each_step_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(command, "build", lambda progress: ["8 drawings", "5 have a title"])
    assert command.main(["build"]) == 0
    assert capsys.readouterr().out == "8 drawings\n5 have a title\n"
