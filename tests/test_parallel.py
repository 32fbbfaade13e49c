"""Several processes: what each takes of a batch makes up the whole."""

import json
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from fusion.encoders import load_encoder
from fusion.forward import forward
from fusion.intervals import wilson
from fusion.parallel import share
from tests.fit_together import TEXTS, fitted
from tests.processes import TWO, run, told
from tests.synthetic import make_model, make_samples


@pytest.mark.parametrize("processes", [1, 2, 3, 8])
@pytest.mark.parametrize("n", [1, 2, 7, 32])
def test_the_shares_of_a_batch_make_up_the_whole(processes: int, n: int) -> None:
    at = torch.arange(n)
    shares = [share(at, processes, index) for index in range(processes)]
    assert sum(counts for _, counts in shares) == pytest.approx(1)
    if n >= processes:
        torch.testing.assert_close(torch.cat([mine for mine, _ in shares]), at)
        assert [counts for _, counts in shares] == [len(mine) / n for mine, _ in shares]
    else:
        assert all(torch.equal(mine, at) for mine, _ in shares)


@pytest.mark.parametrize(("n", "processes"), [(31, 2), (32, 3), (2, 3)])
def test_the_average_of_the_shares_gradients_is_the_batchs(n: int, processes: int) -> None:
    samples = make_samples(n)
    model = make_model("gated", samples, "linear")

    def gradient(at: torch.Tensor, factor: float) -> torch.Tensor:
        model.zero_grad()
        (F.cross_entropy(forward(model, samples, at), samples.labels[at]) * factor).backward()
        return torch.cat([x.grad.flatten() for x in model.parameters() if x.grad is not None])

    at = torch.randperm(n)
    whole = gradient(at, 1.0)
    parts = [share(at, processes, i) for i in range(processes)]
    average = sum(gradient(mine, counts * processes) for mine, counts in parts) / processes
    torch.testing.assert_close(average, whole, atol=1e-6, rtol=1e-5)


def test_two_processes_fit_every_strategy_as_one_does(tmp_path: Path) -> None:
    """The unimodal ones too, whose parameters of the other modality get no gradient."""
    two = ("torch.distributed.run", "--standalone", "--nproc-per-node=2")
    done = run(*two, "tests/fit_together.py", str(tmp_path))
    assert done.returncode == 0, done.stderr
    (line,) = told(done)
    found = json.loads(line)
    for name, together in found["fits"].items():
        alone = fitted(name)
        assert (together["processes"], together["same weights"]) == (2, True)
        assert together["losses"] == pytest.approx(alone["losses"], abs=1e-4), name
        assert together["accuracies"] == alone["accuracies"], name
        torch.testing.assert_close(
            torch.tensor(together["logits"]), torch.tensor(alone["logits"]), atol=1e-3, rtol=1e-3
        )
    assert found["encoded"]["loaded"] == [3, 2], "of five texts in shards of two, each takes its shards"
    direct = load_encoder("word-embedding").encode(TEXTS)
    torch.testing.assert_close(torch.tensor(found["encoded"]["pooled"]), direct.pooled)
    assert found["interrupted"] == {"kept": True, "the same": True, "left": False}
    assert list(tmp_path.iterdir()) == []


FIT = ("fit", "--task", "some-drawings", "--strategy", "gated", "--epochs", "6")
LAUNCH = (*TWO, "tests.few_drawings")


def accuracy(folder: Path) -> tuple[float, list[str]]:
    """Of the best epoch, and the names of all files."""
    (curve,) = folder.rglob("*.curve.json")
    history = json.loads(curve.read_text())
    return history["validation_accuracy"][history["best"]], sorted(path.name for path in folder.rglob("*.*"))


def test_accelerate_launch_reaches_what_one_process_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUSION_CACHE", str(tmp_path / "cache"))  # nothing is encoded there yet
    together = run(*LAUNCH, *FIT, "--out", str(tmp_path / "two"))
    assert together.returncode == 0, together.stderr
    assert len(told(together)) == 1, "the main process alone tells"
    alone = run("tests.few_drawings", *FIT, "--out", str(tmp_path / "one"))
    assert alone.returncode == 0, alone.stderr
    (two, files), (one, expected) = accuracy(tmp_path / "two"), accuracy(tmp_path / "one")
    assert files == expected and len(files) == 4
    n = 80  # held out, about: a tenth of the questions
    low, high = wilson(round(one * n), n)
    assert low <= two <= high
    assert "encoding" in together.stderr and "encoding" not in alone.stderr, "each reads what one has written"


def test_a_process_that_fails_does_not_leave_the_others_waiting(tmp_path: Path) -> None:
    """The main one alone writes, so it alone fails where nothing can be written."""
    (tmp_path / "file").write_text("no folder")
    failed = run(*LAUNCH, *FIT, "--out", str(tmp_path / "file"))
    assert failed.returncode != 0
    assert "fusion: Not a directory" in failed.stderr
