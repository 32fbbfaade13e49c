"""A picture between two pages of one visitor."""

import time
from dataclasses import replace

from PIL import Image

from fusion import share
from fusion.ui.session import Session
from fusion.ui.take import handing
from fusion.ui.take.handing import Handing
from fusion.ui.take.state import arrived, state_of


def session(side: int = 8) -> Session:
    return Session(picture=Image.new("RGB", (side, side)), references=("vilt",))


def test_it_is_given_back_once_and_nothing_else_with_it() -> None:
    mine, held = session(), Handing()
    token, other = held.give(mine), held.give(replace(mine, copied=mine.picture))
    assert token != other and held.take("") is None and held.take("guessed") is None
    assert held.take(token) == Session(picture=mine.picture)
    assert held.take(token) is None
    assert held.take(other) == Session(picture=mine.picture, copied=mine.picture)


def test_who_does_not_come_is_forgotten_and_the_oldest_makes_room() -> None:
    held = Handing(seconds=0.2)
    tokens = [held.give(session()) for _ in range(handing.MOST + 1)]
    assert held.take(tokens[0]) is None and held.take(tokens[1]) is not None
    for _ in range(100):
        if not held._pictures:
            break
        time.sleep(0.05)
    assert held.take(tokens[-1]) is None


def test_what_is_no_longer_held_comes_from_the_copy() -> None:
    mine = session(400)
    state = state_of(mine, "concat", "what is this?")
    token = handing.HANDING.give(mine)
    told = {"code": share.encode(state), "token": token}
    assert arrived(told)[1] == Session(picture=mine.picture)
    came = arrived(told)[1]
    assert came.picture is not None and came.picture is came.copied and max(came.picture.size) == share.SIDE
