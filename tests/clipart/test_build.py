"""From a small stand-in for the unpacked packages to the built folder."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from fusion.clipart import build as module
from fusion.clipart.build import build, build_from, split_of
from fusion.clipart.read import Drawing, _drawings
from fusion.errors import UserError


def put(root: Path, inside: str, title: str, picture: Image.Image) -> None:
    """A drawing with its title, as the packages hold them."""
    png, svg = root / "png" / f"{inside}.png", root / "svg" / f"{inside}.svg"
    for path in (png, svg):
        path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(png)
    svg.write_text(f"<svg><dc:title>{title}</dc:title></svg>", encoding="utf-8")


def star(points: int, color: str, side: int = 80) -> Image.Image:
    """Rays on a transparent ground, another look for another number."""
    picture = Image.new("RGBA", (side, side))
    draw = ImageDraw.Draw(picture)
    for i in range(points):
        draw.pieslice((4, 4, side - 4, side - 4), i * 360 / points, i * 360 / points + 12, fill=color)
    return picture


@pytest.fixture
def package(tmp_path: Path) -> Path:
    put(tmp_path, "animals/owl", "Owl", star(3, "brown"))
    put(tmp_path, "animals/owl_grey", "A grey bird", star(3, "grey", side=50))
    put(tmp_path, "food/owl_cake", "owl 2", star(7, "pink"))
    put(tmp_path, "food/pear_1_somebody", "Pear", star(5, "green"))
    put(tmp_path, "food/pear_2_somebody", "Half of it", star(11, "green"))
    put(tmp_path, "tools/saw", "saw", star(9, "black"))
    put(tmp_path, "tools/untitled", "", star(4, "black"))
    put(tmp_path, "tools/blank", "nothing", Image.new("RGBA", (60, 60)))
    put(tmp_path, "tools/giant", "giant", Image.new("1", (8000, 7000)))
    put(tmp_path, "unsorted/thing", "thing", star(6, "black"))
    for i in range(12):
        put(tmp_path, f"people/person{i}", f"Set {i}", star(3 + i, "blue"))
    (tmp_path / "png/tools/link.png").symlink_to(tmp_path / "png/tools/saw.png")
    return tmp_path


def built(package: Path) -> dict[str, Drawing]:
    build_from(package / "png", package / "svg", package / "built")
    _drawings.cache_clear()
    return {drawing.title: drawing for drawing in _drawings(package / "built")}


def test_what_is_no_use_is_dropped_and_each_step_counted(package: Path) -> None:
    steps = build_from(package / "png", package / "svg", package / "built")
    assert [int(step.split()[0]) for step in steps] == [
        23,
        22,
        21,
        9,
        8,
        6,
        3,
        *([int(steps[-1].split()[0])]),
    ]


def test_variants_are_one_group_by_look_by_title_and_by_file_name(package: Path) -> None:
    rows = built(package)
    assert rows["Owl"].group == rows["A grey bird"].group == rows["owl 2"].group
    assert rows["Pear"].group == rows["Half of it"].group
    assert len({row.group for row in rows.values()}) == 3


def test_no_group_crosses_the_split(package: Path) -> None:
    by_group: dict[str, set[str]] = {}
    for row in built(package).values():
        by_group.setdefault(row.group, set()).add(row.split)
    assert all(len(splits) == 1 for splits in by_group.values())


def test_a_drawing_is_on_white_without_its_margin(package: Path) -> None:
    picture = built(package)["Pear"].draw()
    assert picture.mode == "RGB" and max(picture.size) <= 256
    assert picture.size[0] < 80  # of the sheet
    corner = picture.getpixel((0, 0))
    assert isinstance(corner, tuple) and min(corner) > 240


def test_building_again_gives_the_same_bytes(package: Path) -> None:
    first = built(package)
    keys = {title: drawing.key for title, drawing in first.items()}
    build_from(package / "png", package / "svg", package / "again")
    assert {d.title: d.key for d in _drawings(package / "again")} == keys
    for name in ("drawings.csv", "drawings.zip"):
        assert (package / "again" / name).read_bytes() == (package / "built" / name).read_bytes()


def test_about_a_third_of_many_groups_is_tested_on() -> None:
    tested = sum(split_of(f"group {i}") == "test" for i in range(2000))
    assert 520 < tested < 680


def test_a_failed_build_leaves_nothing_behind(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(module.zipfile.ZipFile, "writestr", refuse)
    with pytest.raises(OSError, match="disk full"):
        build_from(package / "png", package / "svg", package / "built")
    assert not [path for path in package.iterdir() if "built" in path.name]


def test_a_package_that_cannot_be_brought_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str, folder: Path) -> Path:
        raise UserError(f"apt-get is not installed; it brings the package {name}.")

    monkeypatch.setattr(module, "debian_package", fail)
    with pytest.raises(UserError, match="openclipart-png"):
        build()
