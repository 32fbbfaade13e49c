"""How the page is served: from this machine alone, keeping nothing."""

import logging
import sys
import threading
from pathlib import Path
from typing import Any

import gradio as gr

import fusion
from fusion.device import without_gpu
from fusion.ending import ends_in_order
from fusion.errors import UserError
from fusion.language import LANGUAGES, say, speaking
from fusion.paths import ASSETS, cache_folder, clear_drafts
from fusion.ui.examples import examples
from fusion.ui.mcp import with_mcp
from fusion.ui.own.view import MAX_UPLOAD
from fusion.ui.serve import app_options, asked_to_stop, until_stopped
from fusion.ui.serve.password import password, right
from fusion.ui.serve.quiet import tells_no_data
from fusion.ui.serve.turns import ALL, without_analytics
from fusion.ui.serve.unfinished import leaves_nothing_unfinished
from fusion.ui.theme import theme

logger = logging.getLogger(__name__)

SWITCH_S = 0.0005  # a short event waits so long, many times over, while long work holds the interpreter
SESSIONS = 256  # of visitors remembered at once, each with a picture of up to 12 MB


def launch(page: gr.Blocks, **options: Any) -> Any:
    """Serve the page; `options` go to gradio's launch. Gives back what that gives back."""
    asked = None
    if options.pop("prevent_thread_lock", False):
        ends_in_order()
    else:
        asked = asked_to_stop()
    clear_drafts(cache_folder())
    warming = threading.Thread(target=_warm, name="warm")
    warming.start()
    sys.setswitchinterval(SWITCH_S)
    page.queue(default_concurrency_limit=4)  # how much may wait, see fusion.ui.serve.turns
    without_analytics(page)
    tells_no_data()
    leaves_nothing_unfinished()
    given = page.launch(
        theme=theme(),
        css_paths=_sheets(),
        favicon_path=ASSETS / "icon.svg",
        max_file_size=MAX_UPLOAD,  # a picture has less, but is refused in the page's own words
        app_kwargs=with_mcp(app_options(most_bytes=2 * MAX_UPLOAD)),
        state_session_capacity=SESSIONS,
        max_threads=ALL,  # events at once: most only wait, and a place in the queue is not to be waited for
        run_history=False,
        enable_monitoring=False,
        footer_links=["api"],
        share=False,
        mcp_server=False,  # its own tools would fetch and keep what they are given; see fusion.ui.mcp
        ssr_mode=False,
        pwa=False,
        auth=right if password() else None,  # type: ignore[arg-type]  # gradio awaits it
        auth_message=_asks_for_password(),
        prevent_thread_lock=True,
        **options,
    )
    if asked is not None:
        until_stopped(page, asked)
        warming.join()  # cut off in the middle of a computation, it would take the process down with it
    return given


def _sheets() -> list[Path]:
    """In the order in which they count: the page's style, that of the tab Ask, those of the other tabs."""
    page = ASSETS / "style.css"
    return [page, *sorted(ASSETS.glob("ask/*.css")), *sorted(set(ASSETS.glob("*.css")) - {page})]


def _asks_for_password() -> str:
    """In every language: who is not let in yet has not chosen one."""
    said = []
    for code in LANGUAGES:
        with speaking(code):
            said.append(say("This page asks for a password; any name will do."))
    return "<br>".join(said)


def _warm() -> None:
    """Load encoders and checkpoints while the visitor still looks at the page."""
    try:
        lens = fusion.load()
        with without_gpu():
            for example in examples(lens.task)[:1]:
                lens.reply(example.picture, example.question, "all")
    except UserError as error:
        logger.warning("%s", error)
    except Exception as error:  # the page itself will tell the visitor
        logger.warning("warming up failed: %s", type(error).__name__)
