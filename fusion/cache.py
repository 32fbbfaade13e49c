"""Tokens of what was seen lately, in memory: a live toggle never encodes twice."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from fusion.tokens import Tokens

MEMORY = 256 * 2**20


class TokenCache:
    """Least recently used tokens by encoder and content, bounded in bytes; safe to share among threads."""

    def __init__(self, limit: int = MEMORY) -> None:
        self.limit = limit
        self.hits = 0
        self.misses = 0
        self._kept: OrderedDict[tuple[str, str], Tokens] = OrderedDict()
        self._turns: dict[tuple[str, str], threading.Lock] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, encoder: str, key: str, encode: Callable[[], Tokens]) -> Tokens:
        """The tokens under (encoder, content key); `encode` makes them where they are not kept."""
        with self._lock:
            tokens = self._kept.get((encoder, key))
            if tokens is not None:
                self.hits += 1
                self._kept.move_to_end((encoder, key))
                return tokens
            turn = self._turns.setdefault((encoder, key), threading.Lock())
        with turn:  # who asks for the same meanwhile waits for it
            with self._lock:
                tokens = self._kept.get((encoder, key))
                if tokens is not None:
                    self.hits += 1
                    return tokens
                self.misses += 1
            try:
                tokens = encode()
                self._keep((encoder, key), tokens)
            finally:
                with self._lock:
                    self._turns.pop((encoder, key), None)
        return tokens

    def _keep(self, place: tuple[str, str], tokens: Tokens) -> None:
        with self._lock:
            if place in self._kept or size_of(tokens) > self.limit:
                return
            self._kept[place] = tokens
            self._bytes += size_of(tokens)
            while self._bytes > self.limit:
                self._bytes -= size_of(self._kept.popitem(last=False)[1])

    def __len__(self) -> int:
        return len(self._kept)


def size_of(tokens: Tokens) -> int:
    """Bytes that the tensors hold."""
    return sum(x.numel() * x.element_size() for x in (tokens.sequence, tokens.pooled, tokens.mask))
