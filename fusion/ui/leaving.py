"""A visitor leaves: what the page remembered of them goes at once."""

import gradio as gr

from fusion.ui.serve.sessions import Sessions


def forgets_who_leaves(page: gr.Blocks) -> None:
    """Gradio itself keeps what was shown, and state that is changed in place, until many others came."""

    async def leave(request: gr.Request) -> None:
        assert isinstance(page.state_holder, Sessions)
        await page.state_holder.forget(request.session_hash or "")

    page.unload(leave)
