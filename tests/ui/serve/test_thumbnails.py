"""The examples' small pictures."""

from io import BytesIO

import httpx
import pytest
from PIL import Image

from fusion.tasks import TASKS
from fusion.ui.examples import THUMBNAIL, examples


def test_each_example_has_a_small_picture(server: str) -> None:
    for task in TASKS.names():
        for number, example in enumerate(examples(task)):
            answer = httpx.get(f"{server}thumbnails/{task}/{number}")
            shown, given = Image.open(BytesIO(answer.content)), Image.open(example.picture)
            assert answer.headers["content-type"] == "image/webp" and len(answer.content) < 8000
            assert max(shown.size) == min(THUMBNAIL, max(given.size))
            assert shown.width / shown.height == pytest.approx(given.width / given.height, rel=0.02)


@pytest.mark.parametrize("name", ["scenes/99", "scenes/-1", "nothing/0", "..%2f..%2fapp.py/0"])
def test_there_is_nothing_else(server: str, name: str) -> None:
    assert httpx.get(f"{server}thumbnails/{name}").status_code == 404
