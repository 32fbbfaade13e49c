"""Guesses at the password: those of one address one after the other, whatever other addresses do."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MOST = 8  # guesses of one address that wait or are looked at


class TooManyTries(Exception):
    """An address guesses faster than its guesses are looked at."""


class Tries:
    """Keeps nothing of an address once none of its guesses waits."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._turns: dict[str, asyncio.Lock] = {}
        self._waiting: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Wait until it is an address's turn; raises TooManyTries where too many of its guesses wait."""
        if self._waiting[address] >= self._most:
            raise TooManyTries
        self._waiting[address] += 1
        try:
            async with self._turns.setdefault(address, asyncio.Lock()):
                yield
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address], self._turns[address]
