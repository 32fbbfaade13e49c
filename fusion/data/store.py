"""Tokens of a whole data set on disk, encoded once and read by row."""

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import torch
from torch import Tensor

from fusion.encoders import ENCODERS, load_encoder
from fusion.paths import cache_folder
from fusion.progress import Progress
from fusion.tokens import Tokens

BATCH = 32


@dataclass(frozen=True)
class TokenStore:
    """Memory-mapped tokens: the real tokens of all samples one after another.

    flat: (T, D) float16. pooled: (U, D) float32. offsets: (U + 1,) where each sample begins in `flat`.
    """

    flat: np.ndarray
    pooled: np.ndarray
    offsets: np.ndarray
    grid: tuple[int, ...] | None

    @property
    def width(self) -> int:
        return self.pooled.shape[1]

    def __len__(self) -> int:
        return len(self.pooled)

    def read(self, rows: Tensor, sequences: bool = True) -> Tokens:
        """Tokens of the samples `rows` (B,), padded to the longest; without sequences, the pooled vectors
        alone, each standing as the only token of its sample."""
        pooled = torch.from_numpy(self.pooled[rows.numpy()])
        starts, ends = self.offsets[rows.numpy()], self.offsets[rows.numpy() + 1]
        lengths = torch.from_numpy(ends - starts)
        if not sequences:
            return Tokens(pooled[:, None], pooled, (lengths > 0)[:, None])
        longest = max(1, int(lengths.max()))
        sequence = np.zeros((len(rows), longest, self.width), dtype=np.float16)
        for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
            sequence[i, : end - start] = self.flat[start:end]
        mask = torch.arange(longest) < lengths[:, None]
        return Tokens(torch.from_numpy(sequence).float(), pooled, mask, grid=self.grid)


def encode_all(
    encoder: str,
    keys: Sequence[str],
    load: Callable[[int], Any],
    progress: Progress,
    folder: Path | None = None,
) -> TokenStore:
    """The tokens of a list of inputs, read from disk where the same list was encoded before.

    keys: a content hash for each input. load: gives the i-th input, cleaned.
    """
    identity = ENCODERS[encoder].identity
    digest = hashlib.sha256("\n".join([encoder, identity, *keys]).encode()).hexdigest()[:20]
    home = (folder or cache_folder() / "tokens") / f"{encoder}-{digest}"
    if not (home / "meta.json").is_file():
        _encode_to(home, encoder, len(keys), load, progress)
    meta = json.loads((home / "meta.json").read_text())
    grid = None if meta["grid"] is None else tuple(meta["grid"])
    flat = np.load(home / "flat.npy", mmap_mode="r")
    return TokenStore(flat, np.load(home / "pooled.npy"), np.load(home / "offsets.npy"), grid)


def _encode_to(home: Path, encoder: str, n: int, load: Callable[[int], Any], progress: Progress) -> None:
    """Encode into a draft folder that takes its name only when it is whole."""
    model = load_encoder(encoder)
    draft = home.with_name(f".{home.name}.{uuid4().hex}")
    draft.mkdir(parents=True)
    pooled, lengths, grid = [], [], None
    try:
        with (draft / "flat.raw").open("wb") as raw:
            for start in range(0, n, BATCH):
                rows = range(start, min(start + BATCH, n))
                tokens = model.encode([load(i) for i in rows])
                raw.write(tokens.sequence[tokens.mask].half().numpy().tobytes())
                pooled.append(tokens.pooled.float().numpy())
                lengths.append(tokens.mask.sum(1).numpy())
                grid = tokens.grid
                progress(f"encoding with {encoder}", rows.stop, n)
        offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
        shape = (int(offsets[-1]), pooled[0].shape[1])
        _frame(draft / "flat.raw", draft / "flat.npy", shape)
        np.save(draft / "pooled.npy", np.concatenate(pooled))
        np.save(draft / "offsets.npy", offsets)
        (draft / "meta.json").write_text(json.dumps({"encoder": encoder, "grid": grid}))
        try:
            draft.rename(home)
        except OSError:
            if not (home / "meta.json").is_file():  # else another process was faster
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _frame(raw: Path, framed: Path, shape: tuple[int, int]) -> None:
    """Put the header of a numpy file before raw float16 numbers, without reading them into memory."""
    with raw.open("rb") as source, framed.open("wb") as target:
        header = {"descr": "<f2", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(target, header)
        shutil.copyfileobj(source, target, 2**20)
    raw.unlink()
