"""What a visitor does with the maps, and what the lens itself says of them."""

import json
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

import fusion
from fusion.answer import Answer
from fusion.explain.explanation import DEFAULT, Explanation
from fusion.explain.heatmap import with_means
from fusion.inputs import clean_picture
from fusion.paths import ASSETS

CIRCLE = ASSETS / "examples" / "yellow-circle.png"
QUESTION = "what color is the circle?"
WORDS = ("what", "color", "is", "the", "circle", "?")


def answer_of(strategy: str, question: str = QUESTION) -> Answer:
    return fusion.load(task="easy-vqa").reply(CIRCLE, question, strategy).results[0]


def weights_of(strategy: str = "cross-attention") -> np.ndarray:
    maps = answer_of(strategy).attention
    assert maps is not None and maps.words == WORDS
    return with_means(maps.weights)


def explained_by(strategy: str) -> Explanation:
    picture = clean_picture(CIRCLE)
    assert picture is not None
    return fusion.load(task="easy-vqa").explaining(picture, QUESTION, strategy).by(DEFAULT)


def views(page: Page) -> Locator:
    return page.locator("#heat .heat-view")


def click_patch(page: Page, row: int, column: int, grid: tuple[int, int], view: int = 0) -> None:
    patches = views(page).nth(view).locator(".heat-patches")
    box = patches.bounding_box()
    assert box is not None
    x, y = (column + 0.5) / grid[1] * box["width"], (row + 0.5) / grid[0] * box["height"]
    patches.click(position={"x": x, "y": y})


def chip_numbers(page: Page) -> list[str]:
    return page.locator("#heat .chips .chip-number").all_inner_texts()


def shares(weights: np.ndarray) -> list[str]:
    return [f"{100 * weight:.1f} %" for weight in weights]


def compare_with(page: Page, strategy: str) -> None:
    page.get_by_label("Compare with").select_option(strategy)
    expect(views(page).nth(1).locator(".heat-whose")).to_contain_text(f"{strategy}: ")


def numbers(page: Page) -> tuple[str, dict[str, Any]]:
    """The name and the content of what "Save numbers" saves."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save numbers").click()
    return download.value.suggested_filename, json.loads(download.value.path().read_bytes())


def picture(page: Page) -> tuple[str, Image.Image]:
    """The same for "Save picture"."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    found = Image.open(BytesIO(download.value.path().read_bytes()))
    assert found.format == "PNG"
    return download.value.suggested_filename, found.convert("RGB")
