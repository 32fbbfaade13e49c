"""What a case is, and what may become of it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, TypeVar

ANSWERED, REFUSED, FAULT = "answered", "refused", "fault"

T = TypeVar("T")


@dataclass(frozen=True)
class Case:
    """what: in a few words. attempt: gives an answer, or raises UserError, Refused or Fault."""

    what: str
    attempt: Callable[[], Any]


Make = Callable[[Random, Path], Case]  # from a folder of the case's own, which is empty


@dataclass(frozen=True)
class Kind:
    """Cases of one kind.

    share: of all cases, in parts of the sum of shares. opened: what they need while they last, in the process
    that tries them; the folder is for what all of them share. Gives what makes a case. watched: whether that
    process is watched itself; otherwise it watches what it has started.
    """

    name: str
    share: int
    opened: Callable[[Path], Any]
    watched: bool = True


class Refused(Exception):
    """A server's answer that refuses; its text is what a person would read."""


class Fault(Exception):
    """What must not happen, told by its text."""


@dataclass(frozen=True)
class Outcome:
    """kind, number: of the case. result: answered, refused or fault. told: a sentence on it. megabytes: the
    most memory while it ran."""

    kind: str
    number: int
    what: str
    result: str
    told: str
    seconds: float
    megabytes: float


def needs_nothing(make: Make) -> Callable[[Path], Any]:
    """For `Kind.opened`."""
    return lambda folder: nullcontext(make)


def one_of(random: Random, makers: Sequence[tuple[int, Callable[..., T]]]) -> Callable[..., T]:
    """One of several, each as often as its weight says."""
    weights, found = zip(*makers, strict=True)
    return random.choices(found, weights)[0]


def damaged(random: Random, data: bytes) -> bytes:
    """Bytes cut short, flipped, wiped, doubled, or with others among them."""
    if not data:
        return data
    at = random.randrange(len(data))
    end = min(len(data), at + random.choice((1, 4, 64, 4096)))
    way = random.randrange(7)
    if way == 0:
        return data[:at]
    if way == 1:
        return data[: random.randrange(min(64, len(data)))]
    if way == 2:
        return data[:at] + random.randbytes(end - at) + data[end:]
    if way == 3:
        return data[:at] + bytes([random.choice((0, 255))]) * (end - at) + data[end:]
    if way == 4:
        return data[:at] + random.randbytes(random.choice((1, 7, 300))) + data[at:]
    if way == 5:
        return data + data[at:end]
    flipped = bytearray(data)
    for _ in range(random.choice((1, 3, 30))):
        flipped[random.randrange(min(len(data), random.choice((32, len(data)))))] ^= 1 << random.randrange(8)
    return bytes(flipped)


@contextmanager
def nothing_new(folder: Path) -> Iterator[None]:
    """Nothing may appear in a folder while the block runs."""
    before = {path.name for path in folder.iterdir()}
    yield
    if new := {path.name for path in folder.iterdir()} - before:
        raise Fault(f"{len(new)} files were written where nothing belongs")
