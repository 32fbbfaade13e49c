"""One spoiled input before every strategy: what the lens itself answers to it."""

import pytest

import fusion
from fusion.errors import UserError
from fusion.inputs import clean_picture
from fusion.lens import Lens
from fusion.paths import ASSETS
from fusion.robustness.changes import Change, changed_picture, changed_text
from fusion.robustness.trying import tried

QUESTION = "what color is the circle?"


@pytest.fixture(scope="module")
def lens() -> Lens:
    return fusion.load(task="easy-vqa")


def test_the_new_answers_are_the_lens_own_to_the_spoiled_input(lens: Lens) -> None:
    picture = clean_picture(ASSETS / "examples" / "yellow-circle.png")
    assert picture is not None
    changes = Change("grey", 1.0), Change("drop-words", 0.5)
    found = tried(lens, picture, QUESTION, *changes, seed=1)
    assert found.text == changed_text(QUESTION, changes[1], 1)
    before = lens.reply(picture, QUESTION, "all", contribution=False)
    after = lens.reply(changed_picture(picture, changes[0], 1), found.text, "all", contribution=False)
    for move, old, new in zip(found.moves, before.results, after.results, strict=True):
        assert (move.strategy, move.before[0], move.after[0]) == (old.strategy, old.label, new.label)
        assert move.after[1] == pytest.approx(new.probability, abs=1e-5)
        assert (move.strategy in found.unsure) == (not new.sure)


def test_nothing_moves_where_nothing_is_spoiled(lens: Lens) -> None:
    picture = clean_picture(ASSETS / "examples" / "yellow-circle.png")
    assert picture is not None
    found = tried(lens, picture, QUESTION, Change(), Change("drop-words", 0.0))
    assert found.picture is picture and found.text == QUESTION
    assert all(move.before == move.after and not move.changed for move in found.moves)


def test_without_both_there_is_nothing_to_answer(lens: Lens) -> None:
    picture = clean_picture(ASSETS / "examples" / "yellow-circle.png")
    assert picture is not None
    alone = tried(lens, picture, QUESTION, Change("no-picture", 1.0), Change())
    by_name = {move.strategy: move for move in alone.moves}
    assert alone.picture is None and not by_name["text-only"].changed
    with pytest.raises(UserError, match="Neither picture nor words are left"):
        tried(lens, picture, QUESTION, Change("no-picture", 1.0), Change("no-text", 1.0))
