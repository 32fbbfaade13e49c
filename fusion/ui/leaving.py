"""A visitor leaves: what the page remembered of them goes at once."""

import gradio as gr


def forgets_who_leaves(page: gr.Blocks) -> None:
    """Gradio itself keeps what was shown, and state that is changed in place, until many others came."""

    def leave(request: gr.Request) -> None:
        session = page.state_holder.session_data.pop(request.session_hash or "", None)
        if session is None:
            return
        for number, value in session.state_data.items():
            block = session.blocks_config.blocks.get(number)
            if isinstance(block, gr.State):
                block.delete_callback(value)

    page.unload(leave)
