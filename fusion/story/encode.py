"""Encode: frozen encoders turn picture and text into tokens (特征提取)."""

from collections.abc import Iterator

from fusion.language import say
from fusion.story.drawing import gridded, matrix, patch_map, strip
from fusion.story.numbers import times
from fusion.story.run import Run, Side
from fusion.story.step import Figure, Named, Step, named


def encode(run: Run) -> Step:
    return Step(
        sentences=(*(_made(side) for side in run.sides), _frozen()),
        formula="\n".join(_formula(side) for side in run.sides),
        tensors=tuple(shape for side in run.sides for shape in _tensors(side)),
        figures=(*_of_picture(run), *_of_text(run), *_pooled(run)),
    )


def _formula(side: Side) -> str:
    if side.modality == "image":
        return f"f_image = {side.encoder}(x)"
    return say("f_text = {encoder}(pieces)", encoder=side.encoder)


def _frozen() -> str:
    return say(
        "The encoders are frozen: they were trained elsewhere and learn nothing here. Their tokens are kept "
        "in memory, so another strategy encodes nothing again."
    )


def _made(side: Side) -> str:
    count, width = side.tokens.sequence.shape[1:]
    if side.tokens.grid is not None:
        return say(
            "{encoder} sees the picture as {count} patches on a grid of {grid}, each told in {width} "
            "numbers; the pooled vector sums the whole picture up in as many.",
            encoder=side.encoder,
            count=count,
            grid=times(side.tokens.grid),
            width=width,
        )
    return say(
        "{encoder} reads the text as {count} words, each told in {width} numbers that know the words around "
        "it; its pooled vector has as many.",
        encoder=side.encoder,
        count=count,
        width=width,
    )


def _tensors(side: Side) -> Iterator[Named]:
    patches = side.modality == "image"
    rows = say("pictures × patches × channels") if patches else say("texts × words × channels")
    one = say("pictures × channels") if patches else say("texts × channels")
    yield named(f"{side.modality}.sequence", side.tokens.sequence, rows)
    yield named(f"{side.modality}.pooled", side.tokens.pooled, one)


def _of_picture(run: Run) -> Iterator[Figure]:
    if run.picture is None or run.image is None:
        return
    tokens = run.image.tokens
    if tokens.grid is not None:
        grid = tokens.grid
        yield Figure("photo", gridded(run.picture, grid), say("{grid} patches", grid=times(grid)))
        lengths = tokens.sequence[0].norm(dim=-1)
        yield patch_map(lengths, grid, run.picture, say("Norm of each patch"))
    yield matrix(tokens.sequence[0], say("The patches, a row each, first channels"))


def _of_text(run: Run) -> Iterator[Figure]:
    if run.words is not None:
        yield matrix(run.words.tokens.sequence[0], say("The words, a row each, first channels"))


def _pooled(run: Run) -> Iterator[Figure]:
    for side in run.sides:
        picture = side.modality == "image"
        yield strip(side.tokens.pooled, say("Pooled picture") if picture else say("Pooled text"))
