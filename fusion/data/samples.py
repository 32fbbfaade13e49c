"""Samples of a task as rows into two token stores, and their batches."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from fusion.data.store import TokenStore, encode_all
from fusion.inputs import clean_picture, clean_text, content_key
from fusion.progress import Progress
from fusion.tasks import Example


@dataclass(frozen=True)
class Samples:
    """Encoded samples of one split.

    image_rows, text_rows: (Q,) rows into the stores; a picture with several questions is stored once.
    labels: (Q,) class of each. kinds, groups: what `Example` says of each.
    fingerprint: changes with any picture, text or label.
    """

    images: TokenStore
    texts: TokenStore
    image_rows: Tensor
    text_rows: Tensor
    labels: Tensor
    kinds: tuple[str, ...]
    groups: tuple[str, ...]
    fingerprint: str

    def __len__(self) -> int:
        return len(self.labels)

    def subset(self, keep: Tensor) -> "Samples":
        """The samples at the positions `keep`, over the same stores."""
        return replace(
            self,
            image_rows=self.image_rows[keep],
            text_rows=self.text_rows[keep],
            labels=self.labels[keep],
            kinds=tuple(self.kinds[i] for i in keep.tolist()),
            groups=tuple(self.groups[i] for i in keep.tolist()),
        )

    def split(self, share: float, seed: int) -> tuple["Samples", "Samples"]:
        """Two parts, the second with about `share` of the groups; no group stands in both."""
        groups = sorted(set(self.groups))
        random.Random(seed).shuffle(groups)
        second = set(groups[: max(1, round(share * len(groups)))])
        in_second = torch.tensor([group in second for group in self.groups])
        return self.subset(torch.where(~in_second)[0]), self.subset(torch.where(in_second)[0])

    def batches(self, size: int, generator: torch.Generator | None = None) -> Iterator[Tensor]:
        """Positions of about `size` samples at a time, those of one picture together so that it is read and
        aligned once; shuffled by picture when a generator is given."""
        order = torch.argsort(self.image_rows, stable=True)
        _, counts = torch.unique_consecutive(self.image_rows[order], return_counts=True)
        blocks = order.split(counts.tolist())
        turn = range(len(blocks)) if generator is None else torch.randperm(len(blocks), generator=generator)
        batch: list[Tensor] = []
        filled = 0
        for i in map(int, turn):
            batch.append(blocks[i])
            filled += len(blocks[i])
            if filled >= size:
                yield torch.cat(batch)
                batch, filled = [], 0
        if batch:
            yield torch.cat(batch)


def encode_examples(
    examples: Sequence[Example],
    labels: Sequence[str],
    image_encoder: str,
    text_encoder: str,
    progress: Progress,
) -> Samples:
    """Encode each different picture and text of `examples` once."""
    paths = list(dict.fromkeys(example.picture for example in examples))
    texts = list(dict.fromkeys(clean_text(example.text) for example in examples))
    picture_keys = [_file_key(path) for path in paths]
    images = encode_all(image_encoder, picture_keys, lambda i: clean_picture(paths[i]), progress)
    text_store = encode_all(text_encoder, [content_key(t) for t in texts], lambda i: texts[i], progress)
    path_row = {path: i for i, path in enumerate(paths)}
    text_row = {text: i for i, text in enumerate(texts)}
    classes = {label: i for i, label in enumerate(labels)}
    key_of = dict(zip(paths, picture_keys, strict=True))
    lines = [f"{key_of[e.picture]} {e.label} {e.text}" for e in examples]
    return Samples(
        images=images,
        texts=text_store,
        image_rows=torch.tensor([path_row[e.picture] for e in examples]),
        text_rows=torch.tensor([text_row[clean_text(e.text)] for e in examples]),
        labels=torch.tensor([classes[e.label] for e in examples]),
        kinds=tuple(e.kind for e in examples),
        groups=tuple(e.group for e in examples),
        fingerprint=hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16],
    )


def _file_key(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
