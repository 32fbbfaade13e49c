"""Labelled photographs: rows by hand that are right in form, takes whose boxes follow what they show."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fusion.colors import COLORS
from fusion.scenes import backdrops, photographs
from fusion.scenes.photographs import Photograph, crops, in_most
from fusion.scenes.questions import OF_PHOTOGRAPHS, questions
from fusion.scenes.words import plural
from fusion.tasks import photos
from fusion.vocabulary import by_name, kinds
from tests.material import forget

BIRD, TREE = (0.2, 0.3, 0.6, 0.8), (0.7, 0.1, 0.95, 0.9)
ROWS = f"""file,name,color,left,top,right,bottom
s0001.jpg,robin,red,{",".join(str(round(100 * x)) for x in BIRD)}
s0001.jpg,tree,green,{",".join(str(round(100 * x)) for x in TREE)}
s0001.jpg,sky,,,,,
s0002.jpg,duck*,,10,10,90,90
s0005.jpg,cat,black,10,10,90,90
s0006.jpg,,,,,,
"""


@pytest.fixture
def few(material: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Labels of four photographs in the place of the shipped ones."""
    file = tmp_path / "photographs.csv"
    file.write_text(ROWS)
    monkeypatch.setattr(photographs, "FILE", file)
    forget()
    yield
    forget()


def rows() -> list[dict[str, str]]:
    with photographs.FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_label_is_a_name_a_color_and_a_box_within_the_photograph() -> None:
    for row in rows():
        assert row["name"].removesuffix("*") in by_name() or not row["name"], row
        assert row["color"] in (*COLORS, ""), row
        sides = [row[side] for side in ("left", "top", "right", "bottom")]
        assert all(sides) or not any(sides), row
        if all(sides):
            left, top, right, bottom = map(int, sides)
            assert 0 <= left < right <= 100 and 0 <= top < bottom <= 100, row


def test_none_is_tested_on_and_none_of_validation_is_a_backdrop() -> None:
    files = {row["file"] for row in rows()}
    with photos.FILE.open(encoding="utf-8", newline="") as file:
        tested = {row["picture"].partition("/")[2] for row in csv.DictReader(file)}
    with backdrops.CORNERS.open(encoding="utf-8", newline="") as file:
        behind = {row["file"] for row in csv.DictReader(file)}
    assert files and not files & tested
    assert not {file for file in files if Photograph(file).held_out} & behind


def test_without_the_photographs_there_is_nothing_to_ask(pack_only: Path) -> None:
    assert photographs.photographs() == () and crops() == []


def test_what_has_no_thing_is_left_out_and_what_is_held_out_is_not_cropped(few: None) -> None:
    assert photographs.photographs() == ("s0001.jpg", "s0002.jpg", "s0005.jpg")
    assert [(file, name) for file, name, _ in crops()] == [("s0001.jpg", "robin"), ("s0001.jpg", "tree")]


def test_the_whole_shows_all(few: None) -> None:
    whole = Photograph("s0001.jpg")
    assert [(p.name, p.box, p.color) for p in whole.placed] == [
        ("robin", BIRD, "red"),
        ("tree", TREE, "green"),
    ]
    assert whole.also == ("sky",) and whole.perhaps == ()
    assert Photograph("s0002.jpg").placed[0].crowd


def test_boxes_follow_the_part_that_is_shown(few: None, material: Path) -> None:
    picture = Image.new("RGB", (120, 120), "white")
    ImageDraw.Draw(picture).rectangle([round(120 * side) for side in BIRD], fill="red")
    picture.save(material / "open-images" / "s0001.jpg", quality=95)
    seen = 0
    for take in range(40):
        photograph = Photograph("s0001.jpg", take)
        drawn = np.asarray(photograph.draw().convert("RGB")).astype(int)
        assert min(drawn.shape[:2]) == 224
        red = (drawn[..., 0] - drawn[..., 1]) > 80
        for thing in photograph.placed:
            if thing.name == "robin":
                seen += 1
                left, top, right, bottom = thing.box
                inside = np.zeros_like(red)
                inside[
                    round(top * red.shape[0]) : round(bottom * red.shape[0]),
                    round(left * red.shape[1]) : round(right * red.shape[1]),
                ] = True
                assert (red & inside).sum() / (red | inside).sum() > 0.9
    assert seen > 20
    assert np.array_equal(Photograph("s0001.jpg", 3).draw(), Photograph("s0001.jpg", 3).draw())


def test_a_part_neither_affirms_nor_denies_what_it_may_not_show(few: None) -> None:
    part = Photograph("s0001.jpg", 1)
    assert part.also == () and "sky" in part.perhaps
    assert Photograph("s0001.jpg", 1).key != Photograph("s0001.jpg", 2).key


def test_what_is_cut_off_or_of_no_known_place_is_there_besides(few: None) -> None:
    assert Photograph("s0001.jpg").besides == ("sky",)
    for take in range(1, 40):
        part = Photograph("s0001.jpg", take)
        left, top, right, bottom = part._part
        placed = {thing.name for thing in part.placed}
        for name, box in (("robin", BIRD), ("tree", TREE)):
            seen = min(box[2], right) > max(box[0], left) and min(box[3], bottom) > max(box[1], top)
            assert (name in part.besides) == (seen and name not in placed)


def test_nothing_else_in_view_contradicts_a_count_a_place_or_a_color(material: Path) -> None:
    """By the labels: of what is counted there are so many, of what is placed or has a colour there is one."""
    asked: Counter[str] = Counter()
    for file in photographs.photographs()[:250]:
        for take in range(3):
            photograph = Photograph(file, take)
            shown = [*(thing.name for thing in photograph.placed), *photograph.besides]
            for question in questions(photograph, OF_PHOTOGRAPHS):
                many = question.kind == "count"
                forms = {(plural(w) if many else f"the {w}"): w for name in shown for w in kinds(name)}
                meant = [form for form in forms if re.search(rf"\b{form}\b", question.text)]
                if meant and question.kind in ("count", "position", "color"):
                    word = forms[max(meant, key=len)]
                    there = sum(word in kinds(name) for name in shown)
                    assert there == (int(question.answer) if many else 1), (file, take, question.text)
                    asked[question.kind] += 1
    assert min(asked[kind] for kind in ("count", "position", "color")) > 20, asked


def test_most_photographs_show_an_animal(few: None) -> None:
    assert in_most() == {"animal"}


def test_what_is_there_is_never_denied(material: Path) -> None:
    asked = 0
    for file in photographs.photographs()[:150]:
        for take in range(2):
            photograph = Photograph(file, take)
            shown = [*(p.name for p in photograph.placed), *photograph.also, *photograph.perhaps]
            words = {word for name in shown for word in (*kinds(name), *by_name()[name].all_words)}
            for question in questions(photograph, OF_PHOTOGRAPHS):
                if question.kind == "yes/no" and question.answer == "no" and question.about is None:
                    asked += 1
                    text = re.sub(r"( in the picture| in this photo| here)?\??$", "", question.text)
                    assert not any(text.endswith(f" {word}") for word in words), text
    assert asked > 100
