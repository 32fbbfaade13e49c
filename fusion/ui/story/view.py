"""The steps of a tour on the page."""

from collections.abc import Sequence

from fusion.language import language, say
from fusion.language import named as spoken
from fusion.language.catalogue import ENGLISH
from fusion.story import CHAPTERS, Chapter, Run, Step
from fusion.story.numbers import times
from fusion.story.step import Bars, Chip, Named
from fusion.ui.parts import bar, percent, text
from fusion.ui.story.curves_view import curves_view
from fusion.ui.story.figures_view import figures_view
from fusion.ui.story.fork_view import fork_view

SHAPES = 6  # tensors that are listed at once; more fold away


def nothing_yet() -> str:
    """What stands in the place of a tour before there is anything to tour, in HTML."""
    title = say("Follow a picture and a text to their answer")
    line = say(
        "Seven steps, with the real tensors of each. Ask something on the tab Ask and come back, or begin "
        "with an example."
    )
    return f"""
<section class="panel empty tour-empty">
  <svg viewBox="0 0 48 48" width="56" height="56" aria-hidden="true">
    <circle cx="18" cy="24" r="13"/><circle cx="30" cy="24" r="13"/></svg>
  <h2>{text(title)}</h2>
  <p>{text(line)}</p>
  <button type="button" class="tour-begin" data-choice="example">{text(say("Tour an example"))}</button>
</section>"""


def tour_view(run: Run, steps: Sequence[Step]) -> str:
    """All steps of one run, in HTML; the style sheet shows one at a time."""
    parts = "".join(
        _step(i, chapter, step) for i, (chapter, step) in enumerate(zip(CHAPTERS, steps, strict=True), 1)
    )
    return f'<p class="tour-about">{_about(run)}</p>{parts}'


def _about(run: Run) -> str:
    """What the tour is of and what came out of it."""
    asked = f"“{text(run.text)}”" if run.text else text(say("Picture alone, no text"))
    models = text(f"{run.lens.image_encoder} + {run.lens.text_encoder}")
    answer = f"<b>{text(spoken(run.answer.label))}</b> {percent(run.answer.probability, 1)}"
    return f"<span>{asked}</span> <span>{models}</span> <span>{text(run.strategy.name)} → {answer}</span>"


def _step(number: int, chapter: Chapter, step: Step) -> str:
    title, of = say(chapter.title), say("Step {n} of {total}", n=number, total=len(CHAPTERS))
    term = f' <span class="term" lang="zh">{chapter.term}</span>' if language() == ENGLISH else ""
    formula = f'<p class="formula"><code>{text(step.formula)}</code></p>' if step.formula else ""
    told = "".join(f"<p>{text(sentence)}</p>" for sentence in step.sentences)
    warned = "".join(f'<p class="note warn">{text(warning)}</p>' for warning in step.warnings)
    return f"""
<section class="panel tour-step" data-step="{chapter.name}" aria-labelledby="tour-{chapter.name}">
  <p class="tour-count">{text(of)}</p>
  <h2 id="tour-{chapter.name}" tabindex="-1">{text(title)}{term}</h2>
  <div class="tour-parts">
    <div class="tour-told">{told}{warned}{formula}{_shapes(step.tensors)}</div>
    <div class="tour-shown">{"" if step.fork is None else fork_view(step.fork)}{_chips(step.chips)}
      {"".join(_bars(bars) for bars in step.bars)}
      {"" if step.curves is None else curves_view(step.curves)}{figures_view(step.figures)}</div>
  </div>
</section>"""


def _chips(chips: Sequence[Chip]) -> str:
    if not chips:
        return ""
    shown = "".join(f"<li>{text(chip.text)} <small>{chip.number}</small></li>" for chip in chips)
    title = text(say("The text in pieces"))
    return f'<h3 class="label">{title}</h3><ul class="tour-chips" aria-label="{title}">{shown}</ul>'


def _bars(bars: Bars) -> str:
    rows = "".join(
        f'<li class="{row.mark}"><span class="name">{text(row.label)}</span>{bar(row.share, row.mark)}'
        f'<span class="number">{text(row.number)}</span></li>'
        for row in bars.rows
    )
    return f'<h3 class="label">{text(bars.title)}</h3><ul class="bars tour-bars">{rows}</ul>'


def _shapes(tensors: Sequence[Named]) -> str:
    """The tensors of a step; where they are too many the last, which came out, are seen first."""
    if not tensors:
        return ""
    shown, folded = (tensors, ()) if len(tensors) <= SHAPES else (tensors[-SHAPES:], tensors[:-SHAPES])
    more = ""
    if folded:
        summary = text(say("{n} more tensors", n=len(folded)))
        more = f'<details class="told"><summary>{summary}</summary>{_list(folded)}</details>'
    return f'<h3 class="label">{text(say("Tensors and their shapes"))}</h3>{_list(shown)}{more}'


def _list(tensors: Sequence[Named]) -> str:
    rows = "".join(
        f"<li><code>{_breakable(tensor.name)}</code> <b>{times(tensor.shape)}</b> "
        f"<span>{text(tensor.says)}</span></li>"
        for tensor in tensors
    )
    return f'<ul class="tour-tensors">{rows}</ul>'


def _breakable(name: str) -> str:
    """A name that a line may end in after each of its parts."""
    return text(name).replace(".", ".<wbr>").replace("_", "_<wbr>")
