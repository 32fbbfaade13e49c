"""Samples of a task as rows into two token stores, and their batches."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from fusion.augment import augment_picture, drop_words
from fusion.data.store import TokenStore, encode_all
from fusion.encoders.base import Imagined
from fusion.inputs import clean_picture, clean_text, content_key
from fusion.progress import Progress
from fusion.tasks import Drawn, Example


@dataclass(frozen=True)
class Samples:
    """Encoded samples of one split.

    image_rows, text_rows: (Q,) rows into the stores; a picture with several questions is stored once.
    labels: (Q,) class of each. original: (Q,) false for augmented copies. kinds, groups: what `Example` says
    of each. fingerprint: changes with any picture, text or label. accepted: the classes that count as right
    for each. held_out: (Q,) true where the task itself keeps a sample for validation.
    """

    images: TokenStore
    texts: TokenStore
    image_rows: Tensor
    text_rows: Tensor
    labels: Tensor
    original: Tensor
    kinds: tuple[str, ...]
    groups: tuple[str, ...]
    fingerprint: str
    accepted: tuple[tuple[int, ...], ...]
    held_out: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def subset(self, keep: Tensor) -> "Samples":
        """The samples at the positions `keep`, over the same stores."""
        return replace(
            self,
            image_rows=self.image_rows[keep],
            text_rows=self.text_rows[keep],
            labels=self.labels[keep],
            original=self.original[keep],
            kinds=tuple(self.kinds[i] for i in keep.tolist()),
            groups=tuple(self.groups[i] for i in keep.tolist()),
            accepted=tuple(self.accepted[i] for i in keep.tolist()),
            held_out=self.held_out[keep],
        )

    def split(self, share: float, seed: int) -> tuple["Samples", "Samples"]:
        """Two parts, for training and for validation; no group stands in both, no augmented copy in the
        second.

        The second is what the task holds out, or where it does not about `share` of the groups.
        """
        if self.held_out.any():
            kept = self.held_out & self.original
            return self.subset(torch.where(~self.held_out)[0]), self.subset(torch.where(kept)[0])
        groups = sorted(set(self.groups))
        random.Random(seed).shuffle(groups)
        second = set(groups[: max(1, round(share * len(groups)))])
        in_second = torch.tensor([group in second for group in self.groups])
        return self.subset(torch.where(~in_second)[0]), self.subset(torch.where(in_second & self.original)[0])

    def few(self, shots: int, seed: int) -> "Samples":
        """At most `shots` samples of each class, drawn by the seed, and their augmented copies."""
        originals = torch.where(self.original)[0]
        order = originals[torch.randperm(len(originals), generator=torch.Generator().manual_seed(seed))]
        drawn = [order[self.labels[order] == label][:shots] for label in self.labels.unique()]
        # Copies follow the originals, view after view in the same order (`augmented`).
        views = range(0, len(self), len(originals))
        return self.subset(torch.cat([torch.cat(drawn).sort().values + view for view in views]))

    def right(self, logits: Tensor) -> Tensor:
        """(Q, classes) to (Q,) true where the likeliest class is an accepted answer."""
        best = logits.argmax(1).tolist()
        return torch.tensor([answer in known for answer, known in zip(best, self.accepted, strict=True)])

    def batches(
        self, size: int, generator: torch.Generator | None = None, among: Tensor | None = None
    ) -> Iterator[Tensor]:
        """Positions of about `size` samples at a time, those of one picture together so that it is read and
        aligned once; shuffled by picture when a generator is given. among: the positions to take, all unless
        given."""
        among = torch.arange(len(self)) if among is None else among
        order = among[torch.argsort(self.image_rows[among], stable=True)]
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
    together: bool = False,
    folder: Path | None = None,
) -> Samples:
    """Encode each different picture and text of `examples` once. together, folder: as in `encode_all`."""
    views = list(dict.fromkeys((example.picture, example.view) for example in examples))
    texts = [_text(example) for example in examples]
    distinct = list(dict.fromkeys(texts))
    files = {picture: _key(picture) for picture, _ in views}
    picture_keys = [f"{files[picture]} {view}" if view else files[picture] for picture, view in views]
    images = encode_all(
        image_encoder, picture_keys, lambda i: _picture(*views[i]), progress, folder, together
    )
    text_keys = [content_key(text) for text in distinct]
    text_store = encode_all(text_encoder, text_keys, lambda i: distinct[i], progress, folder, together)
    view_row = {view: i for i, view in enumerate(views)}
    text_row = {text: i for i, text in enumerate(distinct)}
    classes = {label: i for i, label in enumerate(labels)}
    lines = [f"{files[e.picture]} {e.view} {e.label} {text}" for e, text in zip(examples, texts, strict=True)]
    return Samples(
        images=images,
        texts=text_store,
        image_rows=torch.tensor([view_row[e.picture, e.view] for e in examples]),
        text_rows=torch.tensor([text_row[text] for text in texts]),
        labels=torch.tensor([classes.get(e.label, -1) for e in examples]),
        original=torch.tensor([e.view == 0 for e in examples]),
        kinds=tuple(e.kind for e in examples),
        groups=tuple(e.group for e in examples),
        accepted=tuple(
            tuple(classes[answer] for answer in e.accepted or (e.label,) if answer in classes)
            for e in examples
        ),
        held_out=torch.tensor([e.validation for e in examples], dtype=torch.bool),
        fingerprint=hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16],
    )


def augmented(examples: Sequence[Example], copies: int) -> list[Example]:
    """The examples, and `copies` augmented views of each."""
    return [replace(example, view=view) for view in range(copies + 1) for example in examples]


def picture_of(source: Path | Drawn) -> Image.Image:
    """The RGB picture of an example; raises UserError where its file is no picture."""
    picture = clean_picture(source) if isinstance(source, Path) else source.draw()
    assert picture is not None
    return picture.picture if isinstance(picture, Imagined) else picture


def _picture(source: Path | Drawn, view: int) -> Image.Image | Imagined:
    """A picture as it is, or the same augmented view of it each time."""
    picture = clean_picture(source) if isinstance(source, Path) else source.draw()
    assert picture is not None
    if not view or isinstance(picture, Imagined):
        return picture
    # Mirrored pictures would give wrong answers to questions about left and right.
    return augment_picture(picture, _generator(_key(source), view), flip=False)


def _text(example: Example) -> str:
    """A text as it is, or with words dropped, the same ones each time."""
    text = clean_text(example.text)
    return drop_words(text, _generator(text, example.view)) if example.view else text


def _generator(name: str, view: int) -> torch.Generator:
    digest = hashlib.sha256(f"{name} {view}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))


def _key(picture: Path | Drawn) -> str:
    """Changes with the picture's content."""
    if not isinstance(picture, Path):
        return hashlib.sha256(picture.key.encode()).hexdigest()
    with picture.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
