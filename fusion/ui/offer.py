"""What the page offers where something is missing: to download weights, or to fit a pair of encoders."""

from collections.abc import Callable
from dataclasses import dataclass

from fusion.download import download, weights_named
from fusion.encoders import ENCODERS
from fusion.errors import MissingCheckpoint, MissingWeights
from fusion.fit_pair import fit_pair
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
    return f"""
<section class="offer">
  <h3>{text(job.what[:1].upper() + job.what[1:])}</h3>
  <div role="progressbar" aria-label="{text(job.what)}" aria-valuemin="0" aria-valuemax="100"
    aria-valuenow="{int(100 * share)}">{bar(share)}</div>
  <p class="count"><b>{percent(share)}</b> <span>{"" if job.over else text(offer.counted(job))}</span></p>
  <p class="fine">You can go on asking meanwhile; leaving the page does not end it.</p>
</section>"""


def _download(error: MissingWeights, models: Names | None) -> Offer:
    weights = weights_named(error.name)
    rows = {
        "Size": weights.size,
        "Licence": weights.licence,
        "From": f"{weights.repository}, revision {weights.revision[:8]}",
    }
    listed = "".join(f"<dt>{name}</dt><dd>{text(value)}</dd>" for name, value in rows.items())
    how = "" if allowed() else f'<p class="fine">{text(error)}</p>'
    return Offer(
        key=f"download {weights.name}",
        models=models,
        told=f"<h3>{text(weights.name)} is not on this machine</h3><dl>{listed}</dl>{how}",
        button=f"Download ({weights.size})" if allowed() else "",
        work=lambda progress: download(weights, progress),
        counted=lambda job: f"{job.done / 1e6:,.0f} of {job.total / 1e6:,.0f} MB",
    )


def _fit(error: MissingCheckpoint, models: Names) -> Offer:
    task, image_encoder, text_encoder = models
    imagines = ENCODERS[image_encoder].imagines
    examples = [e for e in TASKS[task].examples("train") if imagines or not e.imagined]
    pictures, texts = len({e.picture for e in examples}), len({e.text for e in examples})
    if allowed():
        how = (
            f"<p>Fit here: {pictures:,} pictures and {texts:,} texts are encoded, then the "
            f"{len(STRATEGIES)} strategies are trained on them, one after the other. Thousands of pictures "
            f"take an hour or more without a GPU. Stop whenever you like: it goes on from there the next "
            f'time.</p><p class="fine">Kept in {text(cache_folder())}</p>'
        )
    else:
        how = f'<p class="fine">{text(error)}</p>'
    title = "These encoders have nothing fitted for this task yet"
    pair = f"{text(image_encoder)} with {text(text_encoder)}, for {text(task)}"
    return Offer(
        key=f"fit {' '.join(models)}",
        models=models,
        told=f'<h3>{title}</h3><p class="pair">{pair}</p>{how}',
        button="Fit here" if allowed() else "",
        work=lambda progress: fit_pair(*models, progress),
        counted=lambda job: f"{job.done:,} of {job.total:,}",
    )
