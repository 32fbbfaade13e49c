"""The panel with the heat map: the component, and what the browser needs to draw it."""

from typing import Any

import gradio as gr

from fusion.answer import Answer, Reply
from fusion.explain import heatmap
from fusion.paths import ASSETS
from fusion.ui.pictures import data_url

# Static: the script fills it, and a template without values is never rendered again over its work.
_TEMPLATE = """
<section class="panel heat" aria-labelledby="heat-title">
  <h2 id="heat-title">Where each word looked</h2>
  <div class="heat-message" hidden><p></p><div class="heat-others"></div></div>
  <div class="heat-body">
    <div class="heat-frame"><img alt="The picture"><canvas role="img"></canvas></div>
    <div class="heat-controls">
      <div role="group" aria-label="Word"><div class="label">Word</div><div class="chips"></div></div>
      <div class="heat-selects">
        <label><span class="label">Layer</span><select class="heat-layer"></select></label>
        <label><span class="label">Head</span><select class="heat-head"></select></label>
      </div>
      <label><span class="label">Opacity <output class="heat-percent"></output></span>
        <input class="heat-opacity" type="range" min="0" max="100" step="1" value="75"></label>
      <div class="heat-legend">
        <span>none</span><img alt="" class="heat-scale" src="PALETTE"><span class="heat-most"></span></div>
      <p class="heat-caption" aria-live="polite"></p>
    </div>
  </div>
</section>
"""


def heat_map(**options: Any) -> gr.HTML:
    """Maps over the original picture; word, layer, head and opacity react in the browser alone.

    Its value is what `heat_value` gives; its property `picture`, a data URL, is sent when it changes.
    """
    return gr.HTML(
        html_template=_TEMPLATE.replace("PALETTE", data_url(heatmap.palette(), lossless=True)),
        js_on_load=(ASSETS / "heatmap.js").read_text(encoding="utf-8"),
        apply_default_css=False,
        picture=None,
        relevance=None,
        **options,
    )


def heat_value(answer: Answer, reply: Reply) -> dict[str, Any]:
    """The maps of an answer, or why there are none."""
    return _no_maps(answer, reply) if answer.attention is None else _maps(answer)


def _maps(answer: Answer) -> dict[str, Any]:
    maps = answer.attention
    assert maps is not None
    sheet = heatmap.sheet(maps)
    layers, heads, _ = sheet.tiles
    return {
        "sheet": data_url(sheet.image, lossless=True),
        "attention": not maps.evidence,
        "rows": sheet.rows,
        "columns": sheet.columns,
        "words": ["all words", *sheet.words],
        "layers": ["mean", *(str(i) for i in range(1, layers))],
        "heads": ["mean", *(str(i) for i in range(1, heads))],
        "peaks": sheet.peaks,
        "word": 1 + maps.words.index(answer.label) if maps.evidence else sheet.sharpest,
    }


def _no_maps(answer: Answer, reply: Reply) -> dict[str, Any]:
    others = [other.strategy for other in reply.results if other.attention is not None]
    if reply.modality != "both":
        message = "Attention goes from words to patches of a picture: give both to see it."
    elif others:
        message = f"{answer.strategy} does not attend to patches, so there is no map to show. These do:"
    else:
        message = "None of these strategies attends to patches, so there is no map to show."
    return {"message": message, "others": others}
