"""The tab's states in HTML: nothing yet, at work, refused, and the preview."""

import random
from collections.abc import Sequence
from pathlib import Path

from fusion.evaluate import majority_answer, majority_prior
from fusion.inputs import clean_picture
from fusion.language import Sentence, say
from fusion.own import OwnData, Problem
from fusion.tasks import Example
from fusion.ui.jobs import Job
from fusion.ui.parts import bar, percent, tag, text
from fusion.ui.pictures import data_url

MAX_UPLOAD = 500_000_000  # bytes of a file
CLASSES = 12  # shown before "all classes"
SAMPLES = 12
SIDE = 176  # pixels of a sample's picture
LONGEST = 140  # characters of a sample's text


def nothing() -> str:
    """Before anything is brought."""
    told = say(
        "Upload it or try the example: you see what is in it, and what is wrong with it, before anything "
        "runs."
    )
    return f'<section class="panel empty"><h2>{say("Bring your own data")}</h2><p>{told}</p></section>'


def formats() -> str:
    """What can be brought."""
    kinds = (
        say(
            "<b>A zip archive</b> of pictures with a table (CSV or JSONL), its columns {picture}, {text}, "
            "{label} and, if you like, {split} (train, validation, test). A question with its answer does as "
            "well. Up to {most}&nbsp;MB.",
            **{name: f"<code>{name}</code>" for name in ("picture", "text", "label", "split")},
            most=MAX_UPLOAD // 10**6,
        ),
        say("<b>A zip archive of folders</b>, one for each class, below train and test if you like."),
        say("<b>Several pictures and their table</b>, chosen together."),
    )
    return f'<ul class="formats">{"".join(f"<li>{kind}</li>" for kind in kinds)}</ul>'


def working(title: str, job: Job) -> str:
    """While it is read."""
    share = job.done / job.total if job.total else 0.0
    doing = say("stopping") if job.stopping else say(job.what)
    counted = say("{n:,} of {total:,}", n=job.done, total=job.total)
    return f"""
<section class="panel reading"><h2>{text(title)}</h2>
<p>{text(doing[:1].upper() + doing[1:])}…</p>
<div role="progressbar" aria-label="{text(doing)}" aria-valuemin="0" aria-valuemax="100"
  aria-valuenow="{int(100 * share)}">{bar(share)}</div>
<p class="count"><b>{percent(share)}</b> <span>{counted}</span></p></section>"""


def refused(sentence: str, kept: str) -> str:
    """Why nothing came of it, above the panel of what is still there."""
    return f'<section class="refused"><p class="alert" role="alert">{text(sentence)}</p></section>{kept}'


def found(data: OwnData) -> str:
    """The preview."""
    samples = "".join(_sample(*one) for one in _samples(data))
    return f"""
<section class="panel preview"><h2>{text(data.name)}</h2>
{_figures(data)}
{_problems(data.problems)}
<h3>{say("Rows of each class, to train + to test on")}</h3>{_classes(data)}
<h3>{say("Some of the rows")}</h3>
<ul class="samples" tabindex="0" aria-label="{say("Some of the rows")}">{samples}</ul>
</section>"""


def _figures(data: OwnData) -> str:
    counts = data.counts()
    first, most = majority_answer(data.train), majority_prior(data.train, data.test)
    held = sum(example.validation for example in data.train)
    rows = {
        say("to train on"): f"{len(data.train) - held:,}",
        **({say("to choose by"): f"{held:,}"} if held else {}),
        say("to test on"): f"{len(data.test):,}",
        say("classes"): f"{len(counts):,}",
        say("right by always answering “{answer}”", answer=text(first)): percent(most),
    }
    return (
        f'<dl class="figures">{"".join(f"<div><dt>{k}</dt><dd>{v}</dd></div>" for k, v in rows.items())}</dl>'
    )


def _problems(problems: Sequence[Problem]) -> str:
    if not problems:
        return f'<p class="note">{say("No problem was found.")}</p>'
    listed = "".join(
        f'<li class="{one.severity}">{_severity(one)}<p>{text(say(one.sentence))}{_named(one)}</p></li>'
        for one in problems
    )
    return f'<h3>{say("What was found")}</h3><ul class="problems">{listed}</ul>'


def _severity(one: Problem) -> str:
    return tag(say("warning"), "warn") if one.severity == "warning" else tag(say("note"))


def _named(one: Problem) -> str:
    if not one.rows:
        return ""
    more = "" if one.count <= len(one.rows) else ", …"
    names = ", ".join(say(name) if isinstance(name, Sentence) else name for name in one.rows)
    return f' <span class="rows">{text(names)}{more}</span>'


def _classes(data: OwnData) -> str:
    counts = list(data.counts().items())
    most = sum(counts[0][1])
    listed = [_class(label, train, test, most) for label, (train, test) in counts]
    first = f'<ul class="classes">{"".join(listed[:CLASSES])}</ul>'
    if len(listed) <= CLASSES:
        return first
    rest = "".join(listed[CLASSES:])
    more = say("{n:,} more classes", n=len(listed) - CLASSES)
    return f'{first}<details class="told"><summary>{more}</summary><ul class="classes">{rest}</ul></details>'


def _class(label: str, train: int, test: int, most: int) -> str:
    numbers = f'<span class="number">{train:,} + {test:,}</span>'
    return f'<li><span class="name">{text(label)}</span>{bar((train + test) / most)}{numbers}</li>'


def _samples(data: OwnData) -> list[tuple[Example, bool]]:
    """Some rows of as many classes as there is room for, and whether each is tested on."""
    every = [(example, False) for example in data.train] + [(example, True) for example in data.test]
    random.Random(0).shuffle(every)
    turn: dict[str, int] = {}
    ranks = []
    for example, _ in every:
        turn[example.label] = turn.get(example.label, 0) + 1
        ranks.append(turn[example.label])
    order = sorted(range(len(every)), key=ranks.__getitem__)
    return [every[i] for i in order[:SAMPLES]]


def _sample(example: Example, tested: bool) -> str:
    assert isinstance(example.picture, Path)
    picture = clean_picture(example.picture, SIDE)
    assert picture is not None
    said = example.text if len(example.text) <= LONGEST else f"{example.text[:LONGEST]}…"
    split = tag(say("test") if tested else say("validation") if example.validation else say("train"))
    words = f"<p>{text(said)}</p>" if said else f'<p class="fine">{say("no text")}</p>'
    return f'<li><img src="{data_url(picture)}" alt=""><b>{text(example.label)}</b>{words}{split}</li>'
