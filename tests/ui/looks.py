"""How each page looks, in both languages, light and dark, wide and narrow.

`python -m tests.ui.looks` renews the references, which are looked at before they are committed.
"""

import io
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from fusion.language import LANGUAGES
from fusion.language.catalogue import ENGLISH

FOLDER = Path(__file__).parent / "looks"
MODES = ("light", "dark")
SIZES = ((1440, 900), (390, 844))  # pixels; how much of a long page is kept, in screens:
SCREENS = 2
COARSE = (48, 64)  # what is compared: columns and rows of mean brightness, which no font's detail changes

Look = tuple[str, str, int]  # language, mode, width


def looks() -> list[Look]:
    return [(code, mode, width) for code, mode, (width, _) in product(LANGUAGES, MODES, SIZES)]


def pictures(browser: Browser, server: str, look: Look) -> Iterator[tuple[str, Image.Image]]:
    """The name of each tab, with what is seen of it after an example was answered."""
    code, mode, width = look
    height = dict(SIZES)[width]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if mode == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(server + ("" if code == ENGLISH else code))
    page.locator("#card .bars").wait_for()
    page.locator("#examples .example").first.click()
    page.locator("#answer .asked").wait_for()
    for number, name in enumerate(tabs(page)):
        open_tab(page, number)
        settle(page)
        page.evaluate("scrollTo(0, 0)")
        shot = page.screenshot(full_page=True)
        picture = Image.open(io.BytesIO(shot)).convert("RGB")
        yield name, picture.crop((0, 0, width, min(picture.height, SCREENS * height)))
    context.close()


def tabs(page: Page) -> list[str]:
    """The tabs by their identifiers, in the order in which they stand."""
    config = "gradio_config.components.filter((part) => part.type === 'tabitem').map((part) => part.props.id)"
    return [str(name) for name in page.evaluate(config)]


def open_tab(page: Page, number: int) -> None:
    """By its place; where the window is narrow, the last ones stand in a menu."""
    button = page.locator("#tabs [role=tab]").nth(number)
    if button.is_visible():
        button.click()
        return
    page.locator("#tabs .overflow-menu > button").click()
    hidden = page.locator("#tabs .overflow-dropdown button")
    hidden.nth(number - len(tabs(page)) + hidden.count()).click()


def settle(page: Page) -> None:
    """Wait until the page has not changed for a while."""
    page.wait_for_timeout(300)
    page.evaluate(
        """() => new Promise((done) => {
          let timer = setTimeout(done, 700);
          new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, 700); })
            .observe(document.body, {subtree: true, childList: true, characterData: true});
          setTimeout(done, 8000);
        })"""
    )


def file_of(look: Look, name: str) -> Path:
    code, mode, width = look
    return FOLDER / f"{name}-{code}-{mode}-{width}.webp"


def difference(seen: Image.Image, reference: Image.Image) -> float:
    """Mean difference of brightness, from 0 to 1, of the parts that both have."""
    height = min(seen.height, reference.height)
    coarse = (
        picture.convert("L").crop((0, 0, picture.width, height)).resize(COARSE, Image.Resampling.BOX)
        for picture in (seen, reference)
    )
    first, second = (np.asarray(picture, dtype=float) / 255 for picture in coarse)
    return float(np.abs(first - second).mean())


def _renew() -> None:
    from fusion.ui import build, launch

    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    page = build()
    _, url, _ = launch(page, server_name="127.0.0.1", server_port=None, prevent_thread_lock=True, quiet=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--hide-scrollbars"]
        )
        for look in looks():
            for name, picture in pictures(browser, url, look):
                picture.save(file_of(look, name), quality=45, method=6)
        browser.close()
    page.close()


if __name__ == "__main__":
    _renew()
