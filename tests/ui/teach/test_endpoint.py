"""The endpoint /teach, called as another program would."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from fusion.paths import ASSETS
from fusion.teach import teach

PHOTOS = ASSETS / "photos"
NAMES = ("panda", "koala", "bison", "crab", "goldfish", "macaw")
CLASSES = ("furry",) * 3 + ("not furry",) * 3


def files(*names: str) -> list[Any]:
    return [handle_file(str(PHOTOS / f"{name}.jpg")) for name in names]


def test_it_gives_what_teach_gives_and_keeps_nothing(
    client: Client, left_over: Callable[[], list[Path]]
) -> None:
    asked = handle_file(str(PHOTOS / "red-panda.jpg"))
    found = client.predict(files(*NAMES), ", ".join(CLASSES), asked, "", False, api_name="/teach")
    expected = teach(
        {
            "furry": [PHOTOS / f"{n}.jpg" for n in NAMES[:3]],
            "not furry": [PHOTOS / f"{n}.jpg" for n in NAMES[3:]],
        }
    )
    assert found["counts"] == expected.counts
    assert found["leave_one_out"] == expected.leave_one_out and found["chance"] == 0.5
    assert found["warning"] == expected.warning
    wanted = expected.classify(PHOTOS / "red-panda.jpg")["results"]
    assert [row["strategy"] for row in found["results"]] == ["zero-shot", "training-free"]
    for row, other in zip(found["results"], wanted, strict=True):
        assert row["answers"][0]["label"] == other["answers"][0]["label"]
        assert row["answers"][0]["probability"] == pytest.approx(other["answers"][0]["probability"], abs=1e-4)
    assert left_over() == []


def test_texts_come_with_files_or_alone_and_a_head_is_fine_tuned(client: Client) -> None:
    classes = json.dumps(
        ["furry", {"label": "not furry", "text": "a shell"}, {"label": "furry", "text": "soft hair"}]
    )
    found = client.predict(files("panda", "crab"), classes, None, "a hard shell", True, api_name="/teach")
    assert found["counts"] == {
        "furry": {"examples": 2, "pictures": 1, "texts": 1},
        "not furry": {"examples": 1, "pictures": 1, "texts": 1},
    }
    assert [row["strategy"] for row in found["results"]] == ["zero-shot", "training-free", "fine-tuned"]
    assert found["fine_tuned"]["n"] == 3


def test_a_broken_file_among_good_ones_is_told_and_left_aside(client: Client, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_text("no picture")
    given = [*files("panda"), handle_file(str(broken)), *files("crab")]
    found = client.predict(given, "a, a, b", None, "", False, api_name="/teach")
    assert found["counts"]["a"]["pictures"] == 1
    assert "broken.png" in found["problems"][0]
    assert found["results"] == []


@pytest.mark.parametrize(
    ("names", "classes", "words"),
    [
        (("panda", "crab"), "a", "2 files and 1 classes"),
        (("panda", "crab"), "a, a", "from 2 to"),
        (("panda", "crab"), "", "2 files and 0 classes"),
        (("panda", "crab"), '["a", 3]', "cannot be read"),
        (("panda", "crab"), '["a", {"text": "b"}]', "cannot be read"),
        (("panda",), "a, b", "neither a file nor a text"),
        ((), "", "from 2 to"),
    ],
)
def test_failures_are_one_sentence(client: Client, names: tuple[str, ...], classes: str, words: str) -> None:
    with pytest.raises(AppError) as caught:
        client.predict(files(*names), classes, None, "", False, api_name="/teach")
    assert words in str(caught.value)
    assert "Traceback" not in str(caught.value) and "\n" not in str(caught.value)
