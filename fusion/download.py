"""Fetch the weights that a model hub keeps, only when a person asks, and whole or not at all."""

import hashlib
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from errno import ENOSPC
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from huggingface_hub import (
    constants,
    get_hf_file_metadata,
    hf_hub_download,
    hf_hub_url,
    try_to_load_from_cache,
)
from huggingface_hub.utils import WeakFileLock
from tqdm import tqdm

from fusion.encoders import ENCODERS
from fusion.errors import Stopped, UserError
from fusion.language import later, say
from fusion.progress import Progress
from fusion.references import REFERENCES
from fusion.weights import Weights

constants.HF_HUB_DISABLE_TELEMETRY = True
constants.HF_HUB_DISABLE_XET = True  # its transfers cannot be stopped from a callback, plain HTTP can
constants.DOWNLOAD_CHUNK_SIZE = 2**16  # of bytes between two looks, so that a slow line shows progress too

REACH_S = 1.0  # for a connection to the hub; longer than that is as good as none
LOOK_S = 0.1  # between two looks at whether the person stopped it
SPARE = 64 * 2**20  # bytes that stay free on the disk
LOCKS = ".locks"  # the hub's own folder for them, inside its cache


def weights_named(name: str) -> Weights:
    """Those of the model of that name, whatever registers it; raises UserError where nothing does."""
    records = (*ENCODERS, *REFERENCES)
    known = {record.weights.name: record.weights for record in records if record.weights is not None}
    if name not in known:
        raise UserError(
            say(
                "There are no weights named {name} to download; known: {known}.",
                name=repr(name),
                known=", ".join(known) or "–",
            )
        )
    return known[name]


def download(weights: Weights, progress: Progress, stopped: Callable[[], bool] = lambda: False) -> Path:
    """The folder that holds the weights, fetched at their pinned revision into the hub's cache if need be.

    progress: told in bytes over all files, ten times a second, from the calling thread. stopped: asked as
    often; where it says so, or where `progress` raises Stopped, Stopped is raised at once. Who asks for what
    another thread or process is downloading waits for it. The hub's cache gets the files when all of them
    are there and verified. Raises UserError with one sentence on why it could not be done.
    """
    found = weights.found()
    if found is not None:
        return found
    if constants.HF_HUB_OFFLINE:
        raise UserError(
            say(
                "{name} cannot be downloaded: HF_HUB_OFFLINE is set; unset it and try again.",
                name=weights.name,
            )
        )
    fetching = _Fetching(weights)
    worker = threading.Thread(
        target=copy_context().run, args=(fetching.run,), name=f"download {weights.name}", daemon=True
    )
    worker.start()
    try:
        while worker.is_alive():
            worker.join(LOOK_S)
            if fetching.late():
                raise _unreachable(weights)
            progress(later("downloading {name}", name=weights.name), fetching.done, fetching.total)
            if stopped():
                raise Stopped
    finally:
        fetching.halted.set()  # a worker that hangs in the network ends with its next byte
        if fetching.owns:
            shutil.rmtree(fetching.staging, ignore_errors=True)
    if fetching.error is not None:
        raise _told(fetching.error, weights) from fetching.error
    return weights.folder()


