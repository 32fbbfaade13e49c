import csv
import json
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from fusion.pack import build
from fusion.pack.build import Distinct, chosen, cut_out, write_objects
from fusion.pack.candidates import Candidate, emoji_candidates, named
from fusion.pack.read import OBJECTS

TERMS = {
    name: name
    for name in (
        "car",
        "sports car",
        "teddy bear",
        "bear",
        "sign",
        "scissors",
        "cherry",
        "leaf",
        "hat",
        "goldfish",
    )
}
TERMS |= {"automobile": "car", "gold fish": "goldfish", "fish": "fish", "ice cream": "ice cream"}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("car", "car"),
        ("RED_CAR", "car"),
        ("oncoming automobile", "car"),
        ("Red sports car", "sports car"),
        ("Simple Teddy Bear with Bow", "teddy bear"),
        ("A pair of scissors", "scissors"),
        ("Two cherries", "cherry"),
        ("Autumn Leaves", "leaf"),
        ("gold fish", "goldfish"),
        ("Car (B and W)", "car"),
        ("Car outline", "car"),
        ("Ice cream cone", "ice cream"),
        ("hat-blue-aj", "hat"),
    ],
)
def test_titles_are_named_by_their_head_noun(title: str, name: str) -> None:
    assert named(title, TERMS) == name


def test_a_sign_with_a_car_is_no_car() -> None:
    assert named("car park sign", TERMS) == "sign"
    assert named("car park", TERMS) is None


@pytest.mark.parametrize("title", ["", "cars and hats", "carpet", "no car", "scar", "head of a bear", "123"])
def test_other_titles_have_no_name(title: str) -> None:
    assert named(title, TERMS) is None


def test_emoji_are_named_but_not_faces_flags_and_symbols(tmp_path: Path) -> None:
    entries = [
        ("1F697", "car", "Travel & Places", "transport-ground"),
        ("1F3A9", "tophat", "Objects", "clothing"),
        ("1F436", "bear", "Smileys & Emotion", "face-smiling"),
        ("1F3F4", "sign", "Flags", "flag"),
        ("1F99E", "hat", "Objects", "clothing"),  # without a picture
    ]
    keys = ("unified", "short_name", "category", "subcategory")
    full = [
        dict(zip(keys, entry, strict=True))
        | {"short_names": [entry[1]], "name": entry[1].upper(), "sort_order": 0}
        for entry in entries
    ]
    (tmp_path / "emoji.json").write_text(json.dumps(full), encoding="utf-8")
    (tmp_path / "assets").mkdir()
    for code, *_ in entries[:-1]:
        (tmp_path / "assets" / f"{code.lower()}.webp").touch()
    found = [(candidate.name, candidate.file) for candidate in emoji_candidates(tmp_path, tmp_path, TERMS)]
    assert found == [("car", "render/1f697.webp"), ("hat", "render/1f3a9.webp")]


def drawn(path: Path, color: str = "red", box: tuple[int, int, int, int] = (50, 100, 250, 200)) -> Path:
    """An ellipse on a transparent ground of 300x300."""
    image = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse(box, fill=color)
    image.save(path)
    return path


def test_cut_out_is_cropped_and_small(tmp_path: Path) -> None:
    image = cut_out(drawn(tmp_path / "a.png"))
    assert image is not None and image.mode == "RGBA" and image.size == (128, 64)


def test_picture_with_a_background_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (50, 50), "red").save(tmp_path / "opaque.png")
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(tmp_path / "empty.png")
    assert cut_out(tmp_path / "opaque.png") is None
    assert cut_out(tmp_path / "empty.png") is None


@pytest.mark.parametrize("side", [5_000, 12_000, 25_000])
def test_giant_picture_is_refused_by_its_size_alone(tmp_path: Path, side: int) -> None:
    """The file has a header and no pixels, so that reading these would fail."""
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    start = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    (tmp_path / "giant.png").write_bytes(b"\x89PNG\r\n\x1a\n" + start + b"\x00\x00\x00\x00IDAT")
    assert cut_out(tmp_path / "giant.png") is None


def test_near_duplicates_are_told(tmp_path: Path) -> None:
    distinct = Distinct()
    first, same, other = (
        cut_out(drawn(tmp_path / f"{i}.png", color))
        for i, color in enumerate([(255, 0, 0), (250, 4, 2), (255, 255, 0)])
    )
    assert first and same and other
    assert distinct.new(first) and not distinct.new(same) and distinct.new(other)


def test_choice_takes_domains_in_turns_and_leaves_out_what_is_ruled_out(tmp_path: Path) -> None:
    colors = ["white", "yellow", "red", "blue", "black", "orange", "green", "gray"]
    paths = {color: drawn(tmp_path / f"{color}.png", color) for color in colors}
    drawings = [Candidate(paths[color], f"d-{color}", "ball", "drawing", "s") for color in colors[:5]]
    drawings.append(Candidate(paths["white"], "copy", "ball", "drawing", "s"))  # of one that is out
    renders = [Candidate(paths[color], f"r-{color}", "ball", "render", "s") for color in colors[5:]]
    files = [candidate.file for candidate, _ in chosen([*drawings, *renders], {"d-white"})]
    assert files[:3] == ["r-orange", "d-yellow", "r-green"]
    assert len(files) == build.PER_NAME and not {"d-white", "copy"} & set(files)


def test_the_same_candidates_give_the_same_pack(tmp_path: Path) -> None:
    candidates = [Candidate(drawn(tmp_path / "a.png"), "drawing/a.webp", "ball", "drawing", "made, here")]
    for folder in ("one", "two"):
        write_objects(candidates, set(), tmp_path / folder)
    one, two = ((tmp_path / folder / f"{OBJECTS}.zip").read_bytes() for folder in ("one", "two"))
    assert one == two
    with (tmp_path / "one" / f"{OBJECTS}.csv").open(newline="", encoding="utf-8") as table:
        assert list(csv.reader(table)) == [
            ["file", "name", "domain", "colors", "source"],
            ["drawing/a.webp", "ball", "drawing", "red", "made, here"],
        ]
