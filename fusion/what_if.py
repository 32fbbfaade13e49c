"""What if? A picture with parts painted out and a text with words struck out, before every strategy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from PIL import Image
from torch import Tensor

from fusion.device import device
from fusion.encoders import load_encoder
from fusion.errors import UserError
from fusion.explain.counterfactual import (
    MOST_AREA,
    SIDE,
    Move,
    RegionFlip,
    WordFlip,
    area,
    move,
    smallest_region,
    smallest_words,
)
from fusion.explain.painting import Box, paint_out
from fusion.explain.words import striker
from fusion.inputs import clean_picture, clean_text
from fusion.language import named, say
from fusion.progress import Progress, silent
from fusion.strategies import STRATEGIES
from fusion.tokens import Tokens

if TYPE_CHECKING:
    from fusion.lens import Lens, Picture

Settings = Mapping[str, Mapping[str, float]]  # live parameters by strategy


@dataclass(frozen=True)
class Changed:
    """The picture as it was encoded anew, and how each strategy's answer moved."""

    picture: Image.Image
    moves: tuple[Move, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain types, as `Lens.what_if` gives them back."""
        return {"results": [move_dict(moved) for moved in self.moves]}


@dataclass(frozen=True)
class Flips:
    """The smallest changes of a text and of a picture that flip a strategy's answer.

    words: None for a strategy that reads no text; region: None for one that reads no picture.
    """

    strategy: str
    answer: tuple[str, float]
    text_words: tuple[str, ...]
    labels: Sequence[str]
    words: WordFlip | None
    region: RegionFlip | None

    def to_dict(self) -> dict[str, Any]:
        """Plain types, as `Lens.smallest_flip` gives them back."""
        return {
            "strategy": self.strategy,
            "answer": _answer(*self.answer),
            "words": self._words_dict(),
            "region": self._region_dict(),
            "sentences": [self.of_words, self.of_region],
        }

    @property
    def of_words(self) -> str:
        """In words, what was found about the text."""
        if self.words is None:
            return say("{strategy} does not read the text.", strategy=self.strategy)
        if self.words.struck:
            struck = say(" and ").join(f"“{self.text_words[i]}”" for i in self.words.struck)
            return self._without(struck, self.words)
        if not self.text_words:
            return say("The text holds no word that could be struck out.")
        if self.words.tried == 0:
            return say("The text is too long to strike out its words one by one.")
        if self.words.tried > 1:
            return say("No change of up to {n} words flips it.", n=self.words.tried)
        return say("No single word struck out flips it.")

    @property
    def of_region(self) -> str:
        """In words, what was found about the picture."""
        if self.region is None:
            return say("{strategy} does not look at the picture.", strategy=self.strategy)
        if self.region.box is None:
            return say(
                "No single rectangle on a grid of {side} by {side}, of up to {share} of the picture, flips "
                "it.",
                side=SIDE,
                share=_percent(MOST_AREA),
            )
        box = say("a rectangle of {share} of the picture", share=_percent(area(self.region.box)))
        return self._without(box, self.region)

    def _without(self, missing: str, flip: WordFlip | RegionFlip) -> str:
        return say(
            "Without {missing}, {strategy} answers {now} ({share}) instead of {before}.",
            missing=missing,
            strategy=self.strategy,
            now=named(self.labels[flip.target]),
            share=_percent(flip.probability),
            before=named(self.answer[0]),
        )

    def _words_dict(self) -> dict[str, Any] | None:
        if self.words is None or not self.words.struck:
            return None
        return {
            "struck": list(self.words.struck),
            "words": [self.text_words[i] for i in self.words.struck],
            "answer": _answer(self.labels[self.words.target], self.words.probability),
        }

    def _region_dict(self) -> dict[str, Any] | None:
        if self.region is None or self.region.box is None:
            return None
        return {
            "box": list(self.region.box),
            "share": area(self.region.box),
            "answer": _answer(self.labels[self.region.target], self.region.probability),
        }


def both(picture: "Picture", question: str | None) -> tuple[Image.Image, str]:
    """A picture and a text, cleaned; raises UserError where one is missing."""
    cleaned, text = clean_picture(picture), clean_text(question)
    if cleaned is None or not text:
        raise UserError(say("What if needs a picture and a text."))
    return cleaned, text


def changed(
    lens: "Lens",
    picture: Image.Image,
    text: str,
    boxes: Sequence[Sequence[float]],
    struck: Sequence[int],
    strategies: Sequence[str],
    settings: Settings,
) -> Changed:
    """How the answers move when what lies in the boxes is painted out of a cleaned picture and some words, by
    their places, are struck from a cleaned text.

    Nothing of it is kept: the changed picture passes no cache. Raises UserError for a box that is none and
    for a word that the text lacks.
    """
    image, encoded_text = lens.encode(picture, text)
    assert image is not None and encoded_text is not None
    words = encoded_text.words[0] if encoded_text.words else ()
    painted = paint_out(picture, [_box(box) for box in boxes])
    new_image = load_encoder(lens.image_encoder).encode([painted]) if boxes else image
    strike = striker(lens.text_encoder, text, encoded_text)
    new_text = strike(_kept(len(words), struck)) if struck else encoded_text
    moves = []
    for name in strategies:
        before, after = (
            _shares(lens, name, *tokens, settings.get(name, {}))
            for tokens in ((image, encoded_text), (new_image, new_text))
        )
        moves.append(move(name, before, after, lens.labels))
    return Changed(painted, tuple(moves))


def smallest_flip(
    lens: "Lens",
    picture: Image.Image,
    text: str,
    strategy: str,
    settings: Mapping[str, float],
    progress: Progress = silent,
) -> Flips:
    """The fewest words and a small rectangle without which a strategy's answer is another; the pictures and
    texts on the way are kept nowhere."""
    answered = lens.explaining(picture, text, strategy, settings)

    def repaint(boxes: Sequence[Box]) -> Tokens:
        painted = [paint_out(picture, [box]) for box in boxes]
        return load_encoder(lens.image_encoder).encode(painted).to(device())

    reads = STRATEGIES[strategy].modality
    return Flips(
        strategy=strategy,
        answer=(answered.label, answered.probability),
        text_words=answered.words,
        labels=lens.labels,
        words=smallest_words(answered.case) if reads != "image" else None,
        region=smallest_region(answered.case, repaint, progress) if reads != "text" else None,
    )


def move_dict(moved: Move) -> dict[str, Any]:
    """Plain types."""
    return {
        "strategy": moved.strategy,
        "before": _answer(*moved.before),
        "after": _answer(*moved.after),
        "kept": moved.kept,
        "changed": moved.changed,
    }


def _percent(share: float) -> str:
    """A fraction of 1 in words, what is more than nothing never rounded to it."""
    return say("under 1 %") if share < 0.01 else f"{100 * share:.0f} %"


def _answer(label: str, probability: float) -> dict[str, Any]:
    return {"label": label, "probability": probability}


@torch.inference_mode()
def _shares(lens: "Lens", strategy: str, image: Tokens, text: Tokens, live: Mapping[str, float]) -> Tensor:
    """Probabilities (classes,) of a strategy's answers to tokens of one sample."""
    logits, _ = lens.model(strategy)[0](image.to(device()), text.to(device()), **live)
    return logits[0].softmax(0).cpu()


def _box(box: Sequence[float]) -> Box:
    try:
        left, top, right, bottom = (float(side) for side in box)
    except (TypeError, ValueError):
        left = top = right = bottom = -1.0
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise UserError(say("A box is four shares of the picture from 0 to 1: left, top, right and bottom."))
    return left, top, right, bottom


def _kept(n: int, struck: Sequence[int]) -> Tensor:
    """(1, n) true for the words that stay."""
    keep = torch.ones(1, n, dtype=torch.bool)
    for place in struck:
        if not isinstance(place, int) or not 0 <= place < n:
            raise UserError(say("The text has {n} words, whose places are 0 to {last}.", n=n, last=n - 1))
        keep[0, place] = False
    return keep
