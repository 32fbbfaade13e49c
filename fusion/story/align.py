"""Align: both modalities on one scale and at one width (模态对齐)."""

from collections.abc import Iterator

import torch
from torch import Tensor

from fusion.language import say
from fusion.story.drawing import matrix, patch_map, strip
from fusion.story.numbers import short, times
from fusion.story.run import Run, Side
from fusion.story.step import Bar, Bars, Figure, Named, Step, named


def align(run: Run) -> Step:
    return Step(
        sentences=(*(_norms(side) for side in run.sides), *_places(run), *_absent(run)),
        formula="f ← LayerNorm(W (f − μ) / σ)",
        tensors=tuple(shape for side in run.sides for shape in _tensors(run, side)),
        figures=tuple(_figures(run)),
        bars=_bars(run),
    )


def _norms(side: Side) -> str:
    before, after = side.tokens.pooled, side.aligned.pooled
    told = (
        say("The picture's {before} numbers, of norm {long}, become {after} of norm {new}.")
        if side.modality == "image"
        else say("The text's {before} numbers, of norm {long}, become {after} of norm {new}.")
    )
    return told.format(
        before=before.shape[-1],
        long=short(_norm(before)),
        after=after.shape[-1],
        new=short(_norm(after)),
    )


def _places(run: Run) -> Iterator[str]:
    name = run.strategy.name
    if run.model.align_image.grid is None:
        yield say(
            "{name} reads one vector a modality, so single patches and words need no alignment.", name=name
        )
        return
    if run.image is None or run.image.aligned.grid is None:
        return
    before, after = run.image.tokens.grid, run.image.aligned.grid
    if before is None or before == after:
        yield say(
            "The patches keep their grid of {grid}; codes of their places are added.", grid=times(after)
        )
        return
    yield say(
        "The patches are interpolated from {before} to {after}, the grid that {name} reads; codes of their "
        "places are added.",
        before=times(before),
        after=times(after),
        name=name,
    )


def _absent(run: Run) -> Iterator[str]:
    if len(run.sides) < 2 and run.strategy.modality == "both":
        yield say("What is missing is not aligned: a learned vector of the same width stands in.")


def _tensors(run: Run, side: Side) -> Iterator[Named]:
    aligner = run.model.align_image if side.modality == "image" else run.model.align_text
    name = f"align_{side.modality}"
    yield named(f"{name}.project.weight", aligner.project.weight, say("common width × channels"))
    yield named(f"{name} → sequence", side.aligned.sequence, say("samples × tokens × common width"))
    yield named(f"{name} → pooled", side.aligned.pooled, say("samples × common width"))


def _bars(run: Run) -> tuple[Bars, ...]:
    """Stage by stage, so that both come together under each other."""
    stages = (
        (say("{what}, as encoded"), lambda side: side.tokens.pooled),
        (say("{what}, standardised"), lambda side: side.standard),
        (say("{what}, projected"), lambda side: side.projected),
        (say("{what}, aligned"), lambda side: side.aligned.pooled),
    )
    rows = [(side, stage, _norm(vector(side))) for stage, vector in stages for side in run.sides]
    most = max(norm for *_, norm in rows)
    bars = (
        Bar(stage.format(what=_what(side)), norm / most, short(norm), side.modality)
        for side, stage, norm in rows
    )
    return (Bars(say("Norm of the pooled vector"), tuple(bars)),)


def _what(side: Side) -> str:
    return say("Picture") if side.modality == "image" else say("Text")


def _figures(run: Run) -> Iterator[Figure]:
    scale = _together(run)
    for side in run.sides:
        yield strip(side.aligned.pooled, say("{what}, aligned", what=_what(side)), scale)
    image = run.image
    if image is not None and run.picture is not None and image.aligned.grid is not None:
        lengths = image.aligned.sequence[0].norm(dim=-1)
        caption = say("Norm of each aligned patch, {grid}", grid=times(image.aligned.grid))
        yield patch_map(lengths, image.aligned.grid, run.picture, caption)
        yield matrix(image.aligned.sequence[0], say("The aligned patches, a row each"))
    if run.words is not None and run.words.aligned.sequence.shape[1] > 1:
        yield matrix(run.words.aligned.sequence[0], say("The aligned words, a row each"))


def _together(run: Run) -> Tensor:
    """Of both modalities, so that one colour is one number in both strips."""
    return torch.cat([side.aligned.pooled for side in run.sides])


def _norm(vector: Tensor) -> float:
    return vector.norm().item()
