"""Preprocess: the picture at the size and on the scale that its encoder takes, the text in pieces."""

from collections.abc import Iterator

import torch

from fusion.inputs import MAX_SIDE
from fusion.language import say
from fusion.story.drawing import channels, thumbnail
from fusion.story.numbers import short, times
from fusion.story.run import Run
from fusion.story.step import Chip, Figure, Named, Step, named


def preprocess(run: Run) -> Step:
    return Step(
        sentences=(*_of_picture(run), *_of_text(run)),
        formula=say("x = pieces(text)") if run.picture is None else say("x = (resize(picture) − μ) / σ"),
        tensors=tuple(_tensors(run)),
        figures=tuple(_figures(run)),
        chips=tuple(Chip(piece.text, piece.number) for piece in run.pieces),
    )


def _of_picture(run: Run) -> Iterator[str]:
    if run.picture is None:
        yield say("No picture was given.")
        return
    yield say(
        "Cleaned, the picture has {size} pixels: upright, at most {most} a side, without metadata.",
        size=times(run.picture.size),
        most=f"{MAX_SIDE:,}",
    )
    if run.prepared is not None:
        pixels = run.prepared.pixels
        yield say(
            "{encoder} takes it at {size} and on the scale that it was trained on: red, green and blue run "
            "from {low} to {high} here, no longer from 0 to 255.",
            encoder=run.lens.image_encoder,
            size=times(run.prepared.picture.size),
            low=short(pixels.min().item()),
            high=short(pixels.max().item()),
        )


def _of_text(run: Run) -> Iterator[str]:
    if run.words is None:
        yield say("No text was given.")
        return
    spoken = run.words.tokens.words
    yield say(
        "The text has {words} words, punctuation counted; {encoder} reads them as {pieces} pieces, each by "
        "its number in the vocabulary.",
        words=len(spoken[0]) if spoken else 0,
        encoder=run.words.encoder,
        pieces=len(run.pieces),
    )


def _tensors(run: Run) -> Iterator[Named]:
    if run.prepared is not None:
        yield named("pixels", run.prepared.pixels, say("colour channels × rows × columns"))
    if run.pieces:
        numbers = torch.tensor([piece.number for piece in run.pieces])
        yield named("pieces", numbers, say("numbers in the vocabulary"))


def _figures(run: Run) -> Iterator[Figure]:
    if run.picture is not None:
        caption = say("As cleaned, {size}", size=times(run.picture.size))
        yield Figure("photo", thumbnail(run.picture), caption)
    if run.prepared is not None:
        taken = run.prepared.picture
        yield Figure(
            "photo", thumbnail(taken), say("As the encoder takes it, {size}", size=times(taken.size))
        )
        names = (say("Red, normalised"), say("Green, normalised"), say("Blue, normalised"))
        for picture, name in zip(channels(run.prepared.pixels), names, strict=True):
            yield Figure("photo", picture, name)
