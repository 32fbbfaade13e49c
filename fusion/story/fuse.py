"""Fuse: a strategy makes one vector of both modalities (融合策略)."""

from collections.abc import Iterator

from fusion.language import say
from fusion.percentage import percent
from fusion.story.drawing import looked_at, strip
from fusion.story.numbers import short
from fusion.story.run import Run
from fusion.story.step import Bar, Bars, Figure, Named, Step, named

WORDS = 6  # whose maps are drawn


def fuse(run: Run) -> Step:
    return Step(
        sentences=(say(run.strategy.summary), *_weighed(run), *_looked(run), _came_out(run)),
        formula=say(run.strategy.formula),
        tensors=tuple(_tensors(run)),
        figures=(*_strips(run), *_maps(run)),
        bars=tuple(_weights(run)),
    )


def _weighed(run: Run) -> Iterator[str]:
    if run.answer.weights is None:
        return
    image, text = (percent(weight, 1) for weight in run.answer.weights)
    if run.settings:
        yield say("Set by hand: the picture weighs {image}, the text {text}.", image=image, text=text)
    else:
        yield say("The picture weighs {image} here, the text {text}.", image=image, text=text)


def _looked(run: Run) -> Iterator[str]:
    maps = run.answer.attention
    if maps is not None:
        layers, heads, words, rows, columns = maps.weights.shape
        yield say(
            "In {layers} layers of {heads} heads, each of the {words} words spreads an attention of 1 over "
            "{patches} patches; the maps show the mean of all.",
            layers=layers,
            heads=heads,
            words=words,
            patches=rows * columns,
        )


def _came_out(run: Run) -> str:
    vector = run.fused.vector
    return say(
        "One vector of {width} numbers comes out, of norm {norm}: all that the head will know.",
        width=vector.shape[-1],
        norm=short(vector.norm().item()),
    )


def _tensors(run: Run) -> Iterator[Named]:
    for name, tensor in run.layers:
        yield named(f"strategy.{name}", tensor, say("what this layer gave"))
    fused = run.fused
    yield named("fused.vector", fused.vector, say("samples × fused width"))
    if fused.sequence is not None:
        yield named("fused.sequence", fused.sequence, say("samples × fused tokens × fused width"))
    if fused.attention is not None:
        axes = say("samples × layers × heads × words × patches")
        yield named("fused.attention", fused.attention, axes)
    if fused.weights is not None:
        yield named("fused.weights", fused.weights, say("samples × modalities"))


def _strips(run: Run) -> Iterator[Figure]:
    for side in run.sides:
        if run.strategy.modality in ("both", side.modality):
            what = say("Picture") if side.modality == "image" else say("Text")
            yield strip(side.aligned.pooled, say("{what}, aligned", what=what))
    yield strip(run.fused.vector.cpu(), say("Fused"))


def _maps(run: Run) -> Iterator[Figure]:
    """Those of the words that look most sharply, in the order of the text."""
    maps = run.answer.attention
    if maps is None or run.picture is None:
        return
    means = maps.weights.mean((0, 1))  # (words, rows, columns)
    sharpest = sorted(means.max((1, 2)).argsort()[::-1][:WORDS].tolist())
    for i in sharpest:
        yield looked_at(run.picture, means[i], say("“{word}” looks here", word=maps.words[i]))


def _weights(run: Run) -> Iterator[Bars]:
    if run.answer.weights is not None:
        image, text = run.answer.weights
        rows = (
            Bar(say("Picture"), image, percent(image, 1), "image"),
            Bar(say("Text"), text, percent(text, 1), "text"),
        )
        yield Bars(say("Weights of the modalities"), rows)
