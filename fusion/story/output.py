"""Output: scores become probabilities, and the greatest is the answer (输出结果)."""

from collections.abc import Iterator

from fusion.language import named as spoken
from fusion.language import say
from fusion.percentage import percent
from fusion.story.drawing import strip, thumbnail
from fusion.story.numbers import short
from fusion.story.run import Run
from fusion.story.step import Bar, Bars, Figure, Named, Step, named

TOP = 5


def output(run: Run) -> Step:
    named_too = _names(run)
    return Step(
        sentences=(_scored(run), *_told(run), _first(run)),
        formula="p = softmax(head(h) + g(f_text) · names(f_image))" if named_too else "p = softmax(head(h))",
        tensors=tuple(_tensors(run)),
        figures=tuple(_figures(run)),
        bars=(_top(run),),
        warnings=tuple(_warnings(run)),
    )


def _names(run: Run) -> bool:
    """Whether what the picture names went into the scores."""
    return not run.logits.equal(run.head)


def _scored(run: Run) -> str:
    return say(
        "The head gives a score to each of {classes} answers; softmax turns them into shares of 1.",
        classes=run.logits.shape[-1],
    )


def _told(run: Run) -> Iterator[str]:
    if _names(run):
        best = int(run.logits[0].argmax())
        whole = run.logits[0, best].item()
        yield say(
            "What the picture names by itself adds to the scores as far as the text asks for a name: of the "
            "{score} of “{label}” it gave {part}.",
            label=spoken(run.answer.label),
            score=short(whole),
            part=short(whole - run.head[0, best].item()),
        )


def _first(run: Run) -> str:
    (first, p), *rest = run.answer.answers
    if not rest:
        return say("“{first}” has {p}.", first=spoken(first), p=percent(p, 1))
    second, q = rest[0]
    return say("“{first}” comes first with {p}, before “{second}” with {q}.",
               first=spoken(first), p=percent(p, 1), second=spoken(second), q=percent(q, 1))  # fmt: skip


def _tensors(run: Run) -> Iterator[Named]:
    yield named("out.weight", run.model.out.weight, say("answers × width"))
    yield named("head → scores", run.head, say("samples × answers"))
    yield named("logits", run.logits, say("samples × answers"))
    yield named("probabilities", run.probabilities, say("a share for each answer"))


def _figures(run: Run) -> Iterator[Figure]:
    if run.picture is not None:
        yield Figure("photo", thumbnail(run.picture), run.text or say("Picture alone, no text"))
    yield strip(run.logits, say("Scores of all answers"))


def _top(run: Run) -> Bars:
    rows = tuple(Bar(spoken(label), p, percent(p, 1)) for label, p in run.answer.answers[:TOP])
    return Bars(say("Most probable answers"), rows)


def _warnings(run: Run) -> Iterator[str]:
    yield from run.reply.hints
    if not run.answer.sure:
        yield say(
            "Not sure: below {bar} most answers on held-out inputs were wrong.",
            bar=percent(run.answer.sure_from, 1),
        )
