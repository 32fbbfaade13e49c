"""How much of an answer rested on which words and regions: the panel's states, in HTML."""

from collections.abc import Sequence

from fusion.answer import Answer, Reply
from fusion.explain.mm_shap import Shares
from fusion.language import named, say
from fusion.percentage import points
from fusion.ui.parts import is_reference, percent, text


def regions_offer(answer: Answer | None, reply: Reply | None) -> str:
    """The button that asks, or nothing where there is no answer that words and regions could have moved."""
    if answer is None or reply is None or reply.modality != "both" or is_reference(answer.strategy):
        return ""
    return _panel(
        text(say("What moved {strategy}’s answer “{label}”, piece by piece?", **_named(answer))),
        _button(say("Words and regions")),
    )


def regions_under_way(answer: Answer) -> str:
    """What stands there while it is measured."""
    line = say(
        "Measuring {strategy}’s answer “{label}”, words and regions left out in many orders: some seconds…",
        **_named(answer),
    )
    return _panel(text(line), '<span class="under-way" aria-hidden="true"><i></i></span>')


def regions_failed(answer: Answer, sentence: str) -> str:
    """What stands there where it could not be measured."""
    return _panel(_told(answer, sentence), _button(say("Try again")))


def regions_found(answer: Answer, shares: Shares) -> str:
    """The shares of words and picture, and which word and which part brought them."""
    if not shares.image + shares.text:
        return _panel(_told(answer, shares.sentence))
    words = _items([(f"{text(word)} ", share) for word, share in shares.words])
    areas = _items(
        [
            (f'<span class="visually-hidden">{text(say(area))} </span>', share)
            for area, share in shares.named_areas
        ]
    )
    how = say(
        "Numbers are percent of all that moved the answer: + for it, − against it. Shares by sampled Shapley "
        "values, as in MM-SHAP (Parcalabescu and Frank 2023)."
    )
    return f"""
<section class="panel regions" aria-labelledby="regions-title">
  <h2 id="regions-title">{text(say("Words and regions"))}</h2>
  <p>{_told(answer, shares.sentence)}</p>
  <p class="balance"><span class="share text">{text(say("words"))} {percent(shares.text)}</span>
    <span class="split" aria-hidden="true"><i style="width:{100 * shares.text:.1f}%"></i></span>
    <span class="share image">{text(say("picture"))} {percent(shares.image)}</span></p>
  <div class="measured">
    <div><h3 id="regions-words">{text(say("Words"))}</h3>
      <ul class="spoken" aria-labelledby="regions-words">{words}</ul></div>
    <div><h3 id="regions-areas">{text(say("Ninths of the picture"))}</h3>
      <ul class="areas" aria-labelledby="regions-areas">{areas}</ul></div>
  </div>
  <p class="fine">{text(how)}</p>
</section>"""


def _panel(line: str, action: str = "") -> str:
    label = text(say("Words and regions"))
    return f"""
<section class="panel regions asking" aria-label="{label}"><p>{line}</p>{action}</section>"""


def _button(label: str) -> str:
    return f'<button type="button" data-choice="measure">{text(label)}</button>'


def _named(answer: Answer) -> dict[str, str]:
    return {"strategy": answer.strategy, "label": named(answer.label)}


def _told(answer: Answer, sentence: str) -> str:
    return text(say("{strategy}’s answer “{label}”: {sentence}", sentence=sentence, **_named(answer)))


def _items(shares: Sequence[tuple[str, float]]) -> str:
    """The shares by names in HTML, shaded by how large each is beside the largest."""
    most = max((abs(share) for _, share in shares), default=0) or 1
    return "".join(
        f'<li class="{"for" if share > 0 else "against" if share < 0 else ""}" '
        f'style="--shade:{abs(share) / most:.2f}">{name}<b>{points(share)}</b></li>'
        for name, share in shares
    )
