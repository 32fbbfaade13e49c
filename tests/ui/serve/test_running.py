"""A server that is asked to stop ends, whoever still listens to it."""

import gc
import threading

import gradio as gr
import pytest
from gradio_client import Client

from fusion import courtesy
from fusion.ui.serve import app_options, running, until_stopped


def test_work_that_does_not_end_is_not_waited_for_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PATIENCE_S", 0.1)
    monkeypatch.setattr(courtesy, "_ended", False)
    began, goes_on = threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        goes_on.wait(60)

    with gr.Blocks(analytics_enabled=False) as page:
        gr.Button().click(work, api_name="work")
    options = app_options(most_bytes=1000)
    _, address, _ = page.launch(
        app_kwargs=options, server_name="127.0.0.1", prevent_thread_lock=True, quiet=True, ssr_mode=False
    )
    Client(address, verbose=False).submit(api_name="/work")
    assert began.wait(20)
    asked = threading.Event()
    asked.set()
    try:
        until_stopped(page, asked)
        assert not page.server.thread.is_alive()
        assert gc.get_freeze_count() > 0, "the interpreter looks through everything once more"
    finally:
        goes_on.set()
        gc.unfreeze()
