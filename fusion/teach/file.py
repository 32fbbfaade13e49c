"""What was taught, as one safetensors file: features of the examples, no picture and no text."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor

from fusion.checkpoint import encoder_marks
from fusion.errors import UserError
from fusion.markdown import plain
from fusion.paths import written_whole
from fusion.teach.cache_model import CacheModel, Trust
from fusion.teach.given import clean_name
from fusion.teach.head import Head
from fusion.teach.taught import Side, Taught
from fusion.teach.trial import Trial

KIND = "taught"
FORMAT = 1


def save(taught: Taught, path: Path) -> None:
    """Write it whole or not at all."""
    with written_whole(path) as draft:
        draft.write_bytes(to_file(taught))


def to_file(taught: Taught) -> bytes:
    """The file's bytes. Metadata: "kind" is "taught", "card" what it says of itself in JSON, "model_card" the
    same for people."""
    tensors: dict[str, Tensor] = {"labels": taught.example_labels}
    sides = {}
    for modality, side in taught.sides.items():
        for name, x in (
            ("keys", side.model.keys),
            ("names", side.names),
            ("mean", side.mean),
            ("rows", side.rows),
        ):
            tensors[f"{modality}.{name}"] = x.contiguous()
        trust = side.model.trust
        sides[modality] = {
            "names": trust.names,
            "alpha": trust.alpha,
            "sharpness": trust.sharpness,
            "spread": side.model.spread,
            "scale": side.scale,
            "weight": side.weight,
        }
    if taught.head is not None:
        tensors |= {"head": taught.head.weights.contiguous(), "head.right": taught.head.right}
    card = {
        "format": FORMAT,
        "labels": taught.labels,
        "image_encoder": taught.image_encoder,
        "text_encoder": taught.text_encoder,
        "encoder_marks": encoder_marks(taught.image_encoder, taught.text_encoder),
        "sides": sides,
        "trial": asdict(taught.trial),
        "tuned_trial": None if taught.tuned_trial is None else asdict(taught.tuned_trial),
    }
    metadata = {"kind": KIND, "card": json.dumps(card), "model_card": model_card(taught)}
    return bytes(to_bytes(tensors, metadata=metadata))


def load(path: str | Path) -> Taught:
    """What `Taught.save` wrote; raises UserError where the file is damaged, of another kind, or for encoders
    that have changed since."""
    path = Path(path)
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("kind") != KIND:
                raise UserError(f"{path.name} holds nothing that was taught.")
            card: dict[str, Any] = json.loads(metadata["card"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}
        taught = _taught(card, tensors, path.name)
        _try(taught)
        return taught
    except UserError:
        raise
    except Exception as error:  # what is forged fails in whatever way it was forged
        raise UserError(f"{path.name} is damaged or cannot be read; save it again.") from error


def _taught(card: Mapping[str, Any], tensors: Mapping[str, Tensor], name: str) -> Taught:
    if card["format"] != FORMAT:
        raise UserError(f"{name} has another format; teach it again.")
    pair = card["image_encoder"], card["text_encoder"]
    if json.loads(json.dumps(encoder_marks(*pair))) != card["encoder_marks"]:
        raise UserError(f"{name} was taught with another version of its encoders; teach it again.")
    if not all(x.isfinite().all() for x in tensors.values() if x.is_floating_point()):
        raise UserError(f"{name} holds numbers that are not finite; teach it again.")
    labels, names = tensors["labels"], card["labels"]
    n = len(names)
    if sorted({clean_name(label) for label in names}) != sorted(names):
        raise ValueError("labels are different names")
    if labels.dtype != torch.long or labels.dim() != 1 or not _within(labels, n) or len(labels) < 2:
        raise ValueError("labels are the places of names")
    sides = {}
    for modality, told in card["sides"].items():
        keys, rows = tensors[f"{modality}.keys"], tensors[f"{modality}.rows"]
        if modality not in ("image", "text") or not _within(rows, len(labels)):
            raise ValueError("rows are the places of examples")
        trust = Trust(told["names"], told["alpha"], told["sharpness"])
        model = CacheModel(keys, labels[rows], n, trust, told["spread"])
        encoder = pair[0] if modality == "image" else pair[1]
        told_by_name, mean = tensors[f"{modality}.names"], tensors[f"{modality}.mean"]
        if told_by_name.shape != (len(rows), n) or keys.shape != (len(rows), len(mean)):
            raise ValueError("as many rows as examples")
        numbers = (
            told["names"],
            told["alpha"],
            told["sharpness"],
            told["spread"],
            told["scale"],
            told["weight"],
        )
        if not all(isfinite(number) for number in numbers) or min(told["spread"], told["scale"]) <= 0:
            raise ValueError("numbers to count with")
        sides[modality] = Side(encoder, model, rows, told_by_name, mean, told["scale"], told["weight"])
    head, tried = None, card["tuned_trial"]
    if "head" in tensors:
        head = Head(tensors["head"], (), 0, tensors["head.right"])
        if head.right.shape != labels.shape or tried is None:
            raise ValueError("a trial of the head")
    return Taught(
        tuple(names),
        *pair,
        sides,
        labels,
        _trial(card["trial"], len(labels)),
        head=head,
        tuned_trial=None if tried is None else _trial(tried, len(labels)),
    )


def _trial(told: Mapping[str, Any], n: int) -> Trial:
    found = Trial(**told)
    if not 0 <= found.right <= found.n == n or not 0 < found.chance <= 1 or not 0 <= found.alone <= n:
        raise ValueError("so many of so many")
    return found


def _within(places: Tensor, n: int) -> bool:
    return bool(((places >= 0) & (places < n)).all())


def _try(taught: Taught) -> None:
    """Raises where it cannot answer, as its numbers may not fit each other or what the encoders give."""
    picture = Image.new("RGB", (32, 32)) if "image" in taught.sides else None
    reply = taught.reply(picture, "words" if "text" in taught.sides else "")
    if not all(isfinite(share) for result in reply.results for _, share in result.answers):
        raise ValueError("answers are numbers")
    if taught.head is not None and taught.head.weights.shape[1] != sum(
        side.model.keys.shape[1] for side in taught.sides.values()
    ):
        raise ValueError("a head over what is known")


def model_card(taught: Taught) -> str:
    """What it is and how far it can be trusted, for a person, in Markdown."""
    lines = [
        "# Taught with Fusion Lens",
        "",
        f"Tells {', '.join(map(plain, taught.labels))} apart, by {taught.image_encoder} and "
        f"{taught.text_encoder}: a cache model over frozen features (Tip-Adapter, Zhang et al. 2022)"
        + ("" if taught.head is None else ", and a linear head on top of it")
        + ". It holds features of the examples, no picture and no text.",
        "",
        "| class | examples | pictures | texts |",
        "|---|---|---|---|",
        *(
            f"| {plain(label)} | {of['examples']} | {of['pictures']} | {of['texts']} |"
            for label, of in taught.counts.items()
        ),
        "",
        f"Examples told right when left out: {taught.trial.right} of {taught.trial.n} without training"
        + (
            ""
            if taught.tuned_trial is None
            else f", {taught.tuned_trial.right} of {taught.tuned_trial.n} fine-tuned (held out in parts)"
        )
        + f"; always naming the most frequent class: {100 * taught.trial.chance:.0f} %. What is none of "
        "these classes gets one of them all the same.",
        "",
        "    import fusion",
        '    fusion.load("taught.safetensors").classify("picture.jpg")',
    ]
    if taught.warning:
        lines += ["", taught.warning]
    return "\n".join(lines)
