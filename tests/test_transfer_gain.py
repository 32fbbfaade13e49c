"""What a start gains: with and without it on the same few examples, paired by seed, on the test split."""

from pathlib import Path
from typing import Any

import pytest

from fusion import checkpoint, train, transfer_gain
from fusion.errors import UserError
from fusion.fitting import fit_task
from fusion.intervals import student
from fusion.progress import silent
from fusion.recipe import Recipe
from fusion.train import History
from fusion.transfer_gain import as_lines

PAIR = ("efficientnet-lite0", "word-embedding")


@pytest.fixture(scope="module")
def fitted(small_task: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("fitted")
    fit_task(small_task, ["concat"], *PAIR, Recipe(epochs=6, batch=32), silent, root=root)
    return root / checkpoint.folder_of(small_task, *PAIR) / "concat.safetensors"


def test_both_are_fitted_on_the_same_examples_and_the_gain_is_paired(
    fitted: Path, small_task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = checkpoint.roots()[0]
    before = sorted(home.rglob("*"))
    used: list[tuple[int, int | None, str, bool]] = []
    plain = train.fit

    def noted(*given: Any, **named: Any) -> History:
        _, samples, validation, recipe = given[:4]
        most = max((samples.labels == label).sum().item() for label in samples.labels)
        assert most <= 2 and max((validation.labels == label).sum() for label in validation.labels) <= 2
        rows = f"{samples.image_rows.tolist()} {samples.text_rows.tolist()}"
        used.append((recipe.seed, recipe.shots, rows, given[7] is not None))
        return plain(*given, **named)

    monkeypatch.setattr("fusion.fitting.fit", noted)
    monkeypatch.setattr(
        transfer_gain, "few_shot", lambda shots, seed: Recipe(epochs=2, shots=shots, seed=seed)
    )
    report = transfer_gain.transfer_gain(fitted, small_task, *PAIR, silent, shots=2, seeds=2)
    assert [(seed, shots, start) for seed, shots, _, start in used] == [
        (0, 2, False), (0, 2, True), (1, 2, False), (1, 2, True),
    ]  # fmt: skip
    assert used[0][2] == used[1][2] != used[2][2] == used[3][2]
    gains = [a - b for a, b in zip(report["with"]["seeds"], report["without"]["seeds"], strict=True)]
    assert report["gain"]["mean"] == pytest.approx(sum(gains) / 2)
    assert report["gain"]["interval"] == pytest.approx(student(gains))
    assert report["with"]["mean"] > report["without"]["mean"], "it has seen far more than 2 examples a class"
    assert (report["n"], report["strategy"], report["shots"]) == (60, "concat", 2)
    assert report["started"] == pytest.approx(1)
    assert sorted(home.rglob("*")) == before, "the person's own checkpoints stay as they are"
    lines = as_lines(report).splitlines()
    assert small_task in lines[0] and lines[-1].startswith("gain")


def test_what_cannot_be_compared_is_one_sentence(fitted: Path, small_task: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^An interval takes at least 2 seeds\.$"):
        transfer_gain.transfer_gain(fitted, small_task, *PAIR, silent, seeds=1)
    with pytest.raises(UserError, match=r"^There is no checkpoint .* to start from\.$"):
        transfer_gain.transfer_gain(tmp_path / "none.safetensors", small_task, *PAIR, silent)
    with pytest.raises(UserError, match="at least 1 example"):
        transfer_gain.transfer_gain(fitted, small_task, *PAIR, silent, shots=0)
