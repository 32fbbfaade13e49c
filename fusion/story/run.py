"""One answer with every tensor on its way, as the model itself made them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from PIL import Image
from torch import Tensor

from fusion.answer import Answer, Reply
from fusion.answering import live_settings
from fusion.checkpoint import Card
from fusion.device import device
from fusion.encoders import load_encoder
from fusion.encoders.base import Piece, Pieced, Prepared, Prepares
from fusion.inputs import clean_picture, clean_text
from fusion.lens import Lens
from fusion.model import FusionModel
from fusion.story.listening import Call, first_tensor, heard, inner, twin
from fusion.strategies import STRATEGIES, Fused, StrategyRecord
from fusion.tokens import Tokens

Modality = Literal["image", "text"]


@dataclass(frozen=True)
class Side:
    """One modality on its way.

    tokens: as encoded, width D. standard: (1, D) the pooled vector on the scale of the training set.
    projected: (1, d) of it. aligned: tokens of width d.
    """

    modality: Modality
    encoder: str
    tokens: Tokens
    standard: Tensor
    projected: Tensor
    aligned: Tokens


@dataclass(frozen=True)
class Run:
    """One answer of one strategy.

    picture, text: cleaned; None and "" where there is none. prepared, pieces: as the encoders take them, None
    and () where an encoder does not tell. chosen: the strategy asked for, which need not be the one that
    answers. layers: what each layer of the strategy gave, by name. head: (1, classes) the head's scores;
    logits: those that the answer is made of, what the picture names added where there is such a path.
    """

    lens: Lens
    picture: Image.Image | None
    text: str
    prepared: Prepared | None
    pieces: tuple[Piece, ...]
    chosen: str
    reply: Reply
    model: FusionModel
    card: Card
    settings: Mapping[str, float]
    image: Side | None
    words: Side | None
    layers: tuple[tuple[str, Tensor], ...]
    fused: Fused
    head: Tensor
    logits: Tensor

    @property
    def answer(self) -> Answer:
        return self.reply.results[0]

    @property
    def strategy(self) -> StrategyRecord:
        """The one that answers."""
        return STRATEGIES[self.answer.strategy]

    @property
    def sides(self) -> tuple[Side, ...]:
        """Those of the modalities that were given."""
        return tuple(side for side in (self.image, self.words) if side is not None)

    @property
    def probabilities(self) -> Tensor:
        """(classes,) in the order of the lens's labels."""
        return self.logits[0].softmax(0)


def run(
    lens: Lens, picture: Image.Image | None, question: str, strategy: str, settings: Mapping[str, float]
) -> Run:
    """The answer of a strategy, or of the unimodal baseline in its place where one input is missing.

    settings: the strategy's, as in `Lens.reply`. Raises UserError where that does.
    """
    given, text = clean_picture(picture), clean_text(question)
    reply = lens.reply(given, text, strategy, settings, contribution=False)
    name = reply.results[0].strategy
    model, card = lens.model(name)
    live = live_settings(name, settings)
    image, words = (None if x is None else x.to(device()) for x in lens.encode(given, text))
    listened = twin(model)
    parts = {
        "head": listened.head,
        **{f"image.{name}": part for name, part in _alignment(listened, "image").items()},
        **{f"text.{name}": part for name, part in _alignment(listened, "text").items()},
    }
    layers = inner(listened.strategy)
    with torch.inference_mode(), heard(parts) as calls, heard(layers) as inside:
        logits, fused = listened(image, words, **live)
    (head,) = (call.gave for call in calls if call.name == "head")
    return Run(
        lens=lens,
        picture=given,
        text=text,
        prepared=None if given is None else _prepared(lens.image_encoder, given),
        pieces=_pieces(lens.text_encoder, text),
        chosen=strategy,
        reply=reply,
        model=model,
        card=card,
        settings=live,
        image=_side("image", lens.image_encoder, image, calls),
        words=_side("text", lens.text_encoder, words, calls),
        layers=tuple((c.name, x.cpu()) for c in inside if (x := first_tensor(c.gave)) is not None),
        fused=fused,
        head=head.cpu(),
        logits=logits.cpu(),
    )


def _alignment(model: FusionModel, modality: Modality) -> dict[str, torch.nn.Module]:
    aligner = model.align_image if modality == "image" else model.align_text
    return {"align": aligner, "project": aligner.project}


def _side(modality: Modality, encoder: str, tokens: Tokens | None, calls: list[Call]) -> Side | None:
    """The pooled vector is the first that an aligner projects."""
    if tokens is None:
        return None
    project = next(call for call in calls if call.name == f"{modality}.project")
    (align,) = (call for call in calls if call.name == f"{modality}.align")
    return Side(
        modality=modality,
        encoder=encoder,
        tokens=tokens.to("cpu"),
        standard=project.given[0].cpu(),
        projected=project.gave.cpu(),
        aligned=align.gave.to("cpu"),
    )


def _prepared(encoder: str, picture: Image.Image) -> Prepared | None:
    loaded = load_encoder(encoder)
    return loaded.prepare(picture) if isinstance(loaded, Prepares) else None


def _pieces(encoder: str, text: str) -> tuple[Piece, ...]:
    loaded = load_encoder(encoder) if text else None
    return loaded.pieces(text) if isinstance(loaded, Pieced) else ()
