"""What is measured without training, with a space that is told what to say."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from PIL import Image

from fusion import zero_shot_evaluation as module
from fusion.progress import silent
from fusion.scenes.scene import Scene
from fusion.tasks import Example
from fusion.zero_shot import IMAGE
from fusion.zero_shot_evaluation import typed_labels, word_maps

LABELS = ("dark", "bright")


class Space:
    """Tells dark pictures from bright ones; its maps peak at the corner that it is given."""

    def __init__(self, corner: tuple[int, int] = (0, 0)) -> None:
        self.corner = corner

    def of_picture(self, picture: Image.Image, labels: Sequence[str]) -> torch.Tensor:
        bright = float(picture.convert("L").getpixel((0, 0))) / 255  # type: ignore[arg-type]
        return torch.tensor([1 - bright, bright])

    def maps(self, picture: Image.Image, words: Sequence[str]) -> torch.Tensor:
        maps = torch.zeros(len(words), 14, 14)
        maps[:, self.corner[0], self.corner[1]] = 1
        return maps


def use(monkeypatch: pytest.MonkeyPatch, space: object) -> None:
    monkeypatch.setattr(module, "load_space", lambda image_encoder, text_encoder: space)


def test_typed_labels_are_asked_of_every_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Space())
    examples = []
    for i, grey in enumerate((0, 255, 51)):
        Image.new("RGB", (16, 16), (grey, grey, grey)).save(tmp_path / f"{i}.png")
        examples.append(Example(tmp_path / f"{i}.png", "", "dark", "name", str(i)))
    name, shares = typed_labels(examples, LABELS, "any", "any", silent)
    assert name == IMAGE
    torch.testing.assert_close(shares, torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.8, 0.2]]))


def test_word_maps_hit_where_the_peak_lies_in_the_box(
    material: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "POINTED", 12)
    asked: list[str] = []

    class Knowing(Space):
        """Points at the middle of the first thing of the scene that is drawn last."""

        def maps(self, picture: Image.Image, words: Sequence[str]) -> torch.Tensor:
            asked.extend(words)
            x, y = drawn[-1].placed[0].centre
            self.corner = (int(14 * y), int(14 * x))
            return super().maps(picture, words)

    drawn: list[Scene] = []
    draw = Scene.draw
    monkeypatch.setattr(Scene, "draw", lambda scene: drawn.append(scene) or draw(scene))
    use(monkeypatch, Knowing())
    one, two = word_maps("any", "any", silent)
    assert (one["things"], one["n"], two["things"], two["n"]) == (1, 12, 2, 12)
    assert one["hit"] == two["hit"] == 1.0
    assert one["interval"][1] == pytest.approx(1)
    assert [len(scene.placed) for scene in drawn] == [1] * 12 + [2] * 12
    assert asked == [scene.placed[0].name for scene in drawn]
    assert {scene.split for scene in drawn} == {"test"}
    use(monkeypatch, Space((13, 0)))
    assert word_maps("any", "any", silent)[1]["hit"] < 0.5
