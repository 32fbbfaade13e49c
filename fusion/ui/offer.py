"""What the page offers where something is missing: to download weights, or to fit a pair of encoders."""

from collections.abc import Callable
from dataclasses import dataclass

from fusion.download import download, weights_named
from fusion.encoders import ENCODERS
from fusion.errors import MissingCheckpoint, MissingWeights
from fusion.fit_pair import fit_pair
from fusion.language import say
from fusion.paths import cache_folder
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS
from fusion.ui.jobs import Job, Work, allowed
from fusion.ui.parts import bar, percent, text

Names = tuple[str, str, str]  # task, image encoder, text encoder


@dataclass(frozen=True, eq=False)
class Offer:
    """A job that a visitor may start.

    key: the same for the same work, whoever asks. models: what to open afterwards; None where nothing is.
    references: the reference models that are to answer afterwards.
    told: what is missing and what the job will do, in HTML. button: its label, "" where it may not be
    started here. counted: how far it is, in words.
    """

    key: str
    models: Names | None
    told: str
    button: str
    work: Work
    counted: Callable[[Job], str]
    references: tuple[str, ...] = ()


def offer_of(error: MissingWeights | MissingCheckpoint, models: Names | None) -> Offer:
    """The way out of the error; raises UserError where there is none."""
    if isinstance(error, MissingWeights):
        return _download(error, models)
    assert models is not None
    return _fit(error, models)


def offered(offer: Offer, still: str, end: str = "", failed: bool = False) -> str:
    """The panel before the job, in HTML. still: what goes on working. end: how the job before ended."""
    kind = 'class="failed" role="alert"' if failed else 'class="end" role="status"'
    alert = f"<p {kind}>{text(end)}</p>" if end else ""
    return f'<section class="offer">{offer.told}<p class="fine">{text(still)}</p>{alert}</section>'


def under_way(offer: Offer, job: Job) -> str:
    """The panel while the job goes on, in HTML."""
    share = job.done / job.total if job.total else 0.0
    what = say(job.what)
    on = say("You can go on asking meanwhile; leaving the page does not end it.")
    return f"""
<section class="offer">
  <h3>{text(what[:1].upper() + what[1:])}</h3>
  <div role="progressbar" aria-label="{text(what)}" aria-valuemin="0" aria-valuemax="100"
    aria-valuenow="{int(100 * share)}">{bar(share)}</div>
  <p class="count"><b>{percent(share)}</b> <span>{"" if job.over else text(offer.counted(job))}</span></p>
  <p class="fine">{text(on)}</p>
</section>"""


def _download(error: MissingWeights, models: Names | None) -> Offer:
    weights = weights_named(error.name)
    rows = {
        say("Size"): weights.size,
        say("Licence"): weights.licence,
        say("From"): say(
            "{repository}, revision {revision}",
            repository=weights.repository,
            revision=weights.revision[:8],
        ),
    }
    listed = "".join(f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in rows.items())
    how = "" if allowed() else f'<p class="fine">{text(error)}</p>'
    title = text(say("{name} is not on this machine", name=weights.name))
    return Offer(
        key=f"download {weights.name}",
        models=models,
        told=f"<h3>{title}</h3><dl>{listed}</dl>{how}",
        button=say("Download ({size})", size=weights.size) if allowed() else "",
        work=lambda progress: download(weights, progress),
        counted=lambda job: say(
            "{done} of {total} MB", done=f"{job.done / 1e6:,.0f}", total=f"{job.total / 1e6:,.0f}"
        ),
    )


def _fit(error: MissingCheckpoint, models: Names) -> Offer:
    task, image_encoder, text_encoder = models
    imagines = ENCODERS[image_encoder].imagines
    examples = [e for e in TASKS[task].examples("train") if imagines or not e.imagined]
    pictures, texts = len({e.picture for e in examples}), len({e.text for e in examples})
    if allowed():
        what = say(
            "Fit here: {pictures} pictures and {texts} texts are encoded, then the {n} strategies are "
            "trained on them, one after the other. Thousands of pictures take an hour or more without a GPU. "
            "Stop whenever you like: it goes on from there the next time.",
            pictures=f"{pictures:,}",
            texts=f"{texts:,}",
            n=len(STRATEGIES),
        )
        kept = say("Kept in {folder}", folder=cache_folder())
        how = f'<p>{text(what)}</p><p class="fine">{text(kept)}</p>'
    else:
        how = f'<p class="fine">{text(error)}</p>'
    title = text(say("These encoders have nothing fitted for this task yet"))
    pair = text(say("{image} with {text}, for {task}", image=image_encoder, text=text_encoder, task=task))
    return Offer(
        key=f"fit {' '.join(models)}",
        models=models,
        told=f'<h3>{title}</h3><p class="pair">{pair}</p>{how}',
        button=say("Fit here") if allowed() else "",
        work=lambda progress: fit_pair(*models, progress),
        counted=lambda job: say("{done} of {total}", done=f"{job.done:,}", total=f"{job.total:,}"),
    )
