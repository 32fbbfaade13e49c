"""Each page looks as its reviewed reference does."""

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.ui.looks import FOLDER, Look, difference, file_of, looks, pictures

pytestmark = pytest.mark.browser
AT_MOST = 0.03  # of full brightness; a panel that is missing or in the wrong colours differs by more


@pytest.mark.parametrize("look", looks(), ids=lambda look: "-".join(map(str, look)))
def test_pages_look_as_they_were_reviewed(browser: Browser, server: str, look: Look) -> None:
    different = {}
    for name, seen in pictures(browser, server, look):
        with Image.open(file_of(look, name)) as reference:
            if (found := difference(seen, reference)) > AT_MOST:
                different[name] = round(found, 3)
    assert different == {}


def test_no_reference_is_left_over() -> None:
    assert {file.stem.split("-", 1)[1] for file in FOLDER.glob("*.webp")} == {
        "-".join(map(str, look)) for look in looks()
    }
