"""What scripts tell, and what programs in the place of a page leave out."""

from typing import Any

import pytest

from fusion.errors import UserError
from fusion.ui.told import Told


def test_what_a_script_gives_is_there() -> None:
    told = Told(None, {"value": "3", "act": "name"})
    assert (told.act, told.number()) == ("name", 3)


@pytest.mark.parametrize("data", [None, {}, [], "value", 7, {"other": 1}])
def test_what_is_left_out_is_one_sentence(data: Any) -> None:
    with pytest.raises(UserError, match=r"^This request .*\.$"):
        _ = Told(None, data).value


@pytest.mark.parametrize("value", [None, "x", [], float("nan"), float("inf"), {}])
def test_what_is_no_place_is_one_sentence(value: Any) -> None:
    with pytest.raises(UserError, match=r"^This request .*\.$"):
        Told(None, {"value": value}).number()
