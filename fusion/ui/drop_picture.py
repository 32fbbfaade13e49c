"""The box that a visitor drops a picture into, the same on every tab."""

from fusion.language import say
from fusion.ui.picture_input import PictureInput


def drop_picture(height: int, elem_id: str) -> PictureInput:
    """An empty one in the Blocks at hand; height in pixels."""
    return PictureInput(
        label=say("Picture"),
        sources=["upload", "clipboard"],
        buttons=[],
        height=height,
        alt_text=say("Your picture"),
        placeholder=say("Drop a picture here\nor click to choose one"),
        elem_id=elem_id,
    )
