"""How the page is served: from this machine alone, keeping nothing."""

import logging
import threading
from typing import Any

import gradio as gr

import fusion
from fusion.device import without_gpu
from fusion.ending import ends_in_order
from fusion.errors import UserError
from fusion.paths import ASSETS
from fusion.ui.examples import examples
from fusion.ui.head import head
from fusion.ui.mcp import with_mcp
from fusion.ui.own.view import MAX_UPLOAD
from fusion.ui.serve import app_options
from fusion.ui.theme import theme

logger = logging.getLogger(__name__)

SESSIONS = 256  # of visitors remembered at once, each with a picture of up to 12 MB


def launch(page: gr.Blocks, **options: Any) -> Any:
    """Serve the page; `options` go to gradio's launch. Gives back what that gives back."""
    ends_in_order()
    threading.Thread(target=_warm, name="warm", daemon=True).start()
    page.queue(default_concurrency_limit=4, max_size=64)
    return page.launch(
        theme=theme(),
        css_paths=[ASSETS / "style.css", *sorted(set(ASSETS.glob("*.css")) - {ASSETS / "style.css"})],
        head=head(),
        favicon_path=ASSETS / "icon.svg",
        max_file_size=MAX_UPLOAD,  # a picture has less, but is refused in the page's own words
        app_kwargs=with_mcp(app_options(most_bytes=2 * MAX_UPLOAD)),
        state_session_capacity=SESSIONS,
        run_history=False,
        enable_monitoring=False,
        footer_links=["api"],
        share=False,
        mcp_server=False,  # its own tools would fetch and keep what they are given; see fusion.ui.mcp
        ssr_mode=False,
        pwa=False,
        **options,
    )


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
