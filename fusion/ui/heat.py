"""The panel with the maps: the component, and what the browser needs to draw them."""

import base64
from typing import Any

import gradio as gr

from fusion.answer import Answer, AttentionMaps, Reply
from fusion.explain import heatmap
from fusion.language import named, say
from fusion.paths import ASSETS
from fusion.strategies import STRATEGIES
from fusion.ui import markup
from fusion.ui.parts import text
from fusion.ui.pictures import data_url

# Each holds one thing; joined in this order they are the body of one function.
_SCRIPTS = ("state", "maps", "colours", "chips", "captions", "view", "overview", "save", "panel")


def heat_map(**options: Any) -> gr.HTML:
    """Maps over the original picture; all but the answer to compare with reacts in the browser alone.

    Its value is what `heat_value` gives. Its properties are sent when they change: `picture`, a data URL;
    `relevance`, what an explainer says of the shown answer; `other`, the answer to compare with.
    """
    script = [(ASSETS / "heatmap" / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS]
    return markup.html(
        html_template=_template(),
        js_on_load="\n".join(script),
        picture=None,
        relevance=None,
        other=None,
        **options,
    )


def heat_value(answer: Answer, reply: Reply) -> dict[str, Any]:
    """The maps of an answer, or why there are none, and what it can be compared with."""
    others = [other for other in reply.results if other.strategy != answer.strategy]
    attending = [other.strategy for other in others if other.attention is not None]
    return {
        **side(answer, reply),
        "question": reply.question,
        "message": _message(answer, reply),
        "attending": attending if answer.attention is None else [],
        "others": [
            {
                "strategy": other.strategy,
                "attends": other.attention is not None,
                "explained": explainable(other, reply),
            }
            for other in others
            if other.attention is not None or explainable(other, reply)
        ],
    }


def side(answer: Answer, reply: Reply) -> dict[str, Any]:
    """One answer with its maps of attention, as plain types."""
    return {
        "reply": _mark(reply),
        "strategy": answer.strategy,
        "answer": answer.label,
        "named": named(answer.label),
        "probability": answer.probability,
        "attention": None if answer.attention is None else _packed(answer.attention, answer.label),
        "explained": explainable(answer, reply),
    }


def explainable(answer: Answer, reply: Reply) -> bool:
    """Whether explainers can tell why: of a strategy that was given a picture and a text."""
    return reply.modality == "both" and answer.strategy in STRATEGIES


def _steps(name: str, label: str, before: str, after: str) -> str:
    """A choice among layers or heads, and the steps to the next one."""
    return f"""
<div class="heat-steps" role="group" aria-label="{text(label)}">
  <label><span class="label">{text(label)}</span><select class="heat-{name}"></select></label>
  <button type="button" class="heat-step heat-before" aria-label="{text(before)}">‹</button>
  <button type="button" class="heat-step heat-after" aria-label="{text(after)}">›</button>
</div>"""


def _template() -> str:
    """Static: the script fills it, and a template without values is never rendered again over its work."""
    steps = _steps("layer", say("Layer"), say("Previous layer"), say("Next layer"))
    steps += _steps("head", say("Head"), say("Previous head"), say("Next head"))
    plain = data_url(heatmap.palette(), lossless=True)
    signed = data_url(heatmap.signed_palette(), lossless=True)
    return f"""
<section class="panel heat" aria-labelledby="heat-title">
  <div class="heat-top">
    <h2 id="heat-title">{text(say("Where each word looked"))}</h2>
    <div class="heat-kinds" role="group" aria-label="{text(say("Map"))}">
      <button type="button" data-kind="attention">{text(say("Attention"))}</button>
      <button type="button" data-kind="why">{text(say("Why"))}</button>
    </div>
  </div>
  <div class="heat-message" hidden><p></p><div class="heat-others"></div></div>
  <div class="heat-body">
    <div class="heat-views"><figure class="heat-view">
      <div class="heat-frame">
        <img alt="{text(say("The picture"))}"><canvas role="img"></canvas>
        <i class="heat-cursor" hidden></i><i class="heat-patch" hidden></i>
        <button type="button" class="heat-patches"></button>
      </div>
      <figcaption>
        <div class="heat-line"><p class="heat-whose"></p>
          <button type="button" class="heat-back" hidden>{text(say("All patches"))}</button></div>
        <div class="heat-legend">
          <span class="heat-least"></span>
          <img alt="" class="heat-scale plain" src="{plain}">
          <img alt="" class="heat-scale signed" src="{signed}">
          <span class="heat-most"></span>
        </div>
        <p class="heat-caption" aria-live="polite"></p>
        <div class="heat-words"></div>
      </figcaption>
    </figure></div>
    <div class="heat-controls">
      <div class="heat-words-group" role="group" aria-label="{text(say("Word"))}">
        <div class="label">{text(say("Word"))}</div>
        <div class="chips"></div>
        <p class="fine heat-hint"></p>
      </div>
      <div class="heat-selects">{steps}</div>
      <details class="heat-overview"><summary>{text(say("All layers and heads"))}</summary>
        <div class="heat-all" role="group"
          aria-label="{text(say("All layers and heads"))}"></div></details>
      <label class="heat-fade"><span class="label">{text(say("Opacity"))}
        <output class="heat-percent"></output></span>
        <input class="heat-opacity" type="range" min="0" max="100" step="1" value="75"></label>
      <label class="heat-compare"><span class="label">{text(say("Compare with"))}</span>
        <select class="heat-beside"></select></label>
      <div class="heat-saves">
        <button type="button" class="heat-save-picture">{text(say("Save picture"))}</button>
        <button type="button" class="heat-save-numbers">{text(say("Save numbers"))}</button>
      </div>
    </div>
  </div>
</section>
"""


def _mark(reply: Reply) -> str:
    """The same for the same answers to the same question: the browser tells by it what belongs together."""
    told = tuple((answer.strategy, answer.answers) for answer in reply.results)
    return f"{hash((reply.question, told)):x}"


def _packed(maps: AttentionMaps, label: str) -> dict[str, Any]:
    layers, heads, _, rows, columns = maps.weights.shape
    return {
        "kind": "evidence" if maps.evidence else "attention",
        "numbers": base64.b64encode(heatmap.halves(maps).tobytes()).decode(),
        "rows": rows,
        "columns": columns,
        "words": maps.words,
        "layers": layers,
        "heads": heads,
        "sharpest": 1 + (maps.words.index(label) if maps.evidence else heatmap.sharpest(maps)),
    }


def _message(answer: Answer, reply: Reply) -> str | None:
    if answer.attention is not None:
        return None
    if reply.modality != "both":
        return say("Attention goes from words to patches of a picture: give both to see it.")
    if any(other.attention is not None for other in reply.results):
        return say("{strategy} does not attend to patches. These do:", strategy=answer.strategy)
    return say("None of these strategies attends to patches, so there is no map of attention.")
