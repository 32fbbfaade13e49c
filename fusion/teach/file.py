"""What was taught, as one safetensors file: features of the examples, no picture and no text."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor

from fusion.checkpoint import encoder_marks
from fusion.errors import UserError
from fusion.paths import written_whole
from fusion.teach.cache_model import CacheModel, Trust
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
        return _taught(card, tensors, path.name)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, IndexError) as error:
        if isinstance(error, UserError):
            raise
        raise UserError(f"{path.name} is damaged or cannot be read; save it again.") from error


def _taught(card: Mapping[str, Any], tensors: Mapping[str, Tensor], name: str) -> Taught:
    if card["format"] != FORMAT:
        raise UserError(f"{name} has another format; teach it again.")
    pair = card["image_encoder"], card["text_encoder"]
    if json.loads(json.dumps(encoder_marks(*pair))) != card["encoder_marks"]:
        raise UserError(f"{name} was taught with another version of its encoders; teach it again.")
    if not all(x.isfinite().all() for x in tensors.values() if x.is_floating_point()):
        raise UserError(f"{name} holds numbers that are not finite; teach it again.")
    labels = tensors["labels"]
    n = len(card["labels"])
    sides = {}
    for modality, told in card["sides"].items():
        keys, rows = tensors[f"{modality}.keys"], tensors[f"{modality}.rows"]
        trust = Trust(told["names"], told["alpha"], told["sharpness"])
        model = CacheModel(keys, labels[rows], n, trust, told["spread"])
        encoder = pair[0] if modality == "image" else pair[1]
        names, mean = tensors[f"{modality}.names"], tensors[f"{modality}.mean"]
        if names.shape != (len(rows), n) or keys.shape != (len(rows), len(mean)):
            raise ValueError("as many rows as examples")
        sides[modality] = Side(encoder, model, rows, names, mean, told["scale"], told["weight"])
    head, tried = None, card["tuned_trial"]
    if "head" in tensors:
        head = Head(tensors["head"], (), 0, tensors["head.right"])
    return Taught(
        tuple(card["labels"]),
        *pair,
        sides,
        labels,
        Trial(**card["trial"]),
        head=head,
        tuned_trial=None if tried is None else Trial(**tried),
    )


def model_card(taught: Taught) -> str:
    """What it is and how far it can be trusted, for a person, in Markdown."""
    lines = [
        "# Taught with Fusion Lens",
        "",
        f"Tells {', '.join(taught.labels)} apart, by {taught.image_encoder} and {taught.text_encoder}: a "
        "cache model over frozen features (Tip-Adapter, Zhang et al. 2022)"
        + ("" if taught.head is None else ", and a linear head on top of it")
        + ". It holds features of the examples, no picture and no text.",
        "",
        "| class | examples | pictures | texts |",
        "|---|---|---|---|",
        *(
            f"| {label} | {of['examples']} | {of['pictures']} | {of['texts']} |"
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
