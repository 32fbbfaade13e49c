"""The tab's states in HTML: nothing yet, the table that was brought, and its answers."""

from pathlib import Path

from fusion.answer import Answer
from fusion.batch import Answers, Question, Questions
from fusion.errors import UserError
from fusion.inputs import clean_picture
from fusion.language import named, say
from fusion.ui.batch.visit import MAX_ROWS
from fusion.ui.parts import bar, percent, tag, text
from fusion.ui.pictures import data_url

ROWS = 8  # shown of a table
LONGEST = 120  # characters of a question
SIDE = 72  # pixels of a picture


def nothing() -> str:
    """Before anything is brought."""
    title, told = say("Ask many questions at once"), say("Bring a table of questions, or try the example.")
    return f'<section class="panel empty"><h2>{text(title)}</h2><p>{text(told)}</p></section>'


def formats() -> str:
    """What can be brought."""
    lines = (
        say("A CSV with the columns picture and question, or one of the two; other columns are kept."),
        say("Its pictures beside it: choose all files together, or a zip archive of them."),
        say("Up to {n} rows here; the command takes more:", n=f"{MAX_ROWS:,}"),
    )
    listed = "".join(f"<li>{text(line)}</li>" for line in lines)
    command = "python -m fusion batch QUESTIONS.csv --out ANSWERS.csv"
    return f'<ul class="formats">{listed}</ul><p class="batch-command"><code>{command}</code></p>'


def brought(title: str, questions: Questions) -> str:
    """The table, before it is answered."""
    rows = questions.rows
    figures = {
        say("rows"): len(rows),
        say("with a picture"): sum(row.picture is not None for row in rows),
        say("with a text"): sum(bool(row.text.strip()) for row in rows),
        say("whose picture is not there"): questions.missing,
    }
    kept = [name for name in questions.columns if name not in (questions.picture, questions.text)]
    told = say("Also there, and kept: {columns}.", columns=", ".join(kept[:8])) if kept else ""
    lines = "".join(f'<tr role="row">{_asked(row)}</tr>' for row in rows[:ROWS])
    heads = (say("Picture"), say("Question"))
    return f"""
<section class="panel preview batch"><h2>{text(title)}</h2>{_figures(figures)}
<p class="fine">{text(told)}</p><h3>{text(_first(len(rows)))}</h3>{_table(heads, lines)}</section>"""


def answered(title: str, answers: Answers) -> str:
    """What came out: how much of it can be relied on, and the first rows."""
    replies = [one for one in answers.outcomes if not isinstance(one, UserError)]
    given = [answer for reply in replies for answer in reply.results]
    figures = {
        say("rows"): len(answers.outcomes),
        say("answers"): len(given),
        say("sure answers"): sum(answer.sure for answer in given),
        say("rows with an error"): answers.errors,
    }
    lines: list[str] = []
    for question, outcome in zip(answers.questions.rows, answers.outcomes, strict=True):
        if len(lines) >= ROWS:
            break
        if isinstance(outcome, UserError):
            failed = f'<td role="cell" colspan="3" class="failed">{text(outcome)}</td>'
            lines.append(f'<tr role="row">{_asked(question)}{failed}</tr>')
        else:
            lines += [f'<tr role="row">{_asked(question)}{_answer(one)}</tr>' for one in outcome.results]
    heads = (say("Picture"), say("Question"), say("Strategy"), say("Answer"), say("Confidence"))
    return f"""
<section class="panel preview batch"><h2>{text(say("Answers: {title}", title=title))}</h2>{_figures(figures)}
<h3>{text(_first(len(given) + answers.errors))}</h3>{_table(heads, "".join(lines[:ROWS]))}</section>"""


def _first(n: int) -> str:
    return say("All rows") if n <= ROWS else say("The first {n} rows of {total}", n=ROWS, total=f"{n:,}")


def _figures(figures: dict[str, int]) -> str:
    told = "".join(f"<div><dt>{text(name)}</dt><dd>{n:,}</dd></div>" for name, n in figures.items())
    return f'<dl class="figures">{told}</dl>'


def _table(heads: tuple[str, ...], lines: str) -> str:
    head = "".join(f'<th role="columnheader" scope="col">{text(one)}</th>' for one in heads)
    return (
        f'<table role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{lines}</tbody></table>'
    )


def _asked(question: Question) -> str:
    said = question.text if len(question.text) <= LONGEST else f"{question.text[:LONGEST]}…"
    words = text(said) if said.strip() else f'<span class="fine">{text(say("no text"))}</span>'
    return f'<td role="cell" class="shown">{_thumbnail(question)}</td><td role="cell">{words}</td>'


def _thumbnail(question: Question) -> str:
    """The picture, or what is wrong with it."""
    name = text(Path(question.named).name[-40:])
    if not question.named:
        return f'<span class="fine">{text(say("no picture"))}</span>'
    if question.picture is None:
        return f"{tag(say('not there'), 'warn')} {name}"
    try:
        picture = clean_picture(question.picture, SIDE)
    except UserError:
        return f"{tag(say('unreadable'), 'warn')} {name}"
    assert picture is not None
    return f'<img src="{data_url(picture)}" alt=""> <span>{name}</span>'


def _answer(answer: Answer) -> str:
    doubt = "" if answer.sure else tag(say("not sure"), "warn")
    return (
        f'<td role="cell" class="by">{text(answer.strategy)}</td>'
        f'<td role="cell"><b>{text(named(answer.label))}</b></td>'
        f'<td role="cell" class="sure">{bar(answer.probability)}'
        f'<span class="number">{percent(answer.probability)}</span>{doubt}</td>'
    )
