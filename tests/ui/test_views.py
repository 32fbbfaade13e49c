"""The HTML of the views: what is shown, escaped; what fails, told in a sentence; colours that can be read."""

import re
from dataclasses import replace

import pytest

from fusion.answer import Answer, Contribution, Reply
from fusion.errors import UserError
from fusion.paths import ASSETS
from fusion.strategies import STRATEGIES
from fusion.ui.answer_view import answer_card
from fusion.ui.failures import UNEXPECTED, sentence
from fusion.ui.heat import heat_value
from fusion.ui.parts import bar, percent
from fusion.ui.session import Session
from fusion.ui.strategy_view import strategy_card
from fusion.ui.table_view import strategy_table

GROUNDS = ("panel", "ground", "accent-soft")
EVIL = "<script>alert('\"x\"')</script>"


def answer(strategy: str, label: str = "red", probability: float = 0.9) -> Answer:
    others = (("blue", 1 - probability), (EVIL, 0.0))
    brought = Contribution(0.5, -0.2, 0.04, (0.9, 0.88, 0.18, 0.6), "answered from the picture alone")
    return Answer(strategy, ((label, probability), *others), 1.25, 12345, brought, sure_from=0.5)


def reply(*results: Answer) -> Reply:
    return Reply(EVIL, "easy-vqa", "efficientnet-lite0", "minilm", "cpu", "both", results, (EVIL,))


def test_nothing_from_outside_becomes_markup() -> None:
    given = reply(answer("concat", EVIL), answer("gated"))
    shown = given.results[0]
    for html in (answer_card(shown, given, "concat", False), strategy_table(given, shown, set())):
        assert "<script" not in html
        assert "&lt;script&gt;" in html


def test_percentages_never_claim_all_or_nothing_wrongly() -> None:
    shown = [percent(share, 1) for share in (0.0, 1e-6, 0.123, 0.9996, 1.0)]
    assert shown == ["0.0 %", "&lt;0.1 %", "12.3 %", "&gt;99.9 %", "100.0 %"]


def test_a_bar_stays_in_its_track() -> None:
    assert 'style="width:100.00%"' in bar(1.7) and 'style="width:0.00%"' in bar(-0.3)


def test_a_doubtful_answer_is_called_so() -> None:
    for probability, unsure in [(0.4, True), (0.9, False)]:
        given = reply(answer("concat", probability=probability))
        assert ("not sure" in answer_card(given.results[0], given, "concat", False)) == unsure


def test_the_table_marks_the_chosen_the_differing_and_the_baselines() -> None:
    given = reply(answer("image-only", "blue"), answer("concat"), answer("gated"))
    table = strategy_table(given, given.results[1], {"gated"})
    rows = re.findall(r"<tr role=\"row\" class=\"(.*?)\">(.*?)</tr>", table)
    assert [classes for classes, _ in rows] == ["differs", "chosen", ""]
    assert ["baseline" in cells for _, cells in rows] == [True, False, False]
    assert ["by hand" in cells for _, cells in rows] == [False, False, True]
    assert "1 of 2 others agree with concat" in table


def test_contribution_is_said_in_words_and_synergy_is_told_apart() -> None:
    given = reply(answer("concat"))
    card = answer_card(given.results[0], given, "concat", False)
    table = strategy_table(given, given.results[0], set())
    for html in (card, table):
        assert "answered from the picture alone" in html
        assert 'class="share image">picture +50<' in html and 'class="share text">text −20<' in html
        assert 'class="share apart">synergy +4<' in html
    assert "the 30 points from neither to both" in card and "no further part of these" in card
    for name, number in (("both", "90.0"), ("picture alone", "88.0"), ("question alone", "18.0")):
        assert f'<span class="name">{name}</span>' in card and f"{number} %" in card
        assert f"{name} {number} %" in table
    assert 'title="“red” with both 90.0 %, picture alone' in table


def test_where_one_input_is_missing_the_baseline_is_shown() -> None:
    given = reply(answer("image-only"), answer("text-only"), answer("concat"))
    assert Session(reply=given).shown("concat") == given.results[2]
    alone = replace(given, modality="text")
    shown = Session(reply=alone).shown("concat")
    assert shown == given.results[1]
    card = answer_card(shown, alone, "concat", False)
    assert "the unimodal path answered: text-only instead of concat" in card
    assert "instead of" not in answer_card(shown, alone, "text-only", False)


@pytest.mark.parametrize("name", STRATEGIES.names())
def test_every_strategy_has_a_card_with_and_without_an_evaluation(name: str) -> None:
    result = {"strategy": name, "accuracy": 0.9, "interval": [0.89, 0.91]}
    priors = {"majority": 0.373, "text_only_rule": 0.67}
    evaluation = {"task": "easy-vqa", "split": "test", "n": 9673, "priors": priors, "results": [result]}
    assert "Accuracy" not in strategy_card(name, None)
    card = strategy_card(name, evaluation)
    for part in ("90.0 %", "37.3 %", "67.0 %", "9,673", "89.0 to 91.0 %"):
        assert part in card


def test_without_attention_the_panel_says_who_attends() -> None:
    given = reply(answer("concat"))
    value = heat_value(given.results[0], given)
    assert "None of these strategies attends" in value["message"] and value["attending"] == []


def test_the_unexpected_is_told_without_its_details(caplog: pytest.LogCaptureFixture) -> None:
    assert sentence(UserError("Give a picture.")) == "Give a picture."
    assert sentence(RuntimeError("someone's secret")) == UNEXPECTED
    assert "RuntimeError" in caplog.text and "secret" not in caplog.text


def palettes() -> dict[str, dict[str, str]]:
    """The colours of the page, light and dark, by name."""
    sheet = (ASSETS / "head" / "palette.css").read_text(encoding="utf-8")
    found = {}
    for kind, selector in (("light", ":root"), ("dark", ".dark")):
        block = re.search(rf"^{re.escape(selector)} {{(.*?)}}", sheet, re.DOTALL | re.MULTILINE)
        assert block is not None
        found[kind] = dict(re.findall(r"--lens-([\w-]+): (#\w{6});", block[1]))
    return found


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("kind", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        *((ink, ground, 4.5) for ink in ("ink", "muted", "accent") for ground in GROUNDS),
        *((ink, ground, 4.5) for ink in ("image", "text") for ground in GROUNDS),
        ("on-accent", "accent", 4.5),
        ("on-accent", "accent-strong", 4.5),
        ("warn-ink", "warn-ground", 4.5),
        ("bad-ink", "bad-ground", 4.5),
        ("edge", "panel", 3.0),
        ("accent", "track", 3.0),
    ],
)
def test_colours_can_be_read(kind: str, ink: str, ground: str, least: float) -> None:
    """WCAG 2 AA: 4.5 to 1 for text, 3 to 1 for what only has to be seen."""
    colours = palettes()[kind]
    light, dark = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least
