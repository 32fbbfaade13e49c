"""Bars on stderr: one for each thing that is done."""

import pytest

from fusion.progress import Bars


def test_one_bar_for_each_thing(capsys: pytest.CaptureFixture[str]) -> None:
    bars = Bars()
    for what in ("encoding", "fitting"):
        for i in range(1, 4):
            bars(what, i, 3)
    bars.close()
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("encoding: 100%") == 1 and err.count("fitting: 100%") == 1
    assert err.count("\n") == 2
