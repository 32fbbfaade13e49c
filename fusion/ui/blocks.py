"""The page's Blocks: whatever an event meets, whoever sent it reads one sentence of it, in its turn."""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

import gradio as gr
from gradio_client.utils import is_file_obj_with_meta, is_http_url_like, traverse

from fusion.language import say
from fusion.ui.failures import sentence
from fusion.ui.lazy_tabs import LazyTabs


class Page(gr.Blocks):
    """Gradio checks what an event is given before any function of the page runs. Where that fails, its own
    Blocks tell the sender nothing, and write what was sent to the log with a traceback."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.lazy = LazyTabs()
        self._telling: WeakKeyDictionary[Any, asyncio.Lock] = WeakKeyDictionary()  # by visitor's state
        super().__init__(*args, **kwargs)

    def get_config_file(self) -> Any:
        """What Blocks gives, without the contents of lazy tabs."""
        return self.lazy.taken_out_of(self.whole_config())

    def whole_config(self) -> Any:
        """What Blocks gives: every component and every event."""
        return super().get_config_file()

    async def preprocess_data(self, block_fn: Any, inputs: list[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """What Blocks gives of the values that were sent; raises gr.Error where they do not fit."""
        try:
            traverse(inputs, _uploaded, is_file_obj_with_meta)
            return await super().preprocess_data(block_fn, inputs, *args, **kwargs)
        except Exception:  # values of the wrong number, types and files, in whatever way each is found out
            told = say(
                "What was sent does not fit: send texts as texts, and of a file what its upload gave back."
            )
            raise gr.Error(told, print_exception=False) from None

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any) -> list[Any]:
        """What Blocks gives; what is found first for a visitor is told first, however much it is."""
        turn = asyncio.Lock()
        async with turn if state is None else self._telling.setdefault(state, turn):
            return await super().postprocess_data(block_fn, predictions, state)

    async def process_api(self, block_fn: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What Blocks gives, and what this event brings; raises gr.Error with a sentence alone."""
        try:
            answer = await super().process_api(block_fn, *args, **kwargs)
            answer["render_config"] = self.lazy.brought_by(block_fn._id)
            return answer
        except gr.Error:
            raise
        except Exception as error:
            raise gr.Error(sentence(error), print_exception=False) from None

    def queue(self, *args: Any, **kwargs: Any) -> "Page":
        """As Blocks; an event of no session is told so, not put among those whose sessions are known."""
        super().queue(*args, **kwargs)
        push = self._queue.push

        async def pushed(body: Any, request: Any, username: str | None) -> Any:
            if body.session_hash == "":
                return False, "Session hash not found.", "error"
            return await push(body=body, request=request, username=username)

        vars(self._queue)["push"] = pushed
        return self


def _uploaded(file: dict[str, Any]) -> None:
    """Gradio fetches a file whose path is an address; raises ValueError for such."""
    if is_http_url_like(file["path"]):
        raise ValueError("an address in the place of an upload")
