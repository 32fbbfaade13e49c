"""Results of strategies that were never fitted, right where a test wants them to be."""

from pathlib import Path

import numpy as np

from fusion.study.result import Result


def result(
    strategy: str,
    folder: Path,
    share: float,
    validation: float,
    size: int = 1000,
    seeds: int = 3,
    n: int = 400,
) -> Result:
    """Right in that share of the test, the same rows first; so good on held-back rows, with a file of `size`
    bytes."""
    path = folder / f"{strategy}.safetensors"
    path.write_bytes(bytes(size))
    right = np.tile(np.arange(n) < round(share * n), (seeds, 1))
    return Result(
        strategy=strategy,
        right=right,
        validation=(validation,) * seeds,
        best=0,
        path=path,
        answers=np.where(right[0], 0, 1),
        probabilities=np.linspace(0.5, 1, n),
        expected=np.linspace(0.5, 0, n),
        parameters=10,
        fit_s=1.0,
        milliseconds=1.0,
    )
