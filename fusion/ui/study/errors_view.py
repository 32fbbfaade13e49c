"""Where the chosen strategy errs, in HTML: what it takes for what, and each mistake with its picture."""

import numpy as np
from PIL import Image

from fusion.data.samples import picture_of
from fusion.explain.explanation import Explanation
from fusion.explain.heatmap import overlay
from fusion.language import say
from fusion.study import Study
from fusion.study.errors import Confusion, Mistake
from fusion.ui.parts import percent, text
from fusion.ui.pictures import data_url, preview

CLASSES = 16  # in the matrix; of more, those that are confused most
PAIRS = 8
SHOWN = 24  # mistakes
THUMBNAIL = 144  # pixels
LONGEST = 90  # characters of a text under a thumbnail


def confusion_card(study: Study, strategy: str) -> str:
    """The matrix of right classes and answers."""
    confusion = study.confusion(strategy)
    wrong = int(confusion.counts.sum() - np.trace(confusion.counts))
    shown = _most_confused(confusion)
    note = ""
    if len(shown) < len(confusion.labels):
        note = say(
            "The {n} classes that are confused most, of {all:,}.", n=len(shown), all=len(confusion.labels)
        )
    title = say("What {strategy} takes for what", strategy=text(strategy))
    if not wrong:
        told = say("It made no mistake on the test.")
        return f'<section class="panel"><h2>{title}</h2><p>{told}</p></section>'
    how = say("Of the fit that is kept: rows are the right classes, columns the answers, numbers test rows.")
    return f"""
<section class="panel confusion" aria-labelledby="confusion-title">
  <h2 id="confusion-title">{title}</h2>
  <p class="fine">{how} {note}</p>
  <div class="confusion-body">
    <div class="scrolled" tabindex="0" role="region" aria-labelledby="confusion-title">
      {_matrix(confusion, shown)}</div>
    <div><h3 id="pairs-title">{say("Most often")}</h3>
      <ul class="pairs" aria-labelledby="pairs-title">{_pairs(confusion)}</ul></div>
  </div>
</section>"""


def _most_confused(confusion: Confusion) -> list[int]:
    counts = confusion.counts - np.diag(np.diag(confusion.counts))
    order = np.argsort(-(counts.sum(0) + counts.sum(1)), kind="stable")[:CLASSES]
    return sorted(order.tolist())


def _matrix(confusion: Confusion, shown: list[int]) -> str:
    labels = [confusion.labels[i] for i in shown]
    totals = confusion.counts.sum(1)
    head = "".join(f'<th scope="col"><span>{text(label)}</span></th>' for label in labels)
    body = ""
    for i, label in zip(shown, labels, strict=True):
        cells = "".join(_cell(int(confusion.counts[i, j]), int(totals[i]), i == j) for j in shown)
        body += f'<tr><th scope="row">{text(label)}</th>{cells}</tr>'
    return f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(count: int, total: int, right: bool) -> str:
    shade = count / total if total else 0.0
    kind = "right" if right else "wrong"
    return f'<td class="{kind}" style="--shade:{shade:.3f}">{count or "·"}</td>'


def _pairs(confusion: Confusion) -> str:
    lines = (
        say("<b>{right}</b> taken for <b>{answer}</b> {n}×", right=text(truth), answer=text(answer), n=count)
        for truth, answer, count in confusion.pairs(PAIRS)
    )
    return "".join(f"<li>{line}</li>" for line in lines)


def gallery(study: Study, strategy: str, thumbnails: dict[int, str]) -> str:
    """The mistakes as buttons with their pictures, the most confident first.

    thumbnails: those that were made, by the row's place in the test; new ones are added.
    """
    mistakes = study.mistakes(strategy)
    if not mistakes:
        return ""
    shown = mistakes[:SHOWN]
    items = "".join(_item(mistake, thumbnails) for mistake in shown)
    title = say("{n:,} of {all:,} test rows are answered wrongly", n=len(mistakes), all=len(study.test))
    if len(mistakes) > SHOWN:
        told = say(
            "By {strategy}, the most confident first. Here are the {n} most confident of {all:,}. Choose one "
            "to see why.",
            strategy=text(strategy),
            n=SHOWN,
            all=len(mistakes),
        )
    else:
        told = say("By {strategy}, the most confident first. Choose one to see why.", strategy=text(strategy))
    return f"""
<section class="panel mistakes" aria-labelledby="mistakes-title">
  <h2 id="mistakes-title">{title}</h2>
  <p class="fine">{told}</p>
  <div class="thumbnails">{items}</div>
</section>"""


