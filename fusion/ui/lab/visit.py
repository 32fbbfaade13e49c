"""What the lab remembers of one visitor, in memory and for this visit alone."""

from dataclasses import dataclass

from PIL import Image

from fusion.ui.pictures import preview


@dataclass(eq=False)
class LabVisit:
    """picture: cleaned; preview: it as a data URL."""

    picture: Image.Image | None = None
    preview: str | None = None

    def take(self, picture: Image.Image | None) -> None:
        """Work with another picture, cleaned."""
        self.picture, self.preview = picture, None if picture is None else preview(picture)

    def forget(self) -> None:
        """Keep nothing of the visitor's."""
        self.picture = self.preview = None
