"""What the events of the tour give back, without a browser."""

from dataclasses import replace

from fusion.inputs import clean_picture
from fusion.paths import ASSETS
from fusion.ui.session import Session, Visit, asked
from fusion.ui.story.tab import example_toured, opened_tour, toured_again

MODELS = (None, None, None)


def test_nothing_given_is_an_invitation_and_an_example_stays_until_something_is() -> None:
    visit = Visit()
    on_example, _, alert, body = opened_tour(visit, "concat", False)
    assert not on_example and alert == "" and 'data-choice="example"' in body
    on_example, _, alert, body = example_toured(visit, "concat")
    assert on_example and alert == "" and body.count('<section class="panel tour-step"') == 7
    assert opened_tour(visit, "concat", on_example)[3] == body
    visit.session = replace(visit.session, picture=clean_picture(ASSETS / "photos" / "cat.jpg"))
    on_example, _, _, body = opened_tour(visit, "concat", on_example)
    assert not on_example and "Picture alone, no text" in body


def test_a_tour_that_fails_is_told_in_one_sentence_and_the_last_one_stays() -> None:
    alert, body = toured_again(Visit(), False, "concat")
    assert alert == "Give a picture, a text or both."
    assert body == {"__type__": "update"}


def test_settings_made_by_hand_and_odd_questions_are_shown_as_they_are() -> None:
    session = Session(picture=clean_picture(ASSETS / "photos" / "cat.jpg"))
    session = asked(session, MODELS, "is <b>this</b> ${a} {{cat}}?")
    visit = Visit(session=replace(session, by_hand={"late": {"image_weight": 0.25}}))
    body = opened_tour(visit, "late", False)[3]
    assert "Set by hand: the picture weighs 25.0" in body
    assert "is &lt;b&gt;this&lt;/b&gt; ${a} {{cat}}?" in body and "<b>this</b>" not in body
