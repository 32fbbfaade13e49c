"""Tokens of what was seen lately, in memory: a live toggle never encodes twice."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import torch
from PIL import Image

from fusion.device import on_gpu
from fusion.encoders import ENCODERS, load_encoder
from fusion.inputs import content_key
from fusion.tokens import Tokens

MEMORY = 256 * 2**20
# What nobody has asked for in this time is forgotten: it may tell of a person who has left.
LIFETIME_S = 600.0


class TokenCache:
    """Least recently used tokens by encoder and content; safe to share among threads.

    limit: in bytes. lifetime: seconds after its last use in which an entry is forgotten, at the latest
    within as many again.
    """

    def __init__(self, limit: int = MEMORY, lifetime: float = LIFETIME_S) -> None:
        self.limit = limit
        self.lifetime = lifetime
        self.hits = 0
        self.misses = 0
        self._kept: OrderedDict[tuple[str, str], Tokens] = OrderedDict()
        self._used: dict[tuple[str, str], float] = {}
        self._sweeper: threading.Timer | None = None
        self._turns: dict[tuple[str, str], threading.Lock] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, encoder: str, key: str, encode: Callable[[], Tokens]) -> Tokens:
        """The tokens under (encoder, content key); `encode` makes them where they are not kept."""
        with self._lock:
            tokens = self._look_up((encoder, key))
            if tokens is not None:
                return tokens
            turn = self._turns.setdefault((encoder, key), threading.Lock())
        with turn:  # who asks for the same meanwhile waits for it
            with self._lock:
                tokens = self._look_up((encoder, key))
                if tokens is not None:
                    return tokens
                self.misses += 1
            try:
                tokens = encode()
                self._keep((encoder, key), tokens)
            finally:
                with self._lock:
                    self._turns.pop((encoder, key), None)
        return tokens

    def _look_up(self, place: tuple[str, str]) -> Tokens | None:
        tokens = self._kept.get(place)
        if tokens is not None:
            self.hits += 1
            self._used[place] = time.monotonic()
            self._kept.move_to_end(place)
        return tokens

    def _keep(self, place: tuple[str, str], tokens: Tokens) -> None:
        with self._lock:
            if place in self._kept or size_of(tokens) > self.limit:
                return
            self._kept[place] = tokens
            self._used[place] = time.monotonic()
            self._bytes += size_of(tokens)
            while self._bytes > self.limit:
                self._drop_oldest()
            self._sweep_later()

    def _drop_oldest(self) -> None:
        place, tokens = self._kept.popitem(last=False)
        self._bytes -= size_of(tokens)
        del self._used[place]

    def _sweep_later(self) -> None:
        if self._sweeper is None and self._kept:
            self._sweeper = threading.Timer(self.lifetime, self._sweep)
            self._sweeper.daemon = True
            self._sweeper.start()

    def _sweep(self) -> None:
        """Forget what has not been used for a lifetime; entries stand in the order of their last use."""
        with self._lock:
            self._sweeper = None
            old = time.monotonic() - self.lifetime
            while self._kept and self._used[next(iter(self._kept))] <= old:
                self._drop_oldest()
            self._sweep_later()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, place: object) -> bool:
        return place in self._kept


def size_of(tokens: Tokens) -> int:
    """Bytes that the tensors hold."""
    return sum(x.numel() * x.element_size() for x in (tokens.sequence, tokens.pooled, tokens.mask))


CACHE = TokenCache()


def encoded(encoder: str, item: Image.Image | str) -> Tokens:
    """Tokens of one cleaned picture or text, from the process's cache where it was seen before."""
    return kept(encoder, content_key(item), lambda: _tokens(encoder, [item]))


def encode_together(encoder: str, items: Sequence[Image.Image | str]) -> None:
    """Encode those of some cleaned pictures, or of some cleaned texts, that the cache does not keep, in one
    batch; `encoded` then finds them there."""
    place = _place(encoder)
    by_key = {content_key(item): item for item in items}
    new = {key: item for key, item in by_key.items() if (place, key) not in CACHE}
    if new:
        tokens = _tokens(encoder, list(new.values()))
        for i, key in enumerate(new):
            CACHE.get(place, key, partial(_only, tokens, i))


def kept(encoder: str, key: str, make: Callable[[], Tokens]) -> Tokens:
    """What `make` gives with the weights of that encoder at hand, from the process's cache."""
    return CACHE.get(_place(encoder), key, make)


def _place(encoder: str) -> str:
    return f"{encoder}-{ENCODERS[encoder].identity}"


def _only(tokens: Tokens, i: int) -> Tokens:
    """One sample of a batch, without the padding that others made for it."""
    one = tokens.select(torch.tensor([i]))
    n = max(1, int(one.mask.sum())) if one.grid is None else one.mask.shape[1]
    return replace(one, sequence=one.sequence[:, :n].clone(), mask=one.mask[:, :n].clone())


def _tokens(encoder: str, items: Sequence[Image.Image | str]) -> Tokens:
    load_encoder(encoder)  # here, so that a process that is lent a GPU inherits it
    # Texts are encoded in less time than it takes to ask for a GPU.
    return _encode(encoder, items) if isinstance(items[0], str) else _encode_on_gpu(encoder, items)


def _encode(encoder: str, items: Sequence[Image.Image | str]) -> Tokens:
    return load_encoder(encoder).encode(items)


_encode_on_gpu = on_gpu(_encode)
