"""Align: both modalities on one scale and at one width (模态对齐)."""

from collections.abc import Iterator

from torch import Tensor

from fusion.language import say
from fusion.story.drawing import matrix, patch_map, strip
from fusion.story.numbers import short, times
from fusion.story.run import Run, Side
from fusion.story.step import Bar, Bars, Figure, Named, Step, named


def align(run: Run) -> Step:
    return Step(
        sentences=(*(_lengths(side) for side in run.sides), *_places(run), *_absent(run)),
        formula="f ← LayerNorm(W (f − μ) / σ)",
        tensors=tuple(shape for side in run.sides for shape in _tensors(run, side)),
        figures=tuple(_figures(run)),
        bars=_bars(run),
    )


def _lengths(side: Side) -> str:
    before, after = side.tokens.pooled, side.aligned.pooled
    told = (
        say("The picture's vector: {before} numbers of length {long} become {after} of length {new}.")
        if side.modality == "image"
        else say("The text's vector: {before} numbers of length {long} become {after} of length {new}.")
    )
    return told.format(
        before=before.shape[-1],
        long=short(_length(before)),
        after=after.shape[-1],
        new=short(_length(after)),
    )


def _places(run: Run) -> Iterator[str]:
    if run.image is not None:
        before, after = run.image.tokens.grid, run.image.aligned.grid
        if before is not None and after is not None and before != after:
            yield say(
                "The patches are interpolated from {before} to {after}, the grid that {name} reads; codes of "
                "their places are added.",
                before=times(before),
                after=times(after),
                name=run.strategy.name,
            )
            return
        if after is not None:
            yield say("The patches keep their grid of {grid}; codes of their places are added.",
                      grid=times(after))  # fmt: skip
            return
    yield say("{name} reads one vector a modality, so single patches and words need no alignment.",
              name=run.strategy.name)  # fmt: skip


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
    rows = [
        (side, stage, _length(vector))
        for side in run.sides
        for stage, vector in (
            (say("as encoded"), side.tokens.pooled),
            (say("standardised"), side.standard),
            (say("projected"), side.projected),
            (say("aligned"), side.aligned.pooled),
        )
    ]
    most = max(length for *_, length in rows)
    return (
        Bars(
            say("Length of the pooled vector, step by step"),
            tuple(
                Bar(
                    (say("Picture, {stage}") if side.modality == "image" else say("Text, {stage}")).format(
                        stage=stage
                    ),
                    length / most,
                    short(length),
                    side.modality,
                )
                for side, stage, length in rows
            ),
        ),
    )


def _figures(run: Run) -> Iterator[Figure]:
    scale = _together(run)
    for side in run.sides:
        picture = side.modality == "image"
        yield strip(side.aligned.pooled, say("Picture, aligned") if picture else say("Text, aligned"), scale)
    image = run.image
    if image is not None and run.picture is not None and image.aligned.grid is not None:
        lengths = image.aligned.sequence[0].norm(dim=-1)
        caption = say("Length of each aligned patch, {grid}", grid=times(image.aligned.grid))
        yield patch_map(lengths, image.aligned.grid, run.picture, caption)
        yield matrix(image.aligned.sequence[0], say("The aligned patches, a row each"))
    if run.words is not None and run.words.aligned.sequence.shape[1] > 1:
        yield matrix(run.words.aligned.sequence[0], say("The aligned words, a row each"))


def _together(run: Run) -> Tensor:
    """Of both modalities, so that one colour is one number in both strips."""
    first, *rest = (side.aligned.pooled for side in run.sides)
    for other in rest:
        first = _beside(first, other)
    return first


def _beside(one: Tensor, other: Tensor) -> Tensor:
    return one.new_tensor([*one.flatten().tolist(), *other.flatten().tolist()])


def _length(vector: Tensor) -> float:
    return vector.norm().item()
