"""Tokens of a whole data set on disk, in shards: encoded once, read by row, never in memory as a whole."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fusion.device import accelerator
from fusion.encoders import ENCODERS, load_encoder
from fusion.language import later
from fusion.paths import cache_folder, written_whole
from fusion.progress import Progress
from fusion.tokens import Tokens

BATCH = 32
SHARD = 16 * BATCH  # samples
FORMAT = "shards"


@dataclass(frozen=True)
class TokenStore:
    """The real tokens of many samples, `shard` of them to a file.

    offsets: (U + 1,) where each sample begins, counted over all files. width: D.
    """

    home: Path
    shard: int
    offsets: np.ndarray
    width: int
    grid: tuple[int, ...] | None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def read(self, rows: Tensor, sequences: bool = True) -> Tokens:
        """Tokens of the samples `rows` (B,), padded to the longest; without sequences, the pooled vectors
        alone, each standing as the only token of its sample."""
        pooled = self.pooled(rows)
        starts, ends = self.offsets[rows.numpy()], self.offsets[rows.numpy() + 1]
        lengths = torch.from_numpy(ends - starts)
        if not sequences:
            return Tokens(pooled[:, None], pooled, (lengths > 0)[:, None])
        longest = max(1, int(lengths.max()))
        sequence = np.zeros((len(rows), longest, self.width), dtype=np.float16)
        firsts = self.offsets[rows.numpy() // self.shard * self.shard]  # of the sample's file
        self._fill("tokens", rows, starts - firsts, lengths.tolist(), sequence)
        mask = torch.arange(longest) < lengths[:, None]
        return Tokens(torch.from_numpy(sequence).float(), pooled, mask, grid=self.grid)

    def pooled(self, rows: Tensor) -> Tensor:
        """The pooled vectors (B, D) of the samples `rows` (B,)."""
        vectors = np.empty((len(rows), 1, self.width), dtype=np.float32)
        self._fill("pooled", rows, rows.numpy() % self.shard, [1] * len(rows), vectors)
        return torch.from_numpy(vectors[:, 0])

    def _fill(
        self, kind: str, rows: Tensor, places: np.ndarray, counts: Sequence[int], target: np.ndarray
    ) -> None:
        """Read into target (B, N, D) of each sample so many vectors from a place (B,) in its file.

        By plain reads: pages of a memory map would count as this process's memory.
        """
        starts = (places * (self.width * target.itemsize)).tolist()
        files = (rows // self.shard).tolist()
        for number in sorted(set(files)):
            with _file(self.home, kind, number).open("rb", buffering=0) as file:
                for i in (i for i, other in enumerate(files) if other == number and counts[i]):
                    file.seek(starts[i])
                    file.readinto(target[i, : counts[i]].data.cast("B"))


def encode_all(
    encoder: str,
    keys: Sequence[str],
    load: Callable[[int], Any],
    progress: Progress,
    folder: Path | None = None,
    together: bool = False,
) -> TokenStore:
    """The tokens of a list of inputs, read from disk where the same list was encoded before.

    keys: a content hash for each input. load: gives the i-th input, cleaned. What an interrupted call has
    encoded is not encoded again by the next. together: each of several processes encodes its share; all of
    them must call this.
    """
    identity = ENCODERS[encoder].identity
    digest = hashlib.sha256("\n".join([FORMAT, encoder, identity, *keys]).encode()).hexdigest()[:20]
    home = (folder or cache_folder() / "tokens") / f"{encoder}-{digest}"
    if not (home / "meta.json").is_file():
        _encode_to(home, encoder, len(keys), load, progress, together)
    return opened(home)


def write_shard(home: Path, number: int, batches: Iterable[Tokens]) -> None:
    """The tokens of the next SHARD samples, or of the last ones, whole or not at all."""
    lengths, pooled, meta = [], [], {}
    with written_whole(_file(home, "tokens", number)) as draft, draft.open("wb") as raw:
        for tokens in batches:
            raw.write(tokens.sequence[tokens.mask].half().numpy().tobytes())
            pooled.append(tokens.pooled.float().numpy())
            lengths.append(tokens.mask.sum(1).numpy())
            meta = {"width": tokens.pooled.shape[1], "grid": tokens.grid}
    with written_whole(_file(home, "pooled", number)) as draft:
        draft.write_bytes(np.concatenate(pooled).tobytes())
    meta["lengths"] = np.concatenate(lengths).tolist()
    with written_whole(_file(home, "json", number)) as draft:  # the last: what has it is whole
        draft.write_text(json.dumps(meta))


def close_shards(home: Path, shards: int) -> None:
    """Make one store of the shards that were written to a folder."""
    parts = [json.loads(_file(home, "json", number).read_text()) for number in range(shards)]
    lengths = np.concatenate([[0], *(part["lengths"] for part in parts)]).astype(np.int64)
    with written_whole(home / "offsets.npy") as draft, draft.open("wb") as file:
        np.save(file, np.cumsum(lengths))
    meta = {"shard": len(parts[0]["lengths"]), "width": parts[0]["width"], "grid": parts[0]["grid"]}
    with written_whole(home / "meta.json") as draft:  # the last: what has it is whole
        draft.write_text(json.dumps(meta))


def opened(home: Path) -> TokenStore:
    """The store in a folder."""
    meta = json.loads((home / "meta.json").read_text())
    grid = None if meta["grid"] is None else tuple(meta["grid"])
    return TokenStore(home, meta["shard"], np.load(home / "offsets.npy"), meta["width"], grid)


def _encode_to(
    home: Path, encoder: str, n: int, load: Callable[[int], Any], progress: Progress, together: bool
) -> None:
    """Encode what is not there yet. Others that do the same at once write the same."""
    model = load_encoder(encoder)
    shards = [range(start, min(start + SHARD, n)) for start in range(0, n, SHARD)]
    processes, own = (accelerator().num_processes, accelerator().process_index) if together else (1, 0)
    total, done = sum(map(len, shards[own::processes])), 0

    def batches(shard: range) -> Iterator[Tokens]:
        nonlocal done
        for start in range(shard.start, shard.stop, BATCH):
            rows = range(start, min(start + BATCH, shard.stop))
            yield model.encode([load(i) for i in rows])
            done += len(rows)
            progress(later("encoding with {encoder}", encoder=encoder), done, total)

    for number in range(own, len(shards), processes):
        if _file(home, "json", number).is_file():
            done += len(shards[number])
        else:
            write_shard(home, number, batches(shards[number]))
    if together:
        accelerator().wait_for_everyone()
    if own == 0:
        close_shards(home, len(shards))
    if together:
        accelerator().wait_for_everyone()


def _file(home: Path, kind: str, number: int) -> Path:
    """One of the files of a shard."""
    return home / f"{number:05}.{kind}"
