"""Pictures' tokens on a coarser grid, on disk, so that strategies that read sequences are fitted sooner."""

from pathlib import Path

import torch

from fusion.align import interpolate_grid
from fusion.data.store import BATCH, SHARD, TokenStore, close_shards, opened, write_shard

GRID = (7, 7)


def coarser(store: TokenStore, home: Path) -> TokenStore:
    """The same pictures on GRID, in a folder of its own; the store itself where it is no finer.

    A model that is fitted on them and interpolates to GRID answers the encoder's own tokens alike.
    """
    if store.grid is None or len(store.grid) != 2 or store.grid[0] * store.grid[1] <= GRID[0] * GRID[1]:
        return store
    shards = torch.arange(len(store)).split(SHARD)
    for number, rows in enumerate(shards):
        write_shard(home, number, (interpolate_grid(store.read(some), GRID) for some in rows.split(BATCH)))
    close_shards(home, len(shards))
    return opened(home)
