"""Files in the place of what a fit or a lesson wrote: cut, forged, of other versions, or pickles."""

import json
import pickle
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import torch
from PIL import Image
from safetensors.torch import load as from_bytes
from safetensors.torch import save as to_bytes

import fusion
from fusion import checkpoint
from fusion.fuzz.case import Case, Fault, Make, damaged, one_of
from fusion.fuzz.words import absurd_name, place_or_address, text
from fusion.lens import Lens
from fusion.paths import CHECKPOINTS
from fusion.strategies import STRATEGIES
from fusion.teach.file import model_card

FITTED = 4  # checkpoints that are spoiled
_NUMBERS: tuple[Any, ...] = (0, -1, 1, 2, 3, 10**9, 2**63, 10**30, 0.5, float("nan"), float("inf"), 1e-300)
_OTHERS: tuple[Any, ...] = (None, True, "", "x", [], {}, [1, 2], ["a", "a"], {"a": 1}, [[]], "1", "../../x")


@contextmanager
def opened(folder: Path) -> Iterator[Make]:
    """With files that are as they should be, to be spoiled."""
    fitted = [CHECKPOINTS.glob(f"clipart-topics/*/{name}.safetensors") for name in STRATEGIES.names()]
    good = [path.read_bytes() for paths in fitted[:FITTED] for path in paths]
    picture = Image.new("RGB", (64, 48), "teal")
    taught = fusion.load().teach({"ant": [(picture, "six legs"), "a.png"], "bee": [(None, "it buzzes")]})
    for i, known in enumerate((taught, taught.fine_tuned())):
        known.save(folder / f"{i}.safetensors")
        good.append((folder / f"{i}.safetensors").read_bytes())
        fusion.load(folder / f"{i}.safetensors")
    marker = folder / "marker"

    def make(random: Random, place: Path) -> Case:
        what, data = one_of(random, _MAKERS)(random, random.choice(good), marker)
        name = (
            absurd_name(random)
            if random.random() < 0.1
            else f"file{random.choice(('.safetensors', '.pt', ''))}"
        )
        path = place / name
        try:
            path.write_bytes(data)
        except (OSError, ValueError):
            path = place / "file.safetensors"
            path.write_bytes(data)
        source: Any = place_or_address(random) if random.random() < 0.05 else path

        def attempt() -> Any:
            try:
                return _opened(source, picture)
            finally:
                if marker.exists():
                    marker.unlink()
                    raise Fault("a pickle was run")

        return Case(what, attempt)

    yield make


def _opened(source: Any, picture: Image.Image) -> Any:
    """All that such a file is good for."""
    checkpoint.find("clipart-topics", "efficientnet-lite0", "minilm", [Path(source).parent])
    known = fusion.load(source)
    if isinstance(known, Lens):
        return [known.ask(picture, "What is this?"), known.classify(picture, "words"), list(known.labels)]
    told = [known.classify(picture, "words"), known.to_dict(), model_card(known)]
    if len(known.labels) < 20:
        known.fine_tuned().classify(None, "words")
    return told


