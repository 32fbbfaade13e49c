"""Downloads from a real server: whole, verified, or nothing and a sentence why."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from huggingface_hub import constants

from fusion.cli import main
from fusion.download import download, weights_named
from fusion.errors import MissingWeights, Stopped, UserError
from fusion.progress import silent
from fusion.weights import Weights
from tests.hub import Hub, served, tell_library

FILES = {"config.json": b'{"tiny": true}', "model.safetensors": os.urandom(400_000)}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "hub"


@pytest.fixture
def hub(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with served(Hub(FILES)) as found:
        tell_library(monkeypatch, found.address, cache)
        yield found


def left(cache: Path) -> list[str]:
    """Names of the files that a download left in the hub's cache, its locks aside."""
    files = (path for path in cache.rglob("*") if path.is_file() and ".locks" not in path.parts)
    return sorted(path.name for path in files)


def refused(weights: Weights) -> str:
    with pytest.raises(UserError) as told:
        download(weights, silent)
    sentence = str(told.value)
    assert sentence.count("\n") == 0 and sentence.endswith(".")
    return sentence


def test_it_comes_whole_with_progress_in_bytes(hub: Hub, cache: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    hub.slow = 0.02
    folder = download(hub.weights(), lambda *step: seen.append(step))
    assert folder == hub.weights().found()
    assert {file: (folder / file).read_bytes() for file in FILES} == FILES
    done = [step[1] for step in seen]
    total = sum(map(len, FILES.values()))
    assert done == sorted(done) and done[-1] == seen[-1][2] == total
    assert any(0 < x < total for x in done)
    assert all("tiny" in what for what, _, _ in seen)
    assert len(left(cache)) == 4  # contents, and what points at them


def test_it_lies_as_the_library_itself_would_lay_it(hub: Hub, cache: Path, tmp_path: Path) -> None:
    from huggingface_hub import hf_hub_download

    download(hub.weights(), silent)
    for file in FILES:
        hf_hub_download("org/tiny", file, revision=hub.weights().revision, cache_dir=tmp_path / "other")
    ours, theirs = (
        {
            path.relative_to(root): path.is_symlink()
            for path in root.rglob("*")
            if path.is_file() and "models--org--tiny" in path.parts and ".locks" not in path.parts
        }
        for root in (cache, tmp_path / "other")
    )
    assert ours == theirs


def test_what_is_there_is_not_fetched_again(hub: Hub) -> None:
    download(hub.weights(), silent)
    hub.asked.clear()
    download(hub.weights(), silent)
    assert hub.asked == []
    (hub.weights().folder() / "config.json").unlink()
    download(hub.weights(), silent)
    assert "GET model.safetensors" not in hub.asked


def test_two_at_once_download_once(hub: Hub) -> None:
    hub.slow = 0.02
    found: list[Path] = []
    both = [Thread(target=lambda: found.append(download(hub.weights(), silent))) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(30)
    assert len(found) == 2 and found[0] == found[1]
    assert hub.asked.count("GET model.safetensors") == 1


def test_a_connection_that_breaks_off_goes_on_where_it_broke(hub: Hub) -> None:
    hub.breaks = 1
    folder = download(hub.weights(), silent)
    assert (folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]
    assert hub.asked.count("GET model.safetensors") == 2


def test_a_connection_that_keeps_breaking_leaves_nothing(hub: Hub, cache: Path) -> None:
    hub.files = dict(FILES, **{"model.safetensors": b"x" * 15})  # a part of it is a byte, and half way none
    hub.breaks = 10**6
    assert "broke off" in refused(hub.weights())
    assert left(cache) == [] and hub.weights().found() is None


@pytest.mark.parametrize("fault", ["short", "changed"])
def test_a_damaged_file_leaves_nothing(hub: Hub, cache: Path, fault: str) -> None:
    setattr(hub, fault, True)
    assert "damaged" in refused(hub.weights())
    assert left(cache) == []
    with pytest.raises(MissingWeights):
        hub.weights().folder()
    setattr(hub, fault, False)
    assert download(hub.weights(), silent) == hub.weights().found()


@pytest.mark.parametrize(
    ("status", "words"), [(404, "no longer has"), (401, "account"), (403, "account"), (500, "broke off")]
)
def test_a_hub_that_refuses_is_told(hub: Hub, cache: Path, status: int, words: str) -> None:
    hub.status = status
    assert words in refused(hub.weights())
    assert left(cache) == []


def test_a_file_that_the_hub_lacks_is_told(hub: Hub, cache: Path) -> None:
    weights = Weights("tiny", "org/tiny", hub.weights().revision, ("config.json", "gone.json"), 1, "MIT")
    assert "no longer has" in refused(weights)
    assert left(cache) == []


@pytest.mark.parametrize("by", ["stopped", "progress"])
def test_it_stops_while_the_network_keeps_it_waiting(hub: Hub, cache: Path, by: str) -> None:
    hub.go_on.clear()
    half = len(FILES["model.safetensors"]) // 4
    done = [0]

    def progress(_: str, so_far: int, __: int) -> None:
        done[0] = so_far
        if by == "progress" and so_far > half:
            raise Stopped

    with pytest.raises(Stopped):
        download(hub.weights(), progress, lambda: by == "stopped" and done[0] > half)
    assert left(cache) == [] and hub.weights().found() is None
    hub.go_on.set()
    assert download(hub.weights(), silent) == hub.weights().found()


def test_a_full_disk_is_told_before_anything_is_fetched(
    hub: Hub, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shutil import _ntuple_diskusage

    monkeypatch.setattr("shutil.disk_usage", lambda _: _ntuple_diskusage(10**9, 10**9, 1000))
    assert "too full" in refused(hub.weights())
    assert left(cache) == [] and not [x for x in hub.asked if x.startswith("GET")]


def test_a_cache_that_cannot_be_written_is_told(hub: Hub, cache: Path) -> None:
    cache.write_text("a file")
    assert "cannot be kept" in refused(hub.weights())


def test_offline_is_told_at_once(hub: Hub, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE" in refused(hub.weights())
    assert hub.asked == [] and left(cache) == []


def test_a_hub_that_nobody_answers_for_is_told(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        tell_library(monkeypatch, f"http://127.0.0.1:{taken.getsockname()[1]}", cache)
        assert "cannot be reached" in refused(Hub(FILES).weights())
    assert left(cache) == []


def test_a_name_that_takes_forever_to_look_up_is_told(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.create_connection", lambda *_, **__: time.sleep(20))
    assert "cannot be reached" in refused(hub.weights())


def half_way(hub: Hub, cache: Path) -> subprocess.Popen[bytes]:
    """Another process that has fetched a part."""
    code = (
        "from fusion.download import download; from fusion.ending import ends_in_order; "
        "from tests.hub import Hub; ends_in_order(); "
        f"download(Hub({{name: b'' for name in {tuple(FILES)}}}).weights(), lambda *_: None)"
    )
    environment = {
        **os.environ,
        "HF_ENDPOINT": hub.address,
        "HF_HUB_CACHE": str(cache),
        "HF_HUB_OFFLINE": "0",
    }
    environment |= {"TRANSFORMERS_OFFLINE": "0", "PYTHONPATH": str(Path(__file__).parent.parent)}
    hub.go_on.clear()
    process = subprocess.Popen([sys.executable, "-c", code], env=environment)
    while not any(file.endswith(".incomplete") for file in left(cache)):
        assert process.poll() is None
        time.sleep(0.05)
    return process


def test_what_a_killed_process_left_is_cleared_away(hub: Hub, cache: Path) -> None:
    process = half_way(hub, cache)
    process.kill()
    process.wait()
    assert hub.weights().found() is None
    hub.go_on.set()
    download(hub.weights(), silent)
    assert len(left(cache)) == 4


def test_a_process_that_is_asked_to_end_leaves_nothing(hub: Hub, cache: Path) -> None:
    process = half_way(hub, cache)
    process.terminate()
    assert process.wait() == 128 + signal.SIGTERM
    assert not any(file.endswith(".incomplete") for file in left(cache))


def test_an_unknown_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match="magic"):
        weights_named("magic")
    assert main(["download", "magic"]) == 1
    assert capsys.readouterr().err.startswith("fusion: There are no weights named 'magic'")


def test_the_command_downloads(
    hub: Hub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fusion.commands.download.weights_named", lambda name: hub.weights(name))
    assert main(["download", "tiny"]) == 0
    out, err = capsys.readouterr()
    assert str(hub.weights().found()) in out and "downloading tiny" in err
