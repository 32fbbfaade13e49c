"""The folded section under the answer, and what hands a state from one page to the next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from fusion.language import say
from fusion.paths import ASSETS
from fusion.ui import markup
from fusion.ui.components import Parts
from fusion.ui.parts import text
from fusion.ui.take.taking import Taking, handed_on

Listen = Callable[..., Any]  # adds a listener to an event


@dataclass(frozen=True, eq=False)
class Take:
    """panel: the section. arrival: opens what a link or another page holds."""

    panel: gr.HTML
    arrival: gr.HTML


def add_take() -> Take:
    """The components in the Blocks at hand."""
    with gr.Accordion(say("Take it away"), open=False, elem_id="take"):  # hidden until there is an answer
        panel = markup.html(
            html_template=_template(),
            js_on_load=(ASSETS / "take" / "panel.js").read_text(encoding="utf-8"),
            padding=False,
            answer=None,
        )
    arrival = markup.html(
        html_template="",
        js_on_load=(ASSETS / "take" / "arrive.js").read_text(encoding="utf-8"),
        carried=None,
        elem_id="arrival",
    )
    return Take(panel, arrival)


def wire_take(page: gr.Blocks, parts: Parts, take: Take) -> None:
    """What the buttons do; no visitor's turn is held."""
    quiet: dict[str, Any] = {
        "api_visibility": "private",
        "show_progress": "hidden",
        "trigger_mode": "multiple",
        "concurrency_id": "take",
        "concurrency_limit": None,  # here; see Taking
    }
    taking = Taking(page)
    asked = [parts.visit, parts.strategy, parts.question]
    take.panel.select(taking.take, asked, take.panel, **quiet)
    take.arrival.input(handed_on, asked, take.arrival, **quiet)


def _template() -> str:
    """Static: the script fills it."""
    buttons = {
        "html": say("Report (HTML)"),
        "json": say("Report (JSON)"),
        "link": say("Copy link"),
        "code": say("Code"),
    }
    choices = "".join(
        f'<button type="button" data-take="{kind}">{text(label)}</button>' for kind, label in buttons.items()
    )
    what = say(
        "One file with picture, answers, maps and how far to trust them; or a link or code to ask it "
        "again. No copy stays on this server."
    )
    return f"""
<div class="take">
  <p class="fine">{text(what)}</p>
  <div class="take-choices">{choices}</div>
  <div class="take-working" hidden>
    <span class="take-step" role="status"></span><span class="bar" aria-hidden="true"><i></i></span>
    <button type="button" class="take-stop">{text(say("Stop"))}</button>
  </div>
  <p class="take-told fine" role="status"></p>
  <div class="take-link" hidden>
    <label><span class="label">{text(say("Link"))}</span><input type="text" readonly></label>
    <p class="fine take-holds"></p>
  </div>
  <div class="take-code" hidden>
    <div class="take-kinds" role="group" aria-label="{text(say("Language of the code"))}"></div>
    <pre tabindex="0" role="region" aria-label="{text(say("Code"))}"><code></code></pre>
    <button type="button" class="take-copy">{text(say("Copy code"))}</button>
    <p class="fine take-note" hidden></p>
    <details><summary>{text(say("What can be asked"))}</summary><dl class="take-endpoints"></dl></details>
  </div>
</div>"""