def parts(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The header of a safetensors file and what comes behind it."""
    (size,) = struct.unpack_from("<Q", data)
    return json.loads(data[8 : 8 + size]), data[8 + size :]


def joined(header: dict[str, Any] | bytes, body: bytes) -> bytes:
    """The file of such a header."""
    told = header if isinstance(header, bytes) else json.dumps(header).encode("utf-8", "surrogatepass")
    return struct.pack("<Q", len(told)) + told + body


def _damaged(random: Random, good: bytes, marker: Path) -> tuple[str, bytes]:
    return "a damaged file", damaged(random, good)


def _cut(random: Random, good: bytes, marker: Path) -> tuple[str, bytes]:
    return "a file cut short", good[: random.choice((0, 1, 7, 8, 9, 100, random.randrange(len(good))))]


def _length(random: Random, good: bytes, marker: Path) -> tuple[str, bytes]:
    size = random.choice((0, 1, 2, len(good), 2**31, 2**32, 2**63, 2**64 - 1))
    return "a header whose length lies", struct.pack("<Q", size) + good[8:]


def _tensors(random: Random, good: bytes, marker: Path) -> tuple[str, bytes]:
    """Shapes, types and places that are not so."""
    header, body = parts(good)
    name = random.choice([name for name in header if name != "__metadata__"])
    way = random.randrange(6)
    if way == 0:
        header[name]["dtype"] = random.choice(("F64", "I8", "BOOL", "F8_E4M3", "BF16", "X", 5, None, "U64"))
    elif way == 1:
        header[name]["shape"] = random.choice(
            ([], [0], [-1], [2**63], [2**32, 2**32], [0.5], "x", None, [1] * 300)
        )
    elif way == 2:
        header[name]["data_offsets"] = random.choice(
            ([0, 0], [-1, 5], [0, 2**63], [9, 3], [0], None, [0, len(body)])
        )
    elif way == 3:
        del header[name]
    elif way == 4:
        header[random.choice(("x", "", "../../x", "strategy.\0", text(random, 90)))] = header.pop(name)
    else:
        header[name] = random.choice(({}, [], None, 5, {"dtype": "F16"}))
    return "tensors that are not so", joined(header, body)


def _values(random: Random, good: bytes, marker: Path) -> tuple[str, bytes]:
    """Tensors of other shapes, types or numbers, in a file that is sound itself."""
    header, _ = parts(good)
    tensors = from_bytes(good)
    for name in random.sample(sorted(tensors), random.choice((1, 1, 3))):
        x, way = tensors[name], random.randrange(9)
        if way == 0 and x.is_floating_point():
            x = torch.full_like(x, random.choice((float("nan"), float("inf"), -float("inf"), 6e4, 0.0)))
        elif way == 1:
            x = x.to(random.choice((torch.float64, torch.int8, torch.bool, torch.bfloat16, torch.int64)))
        elif way == 2:
            x = x[..., :1]
        elif way == 3:
            x = torch.cat([x, x]) if x.dim() else x
        elif way == 4:
            x = x[None]
        elif way == 5:
            x = x.T if x.dim() == 2 else x[:0]
        elif way == 6:
            x = torch.zeros(())
        elif way == 7:
            x = x * 0 - 5 if x.dtype != torch.bool else ~x
        else:
            x = x + random.choice((1, 99, 10**6)) if x.dtype != torch.bool else x[:0]
        tensors[name] = x.contiguous()
    return "tensors of other shapes and numbers", to_bytes(tensors, metadata=header["__metadata__"])


def _metadata(random: Random, good: bytes, marker: Path) -> tuple[str, bytes]:
    header, body = parts(good)
    told = header["__metadata__"]
    odd = random.choice(
        (
            lambda: {},
            lambda: {"card": ""},
            lambda: {
                "card": random.choice(("null", "[]", "5", '"x"', "{}", "[" * 10**5, '{"a":' * 10**5, "NaN"))
            },
            lambda: {**told, "card": told["card"][: random.randrange(len(told["card"]))]},
            lambda: {
                **told,
                "kind": random.choice(("pickle", "taught", "fitted", "x" * 10**6, "\x1b[2J", "a/b")),
            },
            lambda: {**told, "x": "y" * 20_000_000},
            lambda: {**told, **{str(i): "" for i in range(20_000)}},
            lambda: {**told, "card": json.loads(told["card"])},
            lambda: None,
            lambda: {**told, "model_card": text(random)},
        )
    )()
    return "other metadata", joined({**header, "__metadata__": odd}, body)


def _raw(random: Random, good: bytes, marker: Path) -> tuple[str, bytes]:
    _, body = parts(good)
    head = random.choice(
        (b"{", b"", b"[]", b"null", b"{}", b"\xff" * 9, b"[" * 10**5, b'{"a":' * 10**5, b" " * 10**6)
    )
    return "a header that is none", joined(head, body)


def _card(random: Random, good: bytes, marker: Path) -> tuple[str, bytes]:
    """One or several entries of the card, anywhere in it, replaced or left out."""
    header, body = parts(good)
    told = header["__metadata__"]
    card = json.loads(told["card"])
    for _ in range(random.choice((1, 1, 1, 4))):
        _spoil(random, card)
    return "a card that lies", joined({**header, "__metadata__": {**told, "card": json.dumps(card)}}, body)


def _spoil(random: Random, card: Any) -> None:
    inside = [
        one for one in (card.values() if isinstance(card, dict) else card) if isinstance(one, dict | list)
    ]
    inside = [one for one in inside if one]
    if inside and random.random() < 0.5:
        _spoil(random, random.choice(inside))
        return
    place: Any = random.choice(list(card) if isinstance(card, dict) else range(len(card)))
    odd: list[Callable[[], Any]] = [
        lambda: random.choice(_NUMBERS),
        lambda: random.choice(_NUMBERS),
        lambda: random.choice(_OTHERS),
        lambda: text(random, 3000),
        lambda: place_or_address(random),
        lambda: random.choice(
            (*STRATEGIES.names(), "taught", "photos", "minilm", "clip-vit-b-32", "cifar10")
        ),
        lambda: ["ant"] * random.choice((1, 20, 10**6)),
    ]
    if random.random() < 0.15 and isinstance(card, dict):
        del card[place]
    else:
        card[place] = random.choice(odd)()


def _version(random: Random, good: bytes, marker: Path) -> tuple[str, bytes]:
    header, body = parts(good)
    told = header["__metadata__"]
    version = random.choice((0, 1, 2, 3, 99, "2", None, 2.5, [2]))
    card = {**json.loads(told["card"]), "format": version}
    return "another version", joined({**header, "__metadata__": {**told, "card": json.dumps(card)}}, body)


class _Planted:
    """Writes a file where it is loaded."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.marker,)


def _pickle(random: Random, good: bytes, marker: Path) -> tuple[str, bytes]:
    planted = _Planted(marker)
    way = random.randrange(5)
    if way == 0:
        return "a pickle", pickle.dumps(planted, random.choice((0, 2, 5)))
    if way == 1:
        file = BytesIO()
        torch.save({"weight": planted}, file)
        return "a pickle in torch's archive", file.getvalue()
    if way == 2:
        return "a pickle behind a length", struct.pack("<Q", 9) + pickle.dumps(planted)
    if way == 3:
        file = BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("archive/data.pkl", pickle.dumps(planted))
        return "a pickle in an archive", file.getvalue()
    return "a file with a pickle behind it", good + pickle.dumps(planted)


def _noise(random: Random, good: bytes, marker: Path) -> tuple[str, bytes]:
    start = random.choice((b"", b"\x89HDF", b"GGUF", b"PK\3\4", b"{}", b"\x80\4", bytes(8), b"\1" + bytes(7)))
    return "no such file", start + random.randbytes(random.choice((0, 50, 5000)))


_MAKERS: list[tuple[int, Callable[[Random, bytes, Path], tuple[str, bytes]]]] = [
    (12, _damaged),
    (6, _cut),
    (4, _length),
    (14, _tensors),
    (20, _values),
    (10, _metadata),
    (4, _raw),
    (30, _card),
    (4, _version),
    (9, _pickle),
    (3, _noise),
]
