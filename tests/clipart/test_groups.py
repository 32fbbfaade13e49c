import numpy as np
import pytest
from PIL import Image, ImageOps

from fusion.clipart.groups import alike, groups, look, trimmed
from fusion.clipart.read import sample

# Drawings of the sample that are clearly different from each other.
OTHERS = ("Eiffel Tower", "Elefante02", "French Fries", "Blue Girl", "Desk Lamp", "Small Truck")


def of(title: str) -> Image.Image:
    return {drawing.title: drawing for drawing in sample()}[title].draw()


def recoloured(picture: Image.Image) -> Image.Image:
    red, green, blue = picture.split()
    return Image.merge("RGB", (blue, red, green))


def resized(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // 2, picture.height // 2))


def on_a_larger_sheet(picture: Image.Image) -> Image.Image:
    return ImageOps.expand(picture, (40, 10, 0, 90), fill="white")


def black_and_white(picture: Image.Image) -> Image.Image:
    return picture.convert("L").convert("RGB")


@pytest.mark.parametrize("change", [recoloured, resized, on_a_larger_sheet, black_and_white])
@pytest.mark.parametrize("title", OTHERS)
def test_a_changed_copy_is_in_the_group_of_its_original(title: str, change: object) -> None:
    assert callable(change)
    pictures = [of(title), *map(of, OTHERS), change(of(title))]
    found = groups(len(pictures), alike([look(picture) for picture in pictures]), ())
    assert found[-1] == found[0] == found[1 + OTHERS.index(title)]
    assert len(set(found)) == len(OTHERS)


def test_drawings_of_the_sample_are_no_variants_of_each_other() -> None:
    assert alike([look(drawing.draw()) for drawing in sample()]) == []


def test_a_mirrored_proportion_is_another_look() -> None:
    wide = Image.new("RGB", (200, 60), "red")
    assert alike([look(wide), look(wide.rotate(90, expand=True))]) == []


def test_blank_drawings_are_alike_to_nothing() -> None:
    blank = Image.new("RGB", (50, 50), "white")
    assert trimmed(blank) is None
    edges, ratio = look(blank)
    assert not edges.any() and ratio == 0
    assert alike([look(blank), look(blank)]) == []


def test_the_margin_is_cut_off() -> None:
    picture = Image.new("RGB", (90, 70), "white")
    picture.paste((255, 255, 0), (30, 20, 50, 65))
    cut = trimmed(picture)
    assert cut is not None and cut.size == (20, 45)


def test_pairs_and_keys_join_and_what_is_joined_twice_is_one_group() -> None:
    found = groups(7, [(0, 1)], (["", "a", "a", "", "b", "", ""], ["", "", "x", "x", "", "", "y"]))
    assert found[0] == found[1] == found[2] == found[3]
    assert len(set(found)) == 4
    assert len(set(groups(3, [], (["", "", ""],)))) == 3  # no key joins nobody


def test_edges_are_of_length_one() -> None:
    edges, _ = look(of("Small Truck"))
    assert np.linalg.norm(edges) == pytest.approx(1, abs=1e-4)