class _Fetching:
    """The work of one download, in a thread of its own that the network may keep waiting."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.cache = Path(constants.HF_HUB_CACHE).absolute()
        self.staging = self.cache / f".fusion-{weights.name}"
        self.done = 0
        self.total = weights.megabytes * 10**6
        self.error: Exception | None = None
        self.halted = threading.Event()
        self.owns = False  # the staging folder
        self._connecting = time.monotonic()

    def late(self) -> bool:
        """Whether no connection came about: looking a name up may take minutes without a network."""
        return bool(self._connecting) and time.monotonic() - self._connecting > 2 * REACH_S

    def run(self) -> None:
        try:
            _reach_hub(self.weights)
            self._connecting = 0.0
            lock = self.cache / LOCKS / f"fusion-{self.weights.name}.lock"
            lock.parent.mkdir(parents=True, exist_ok=True)
            with WeakFileLock(lock):
                if not self.halted.is_set() and self.weights.found() is None:
                    self._fetch()
        except Exception as error:  # told by the calling thread
            self.error = error

    def _fetch(self) -> None:
        self.owns = True
        shutil.rmtree(self.staging, ignore_errors=True)  # what a killed process left
        try:
            wanted = [file for file in self.weights.files if not self._kept(file)]
            marks = {file: self._mark(file) for file in wanted}
            self.total = sum(size for size, _ in marks.values())
            self._check_space()
            paths = [self._file(file, *marks[file]) for file in wanted]
            if self.halted.is_set():
                raise Stopped
            for path in paths:
                self._move_in(path)
        finally:
            shutil.rmtree(self.staging, ignore_errors=True)

    def _kept(self, file: str) -> bool:
        path = try_to_load_from_cache(self.weights.repository, file, revision=self.weights.revision)
        return isinstance(path, str) and Path(path).is_file()

    def _mark(self, file: str) -> tuple[int, str]:
        """Size in bytes, and the hash of the content by which the hub knows it."""
        url = hf_hub_url(
            self.weights.repository, file, revision=self.weights.revision, endpoint=constants.ENDPOINT
        )
        found = get_hf_file_metadata(url)
        return found.size or 0, found.etag or ""

    def _check_space(self) -> None:
        self.staging.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.staging).free
        if free < self.total + SPARE:
            raise OSError(ENOSPC, "No space left on device", str(self.cache))

    def _file(self, file: str, size: int, mark: str) -> Path:
        """Fetch a file and verify it; its path in the staging folder, laid out as the hub's cache."""
        path = Path(
            hf_hub_download(
                self.weights.repository,
                file,
                revision=self.weights.revision,
                cache_dir=self.staging,
                tqdm_class=self._counter(),
                endpoint=constants.ENDPOINT,
            )
        )
        if (size and path.stat().st_size != size) or not _is_content(path, mark):
            raise _damaged(self.weights)
        return path

    def _counter(self) -> type[tqdm]:
        """A silent bar that adds to what is done, and that stops the download of whoever was told to stop."""
        fetching = self

        class Counter(tqdm):
            def __init__(self, *args: Any, **options: Any) -> None:
                options.pop("name", None)
                super().__init__(*args, **options | {"disable": True})

            def update(self, n: float | None = 1) -> None:
                if fetching.halted.is_set():
                    raise Stopped
                fetching.done += int(n or 0)

        return Counter

    def _move_in(self, path: Path) -> None:
        """To the same place in the hub's cache, the content before what points at it."""
        parts = [path.parent / path.readlink(), path] if path.is_symlink() else [path]
        for part in parts:
            place = self.cache / Path(os.path.normpath(part)).relative_to(self.staging)
            place.parent.mkdir(parents=True, exist_ok=True)
            part.replace(place)


def _is_content(path: Path, mark: str) -> bool:
    """Whether that is its hash: sha256 of a large one, git's sha1 of a small one; others tell nothing."""
    if len(mark) == 64:
        digest = hashlib.sha256()
    elif len(mark) == 40:
        digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    else:
        return True
    with path.open("rb") as file:
        while part := file.read(2**20):
            digest.update(part)
    return digest.hexdigest() == mark


def _reach_hub(weights: Weights) -> None:
    """Raises UserError where no connection to the hub, or to the proxy on the way, comes about at once."""
    try:
        address = _door(urlsplit(constants.ENDPOINT))
        with socket.create_connection(address, timeout=REACH_S):
            pass
    except OSError as error:
        raise _unreachable(weights) from error


def _door(hub: SplitResult) -> tuple[str, int]:
    """Host and port to connect to first."""
    proxies = getproxies()
    proxy = proxies.get(hub.scheme) or proxies.get("all")
    if proxy and not proxy_bypass(hub.hostname or ""):
        hub = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return hub.hostname or "", hub.port or {"http": 80, "https": 443}.get(hub.scheme, 1080)


def _unreachable(weights: Weights) -> UserError:
    return UserError(
        say(
            "The model hub cannot be reached from here, so {name} ({size}) was not downloaded; connect and "
            "try again, or set FUSION_MODELS to a folder that holds it.",
            name=weights.name,
            size=weights.size,
        )
    )


def _damaged(weights: Weights) -> UserError:
    return UserError(
        say("What arrived of {name} was damaged and was thrown away; please try again.", name=weights.name)
    )


def _told(error: Exception, weights: Weights) -> UserError:
    """The sentence for a person."""
    if isinstance(error, UserError):
        return error
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status in (401, 403):
        return UserError(
            say(
                "The hub does not give {repository} out to everybody: it wants an account.",
                repository=weights.repository,
            )
        )
    if status == 404:
        return UserError(
            say(
                "The hub no longer has {repository} at revision {revision}.",
                repository=weights.repository,
                revision=weights.revision[:8],
            )
        )
    if isinstance(error, OSError) and error.errno == ENOSPC:
        return UserError(
            say(
                "The disk is too full for {name} ({size}); make room first.",
                name=weights.name,
                size=weights.size,
            )
        )
    if type(error) is OSError and error.errno is None:  # the library: of another size than announced
        return _damaged(weights)
    if isinstance(error, OSError) and error.filename:
        return UserError(
            say(
                "{name} cannot be kept in {folder}: {why}.",
                name=weights.name,
                folder=error.filename,
                why=error.strerror,
            )
        )
    return UserError(
        say(
            "The connection to the hub broke off and nothing of {name} was kept; please try again.",
            name=weights.name,
        )
    )
