"""The box that a visitor drops a picture into, the same on every tab."""

from fusion.ui.picture_input import PictureInput


def drop_picture(height: int, elem_id: str) -> PictureInput:
    """An empty one in the Blocks at hand; height in pixels."""
    return PictureInput(
        label="Picture",
        sources=["upload", "clipboard"],
        buttons=[],
        height=height,
        alt_text="Your picture",
        placeholder="Drop a picture here\nor click to choose one",
        elem_id=elem_id,
    )