def _item(mistake: Mistake, thumbnails: dict[int, str]) -> str:
    if mistake.row not in thumbnails:
        thumbnails[mistake.row] = _thumbnail(mistake)
    asked = mistake.example.text
    asked = asked if len(asked) <= LONGEST else f"{asked[: LONGEST - 1]}…"
    right = say("right: {label}", label=text(mistake.example.label))
    return (
        f'<button type="button" class="mistake" data-choice="{mistake.row}" '
        f'aria-pressed="false">{thumbnails[mistake.row]}'
        f'<span class="asked">{text(asked)}</span>'
        f'<span class="answer">{text(mistake.answer)} {percent(mistake.probability)}</span>'
        f'<span class="truth">{right}</span></button>'
    )


def _thumbnail(mistake: Mistake) -> str:
    try:
        picture = picture_of(mistake.example.picture)
    except (OSError, ValueError):  # gone since: what was brought is deleted when its visitor leaves
        return ""
    small = picture.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    return f'<img src="{data_url(small)}" alt="">'


def mistake_card(
    mistake: Mistake, strategy: str, picture: Image.Image, told: Explanation | str | None
) -> str:
    """One mistake, large. told: its explanation, or why there is none; None while it is worked out."""
    example = mistake.example
    title = say("“{answer}” instead of “{right}”", answer=text(mistake.answer), right=text(example.label))
    answers, whole = say("{strategy} answers", strategy=text(strategy)), say("The picture")
    return f"""
<section class="panel looked-at" aria-labelledby="looked-at-title">
  <h2 id="looked-at-title">{title}</h2>
  <div class="looked-at-body">
    <figure><img src="{preview(picture)}" alt="{whole}"><figcaption>{whole}</figcaption></figure>
    {_map(picture, told)}
    <div class="looked-at-told">
      <p class="asked">{text(example.text) or say("No text")}</p>
      <dl><dt>{answers}</dt>
      <dd><b>{text(mistake.answer)}</b> {percent(mistake.probability, 1)}</dd>
      <dt>{say("right would be")}</dt>
      <dd><b>{text(example.label)}</b> {percent(mistake.expected, 1)}</dd></dl>
      {_why(told)}
    </div>
  </div>
</section>"""


def _map(picture: Image.Image, told: Explanation | str | None) -> str:
    if not isinstance(told, Explanation) or not told.image.any():
        return ""
    drawn = overlay(picture, told.image)
    caption = say("What spoke for “{label}”", label=text(told.label))
    return f'<figure><img src="{preview(drawn)}" alt="{caption}"><figcaption>{caption}</figcaption></figure>'


def _why(told: Explanation | str | None) -> str:
    if told is None:
        line = f'<p class="fine">{say("Working out what spoke for it…")}</p>'
        return f'{line}<span class="under-way" aria-hidden="true"><i></i></span>'
    if isinstance(told, str):
        return f'<p class="note">{text(told)}</p>'
    explained = say("Explained by {explainer}.", explainer=text(told.explainer))
    if not any(told.text):
        return f'<p class="fine">{say("No word had any part in it.")} {explained}</p>'
    most = max(abs(share) for share in told.text)
    words = "".join(
        f'<li class="{"for" if share > 0 else "against" if share < 0 else ""}" '
        f'style="--shade:{abs(share) / most:.2f}">{text(word)}</li>'
        for word, share in zip(told.words, told.text, strict=True)
    )
    title = say("Words, the darker the more they spoke for it; dashed: against")
    return f"""
<h3 id="looked-at-words">{title}</h3>
<ul class="spoken" aria-labelledby="looked-at-words">{words}</ul>
<p class="fine">{explained}</p>"""
