"""The token cache: what was seen is not encoded again, the least recently used goes first."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from PIL import Image

from fusion import cache
from fusion.cache import TokenCache, encode_together, encoded, size_of
from fusion.encoders import load_encoder
from fusion.tokens import Tokens


@pytest.fixture
def tokens(make_tokens: Callable[..., Tokens]) -> Tokens:
    return make_tokens(1, 4, 8)


def test_size_counts_every_tensor(tokens: Tokens) -> None:
    assert size_of(tokens) == 4 * 8 * 4 + 8 * 4 + 4


def test_what_was_seen_is_not_encoded_again(tokens: Tokens) -> None:
    cache, calls = TokenCache(), []

    def encode() -> Tokens:
        calls.append(1)
        return tokens

    for _ in range(3):
        assert cache.get("a", "key", encode) is tokens
    assert (len(calls), cache.hits, cache.misses) == (1, 2, 1)
    cache.get("b", "key", encode)  # another encoder
    cache.get("a", "other", encode)  # another content
    assert (len(calls), cache.hits, cache.misses, len(cache)) == (3, 2, 3, 3)


def test_the_least_recently_used_goes_first(tokens: Tokens) -> None:
    cache = TokenCache(limit=3 * size_of(tokens))
    for key in "abc":
        cache.get("e", key, lambda: tokens)
    cache.get("e", "a", lambda: pytest.fail("a is kept"))
    cache.get("e", "d", lambda: tokens)  # b makes room
    assert len(cache) == 3
    for key in "acd":
        cache.get("e", key, lambda: pytest.fail("it is kept"))
    misses = cache.misses
    cache.get("e", "b", lambda: tokens)
    assert cache.misses == misses + 1


def test_tokens_beyond_the_limit_are_given_but_not_kept(tokens: Tokens) -> None:
    cache = TokenCache(limit=size_of(tokens) - 1)
    assert cache.get("e", "a", lambda: tokens) is tokens
    assert len(cache) == 0


def test_tokens_beyond_the_limit_leave_the_others_in_place(
    tokens: Tokens, make_tokens: Callable[..., Tokens]
) -> None:
    cache = TokenCache(limit=2 * size_of(tokens))
    cache.get("e", "small", lambda: tokens)
    cache.get("e", "giant", lambda: make_tokens(1, 400, 8))
    cache.get("e", "small", lambda: pytest.fail("it is kept"))


def test_a_failure_to_encode_is_not_kept(tokens: Tokens) -> None:
    cache = TokenCache()

    def fail() -> Tokens:
        raise OSError("no weights")

    with pytest.raises(OSError, match="no weights"):
        cache.get("e", "a", fail)
    assert cache.get("e", "a", lambda: tokens) is tokens


def test_many_threads_share_it_and_it_stays_bounded(make_tokens: Callable[..., Tokens]) -> None:
    made = [make_tokens(1, 4, 8, seed=seed) for seed in range(8)]
    cache = TokenCache(limit=4 * size_of(made[0]))
    start = threading.Barrier(8)

    def work(seed: int) -> bool:
        start.wait()
        order = [(seed + 3 * step) % 8 for step in range(200)]
        return all(cache.get("e", str(i), lambda i=i: made[i]) is made[i] for i in order)  # type: ignore[misc]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    assert cache.hits + cache.misses == 8 * 200
    assert len(cache) <= 4
    assert cache._bytes == sum(size_of(kept) for kept in cache._kept.values())


def test_two_threads_that_want_the_same_encode_it_once(tokens: Tokens) -> None:
    cache, calls = TokenCache(), []
    first_encodes, second_asked = threading.Event(), threading.Event()

    def encode() -> Tokens:
        calls.append(1)
        first_encodes.set()
        second_asked.wait(5)
        return tokens

    def second() -> Tokens:
        first_encodes.wait(5)
        threading.Timer(0.05, second_asked.set).start()
        return cache.get("e", "a", encode)

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(cache.get, "e", "a", encode), pool.submit(second)]
        assert all(future.result(10) is tokens for future in asked)
    assert len(calls) == 1


def test_what_nobody_asks_for_is_forgotten(tokens: Tokens) -> None:
    cache = TokenCache(lifetime=0.05)
    cache.get("e", "left", lambda: tokens)
    limit = time.monotonic() + 10
    while len(cache) and time.monotonic() < limit:
        time.sleep(0.01)
    assert len(cache) == 0
    assert cache.get("e", "left", lambda: tokens) is tokens
    assert cache.misses == 2


def test_what_is_encoded_together_is_what_is_encoded_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "CACHE", TokenCache())
    pictures = [Image.new("RGB", size, color) for size, color in (((64, 48), "red"), ((40, 90), "blue"))]
    for encoder, items in (
        ("minilm", ["what is this?", "is there a large red bird on the left?", "what is this?"]),
        ("efficientnet-lite0", pictures),
    ):
        encode_together(encoder, items)
        monkeypatch.setattr(cache, "_tokens", lambda *_: pytest.fail("it is kept"))
        for item in items:
            found, alone = encoded(encoder, item), load_encoder(encoder).encode([item])
            assert (found.words, found.grid) == (alone.words, alone.grid)
            torch.testing.assert_close(found.mask, alone.mask)
            torch.testing.assert_close(found.sequence, alone.sequence, atol=1e-4, rtol=1e-4)
            torch.testing.assert_close(found.pooled, alone.pooled, atol=1e-4, rtol=1e-4)
        encode_together(encoder, items)  # nothing is encoded again
        monkeypatch.undo()
        monkeypatch.setattr(cache, "CACHE", TokenCache())
