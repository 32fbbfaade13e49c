"""Learn what ImageNet's classes do not say of the names: `python -m fusion.encoders.train_evidence`.

The cut-outs that scenes are trained on, each by itself on many backdrops, and the things of labelled
photographs teach a linear layer over the frozen network's features. It adds to the classes' own vote and is
kept small; on photographs, whatever they show, it is held to that vote (Li and Hoiem 2016, arXiv 1606.09282).
"""

import random
from collections.abc import Sequence
from contextlib import closing

import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from safetensors.torch import save_file
from torch import Tensor

from fusion.encoders import load_encoder
from fusion.encoders.efficientnet_lite0 import LARGEST, EfficientNetLite0
from fusion.encoders.evidence import FEATURES, FILE, RANK, Evidence
from fusion.errors import UserError
from fusion.pack.fetch import material_folder
from fusion.paths import written_whole
from fusion.progress import Bars, Progress
from fusion.scenes.objects import SceneObject, fetched, objects
from fusion.scenes.photographs import crops, part_of
from fusion.scenes.scene import Box, portrait
from fusion.tasks.photos import test_files
from fusion.vocabulary import kinds, vocabulary

SIDE = 256  # pixels
PHOTO_VIEWS, DRAWN_VIEWS, CROP_VIEWS = 10, 1, 3
THINGS = 0.3  # share of the labelled things, mostly birds, in what is learned from
STEPS, BATCH, RATE = 500, 256, 3e-3
SHRINK = 0.003  # weight of the squared rows
HELD = 2.0  # weight of what photographs without a label are held to


def main() -> None:
    if not fetched():
        raise UserError("The cut-outs are not fetched; run: python -m fusion.pack fetch.")
    encoder = load_encoder("efficientnet-lite0")
    assert isinstance(encoder, EfficientNetLite0)
    with closing(Bars()) as bars:
        cut_outs, things = _cut_outs(encoder, bars), _things(encoder, bars)
        features, names = (torch.cat(pair) for pair in zip(cut_outs, things, strict=True))
        n, m = len(cut_outs[1]), len(things[1])
        weights = torch.tensor([(1 - THINGS) / n] * n + [THINGS / max(1, m)] * m)
        free = _photographs(encoder, bars)
    state = learn(encoder, features, names, weights, free) | {"vectors": _vectors()}
    with written_whole(FILE) as draft:
        save_file({name: x.half().contiguous() for name, x in state.items()}, draft)
    print(f"{FILE.name}: {len(vocabulary())} names, {FILE.stat().st_size / 1e6:.2f} MB")


