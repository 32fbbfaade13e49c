"""The study on its way, in HTML."""

from fusion.language import later, say
from fusion.ui.jobs import Job
from fusion.ui.parts import bar, percent, text

# What the job tells, by how its English words begin, and what stands for it in the list of steps.
STEPS = (
    ("encoding", later("Encode each picture and text once")),
    ("fitting", later("Fit every strategy with every seed")),
    ("comparing", later("Compare with what else could be done")),
    ("measuring", later("Measure")),
)


def working(job: Job, step: int) -> str:
    """step: the place in STEPS that has been come to."""
    share = job.done / job.total if job.total else 0.0
    doing = say("stopping") if job.stopping else say(job.what)
    counted = say("{n:,} of {total:,}", n=job.done, total=job.total) if job.total else ""
    marks = ["done"] * step + ["now"] + [""] * (len(STEPS) - step - 1)
    lines = [say(line) for _, line in STEPS]
    steps = "".join(f'<li class="{mark}">{line}</li>' for mark, line in zip(marks, lines, strict=True))
    return f"""
<section class="panel under-study" aria-labelledby="under-study-title">
<h2 id="under-study-title">{say("Under way")}</h2>
<ol class="steps">{steps}</ol>
<p>{text(doing[:1].upper() + doing[1:])}…</p>
<div role="progressbar" aria-label="{text(doing)}" aria-valuemin="0" aria-valuemax="100"
  aria-valuenow="{int(100 * share)}">{bar(share)}</div>
<p class="count"><b>{percent(share)}</b> <span>{counted}</span></p></section>"""


def step_of(what: str, last: int) -> int:
    """The place in STEPS of what a job tells, never before `last`."""
    found = (i for i, (start, _) in enumerate(STEPS) if what.startswith(start))
    return max(last, next(found, last))


def ended(sentence: str, failed: bool) -> str:
    """Why nothing came of it."""
    kind = "alert" if failed else "note"
    role = ' role="alert"' if failed else ""
    return f'<section class="panel"><p class="{kind}"{role}>{text(sentence)}</p></section>'
