"""A visitor is known by their word and by their picture, however the page shows it."""

from io import BytesIO

import pytest
from PIL import Image

from fusion.crowd.marks import picture, pictures_in, word, words_in
from fusion.inputs import clean_picture
from fusion.ui.pictures import preview


@pytest.mark.parametrize("number", [0, 1, 50, 2**12 - 1])
def test_a_picture_tells_whose_it_is_after_it_went_through_the_page(number: int) -> None:
    with Image.open(BytesIO(picture(number))) as given:
        cleaned = clean_picture(given)
    assert cleaned is not None
    assert pictures_in(f'{{"url": "{preview(cleaned)}"}} and text') == {number}


def test_words_tell_whose_they_are() -> None:
    assert words_in(f"<p>{word(3)} is the {word(17)}?</p>") == {3, 17}
    assert words_in("nobody's") == pictures_in("nobody's") == set()