def learn(
    encoder: EfficientNetLite0, features: Tensor, names: Tensor, weights: Tensor, free: Tensor
) -> dict[str, Tensor]:
    """What `Evidence` reads but the vectors.

    From features (S, FEATURES) of the names (S,), drawn by their weights (S,), and of photographs without a
    label (P, FEATURES).
    """
    torch.manual_seed(0)
    mean, scale = free.mean(0), 1 / (free.std(0) + 0.05)
    blank = Evidence(
        {
            "rows": torch.zeros(len(vocabulary()), RANK),
            "basis": torch.zeros(RANK, FEATURES),
            "bias": torch.zeros(len(vocabulary())),
            "mean": mean,
            "scale": scale,
            "vectors": torch.eye(len(vocabulary()), 2),
        }
    )
    plain, free_plain = (blank.strongest(encoder.classify(x)) for x in (features, free))
    x, free_x = ((f - mean) * scale / FEATURES**0.5 for f in (features, free))
    rows = torch.zeros(len(vocabulary()), FEATURES, requires_grad=True)
    bias = torch.zeros(len(vocabulary()), requires_grad=True)
    optimizer = torch.optim.Adam([rows, bias], RATE)
    right = _right()
    for _ in range(STEPS):
        i, j = torch.multinomial(weights, BATCH, True), torch.randint(len(free_x), (BATCH // 2,))
        loss = _unlike(plain[i] + x[i] @ rows.T + bias, right[names[i]])
        held = F.cross_entropy(free_plain[j] + free_x[j] @ rows.T + bias, free_plain[j].softmax(1))
        loss = loss + HELD * held + SHRINK * rows.square().sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    u, s, v = torch.linalg.svd(rows.detach() / FEATURES**0.5, full_matrices=False)
    root = s[:RANK].sqrt()
    return {
        "rows": u[:, :RANK] * root,
        "basis": root[:, None] * v[:RANK],
        "bias": bias.detach(),
        "mean": mean,
        "scale": scale,
    }


def _cut_outs(encoder: EfficientNetLite0, progress: Progress) -> tuple[Tensor, Tensor]:
    """Features and names of the training cut-outs, each seen several times."""
    places = {name.name: i for i, name in enumerate(vocabulary())}
    views = [
        (item, view)
        for item in objects("train")
        for view in range(PHOTO_VIEWS if item.domain == "photo" else DRAWN_VIEWS)
    ]
    names = torch.tensor([places[item.name] for item, _ in views])

    def picture(view: tuple[SceneObject, int]) -> Image.Image:
        return portrait(view[0], random.Random(f"{view[0].key} {view[1]}"), (SIDE, SIDE))

    return _features(encoder, [lambda v=v: picture(v) for v in views], "cut-outs", progress), names


def _things(encoder: EfficientNetLite0, progress: Progress) -> tuple[Tensor, Tensor]:
    """Features and names of the labelled things of photographs, each seen several times."""
    places = {name.name: i for i, name in enumerate(vocabulary())}
    views = [(*crop, view) for crop in crops() for view in range(CROP_VIEWS)]
    names = torch.tensor([places[name] for _, name, _, _ in views], dtype=torch.long)

    def picture(view: tuple[str, str, Box, int]) -> Image.Image:
        random_ = random.Random(f"{view}")
        with Image.open(material_folder() / "open-images" / view[0]) as file:
            part = part_of(file.convert("RGB"), _around(view[2], random_))
        part = part.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        return ImageOps.mirror(part) if random_.random() < 0.5 else part

    return _features(encoder, [lambda v=v: picture(v) for v in views], "things", progress), names


def _around(box: Box, random_: random.Random) -> Box:
    """A box with up to half of its size more on each side, within the picture."""
    wide, high = box[2] - box[0], box[3] - box[1]
    more = [random_.uniform(0, 0.5) * side for side in (wide, high, wide, high)]
    left, top = max(0.0, box[0] - more[0]), max(0.0, box[1] - more[1])
    return left, top, min(1.0, box[2] + more[2]), min(1.0, box[3] + more[3])


def _photographs(encoder: EfficientNetLite0, progress: Progress) -> Tensor:
    """Features of the photographs without a label, but for those of the task `photos`."""
    files = sorted((material_folder() / "open-images").glob("*.jpg"))
    files = [file for file in files if file not in test_files()]

    def picture(i: int) -> Image.Image:
        with Image.open(files[i]) as file:
            return file.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC)

    return _features(encoder, [lambda i=i: picture(i) for i in range(len(files))], "photographs", progress)


def _right() -> Tensor:
    """(V, V) true where the name of a column is right for what a row names: itself, or more particular."""
    every = [set(kinds(name.name)[:-1]) | {name.name} for name in vocabulary()]
    return torch.tensor([[name.name in kinds_ for kinds_ in every] for name in vocabulary()])


def _unlike(scores: Tensor, right: Tensor) -> Tensor:
    """Cross-entropy of scores (B, V) with any of the right names, (B, V) true."""
    return (scores.logsumexp(1) - scores.masked_fill(~right, -torch.inf).logsumexp(1)).mean()


def _features(encoder: EfficientNetLite0, pictures: Sequence, what: str, progress: Progress) -> Tensor:
    found = []
    for start in range(0, len(pictures), 32):
        found.append(encoder.features([draw() for draw in pictures[start : start + 32]], LARGEST))
        progress(what, min(start + 32, len(pictures)), len(pictures))
    return torch.cat(found)


def _vectors() -> Tensor:
    """(V, 384) unit vectors of the names with their other words, in the text encoder's space."""
    texts = [", ".join(name.all_words) for name in vocabulary()]
    encoder = load_encoder("minilm")
    pooled = torch.cat([encoder.encode(texts[i : i + 64]).pooled for i in range(0, len(texts), 64)])
    return F.normalize(pooled, dim=1)


if __name__ == "__main__":
    main()
