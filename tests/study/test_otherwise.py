"""The baselines hold a bounded number of rows in memory."""

import pytest

from fusion.data.samples import Samples
from fusion.progress import silent
from fusion.study import otherwise
from fusion.study.baselines.base import Features, features
from tests.synthetic import PICTURES, make_samples


def test_no_more_rows_than_that_are_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    samples, test = make_samples(80), make_samples(60, 1)
    held: list[int] = []

    def noted(part: Samples) -> Features:
        held.append(len(part))
        return features(part)

    monkeypatch.setattr(otherwise, "features", noted)
    monkeypatch.setattr(otherwise, "MOST", 40)
    found = otherwise.fit_baselines(samples, [samples.split(0.2, 0)], test, PICTURES, silent)
    assert held == [40, 16, 60] * 3, "rows to train on, to choose on, and all of the test"
    assert [result.right.shape for result in found] == [(1, 60)] * 3
