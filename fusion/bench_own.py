"""What data of one's own takes, from files to fitted strategies: `python -m fusion bench --own`.

Small pictures with titles are written, read, encoded and studied as a person's would be, each size in a
process of its own, so that its peak of memory is its own.
"""

import csv
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from PIL import Image

from fusion.encoders import ENCODERS, Encoder, EncoderRecord, load_encoder
from fusion.errors import UserError
from fusion.progress import silent
from fusion.recipe import Recipe
from fusion.study import study
from fusion.study.recipe import BATCH
from fusion.tokens import Tokens

ROWS, MANY = 2000, 20_000
KINDS = ("red", "green", "blue", "yellow", "grey", "brown")
WORDS = ("large", "small", "old", "new", "round", "long")
SIDE = 64  # pixels
PAIR = ("efficientnet-lite0", "minilm")
STAND_IN = "stand-in"


def own_figures() -> dict[str, float]:
    """own_encode_over_bare_ratio: the encoders' own time on 2,000 rows over that of encoding them in a study,
    with reading, hashing and writing; own_fit_over_encode_ratio: of one fit of each strategy over encoding.

    own_memory_2000_mb, own_memory_20000_mb: the peak of a whole process, its libraries and baselines
    included. There a stand-in gives tokens of the same sizes at no cost in the place of the picture encoder,
    and each strategy is fitted for one epoch: neither changes what is held in memory, both save an hour.
    """
    timed = _in_a_process(ROWS, *PAIR)
    few, many = (_in_a_process(rows, STAND_IN, PAIR[1]) for rows in (ROWS, MANY))
    return {
        "own_encode_s": timed["encode_s"],
        "own_encode_rows_per_s": ROWS / timed["encode_s"],
        "own_encode_over_bare_ratio": timed["bare_s"] / timed["encode_s"],
        "own_fit_s": timed["fit_s"],
        "own_fit_over_encode_ratio": timed["fit_s"] / timed["encode_s"],
        "own_memory_2000_mb": few["memory_mb"],
        "own_memory_20000_mb": many["memory_mb"],
        "own_memory_20000_over_2000_ratio": many["memory_mb"] / few["memory_mb"],
    }


def _in_a_process(rows: int, image_encoder: str, text_encoder: str) -> dict[str, float]:
    command = [sys.executable, "-m", "fusion.bench_own", str(rows), image_encoder, text_encoder]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise UserError(f"The run of {rows:,} rows failed; try python -m fusion.bench_own {rows} to see why.")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def measured(rows: int, image_encoder: str, text_encoder: str) -> dict[str, float]:
    """Of one run in this process: seconds of encoding and of fitting, those spent in the encoders alone, and
    the peak of memory."""
    from fusion.own import read

    if image_encoder == STAND_IN:
        ENCODERS.add(_stand_in())
    pair = (image_encoder, text_encoder)
    watches = [Stopwatch(load_encoder(name)) for name in pair]
    with TemporaryDirectory() as folder:
        home = Path(folder)
        for name in ("brought", "read", "study"):
            (home / name).mkdir()
        write_rows(home / "brought", rows)
        record = read(home / "brought", home / "read", silent).task()
        recipe = Recipe(epochs=1, batch=BATCH[1]) if image_encoder == STAND_IN else None
        found = study(record, *pair, 1, silent, home / "study", recipe)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kB, on a Mac bytes
    return {
        "encode_s": found.encode_s,
        "fit_s": found.fit_s,
        "bare_s": sum(watch.encoding_s for watch in watches),
        "memory_mb": peak / (1e6 if sys.platform == "darwin" else 1e3),
    }


def write_rows(folder: Path, rows: int) -> None:
    """So many different pictures with titles that tell something of their class too, and their table."""
    random = np.random.default_rng(0)
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["picture", "text", "label"])
        for i in range(rows):
            kind, word = random.integers(len(KINDS)), random.integers(len(WORDS))
            noise = random.integers(0, 120, (SIDE, SIDE, 3), dtype=np.uint8)
            noise[..., kind % 3] += np.uint8(40 + 15 * (kind // 3))
            Image.fromarray(noise).save(folder / f"{i}.jpg", quality=80)
            label = f"{KINDS[kind]} {WORDS[word]}" if word < 2 else KINDS[kind]
            table.writerow([f"{i}.jpg", f"{WORDS[word]} thing number {i}", label])


class Stopwatch:
    """Takes the place of an encoder's `encode` and sums up its time, in seconds."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoding_s = 0.0
        self._encode = encoder.encode
        encoder.encode = self  # type: ignore[method-assign]

    def __call__(self, batch: Sequence[Any]) -> Tokens:
        start = time.perf_counter()
        try:
            return self._encode(batch)
        finally:
            self.encoding_s += time.perf_counter() - start


@dataclass
class _StandIn:
    """Tokens of the real picture encoder's sizes, from the picture's mean colour."""

    width: int

    def encode(self, batch: Sequence[Image.Image]) -> Tokens:
        means = torch.stack([torch.from_numpy(np.asarray(p).mean((0, 1))).float() for p in batch])
        sequence = means.repeat(1, self.width // 3 + 1)[:, None, : self.width].repeat(1, 14 * 14, 1)
        sequence = sequence + torch.randn_like(sequence)
        mask = torch.ones(sequence.shape[:2], dtype=torch.bool)
        return Tokens(sequence, sequence.mean(1), mask, grid=(14, 14))


def _stand_in() -> EncoderRecord:
    width = ENCODERS[PAIR[0]].width
    return EncoderRecord(STAND_IN, "image", "Tokens at no cost.", width, lambda: _StandIn(width))


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]), *(sys.argv[2:] or PAIR))))
