"""A result to take away: whole, in any language, and safe whatever was asked."""

import json
import re
import shlex
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import fusion
from fusion.cli import main
from fusion.data_url import picture_in
from fusion.encoders import ENCODERS
from fusion.inputs import clean_picture, content_key
from fusion.language import LANGUAGES, speaking, translations
from fusion.paths import ASSETS
from fusion.report import Report, as_html, report_of
from fusion.report.cautions import cautions
from fusion.report.explained import explained
from fusion.report.html import FOLDER

CIRCLE = ASSETS / "examples" / "yellow-circle.png"
QUESTION = "what color is the circle?"


class Addresses(HTMLParser):
    """What a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "href", "srcset", "action", "data", "poster"):
                self.addresses.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)


def loaded(page: str) -> Addresses:
    parser = Addresses()
    parser.feed(page)
    return parser


@pytest.fixture(scope="module")
def report() -> Report:
    lens = fusion.load(task="easy-vqa")
    picture = clean_picture(CIRCLE)
    assert picture is not None
    settings = {"weighted": {"image_weight": 0.5}}
    reply = lens.reply(picture, QUESTION, "all")
    (by_hand,) = lens.reply(picture, QUESTION, "weighted", settings["weighted"]).results
    results = tuple(by_hand if one.strategy == "weighted" else one for one in reply.results)
    reply = replace(reply, results=results)
    explanation = explained(lens, picture, QUESTION, "cross-attention")
    return report_of(lens, picture, reply, "cross-attention", settings, [explanation], "circle.png")


def test_the_json_holds_what_it_takes_to_get_the_same_again(report: Report) -> None:
    told = json.loads(json.dumps(report.to_dict(), ensure_ascii=False))
    lens = fusion.load(task="easy-vqa")
    assert [row["strategy"] for row in told["results"]] == list(lens.strategies)
    assert told["strategy"] == "cross-attention" and told["question"] == QUESTION
    assert told["encoders"]["text"] == {"name": "minilm", "weights": "53aa51172d142c89"}
    assert told["encoders"]["image"]["weights"] == ENCODERS[lens.image_encoder].sha256[:16] != ""
    assert told["versions"]["fusion"] == fusion.__version__ and told["versions"]["torch"]
    picture = picture_in(told["picture"]["data_url"])
    assert picture is not None and picture.size == (told["picture"]["width"], told["picture"]["height"])
    assert report.picture is not None and told["picture"]["sha256"] == content_key(report.picture)
    by_name = {row["strategy"]: row for row in told["results"]}
    assert {name for name, row in by_name.items() if row["modality"] != "both"} == {"image-only", "text-only"}
    assert told["test"]["priors"]["text_only_rule"] == pytest.approx(0.67, abs=0.01)
    for name, row in by_name.items():
        card = lens.model(name)[1]
        assert (row["checkpoint"]["seed"], row["checkpoint"]["data"]) == (card.seed, card.data)
        assert row["interval"][0] <= row["accuracy"] <= row["interval"][1]
    (explanation,) = told["explanations"]
    assert set(explanation["faithfulness"]) == {"image", "text"}
    assert {row["modality"] for row in explanation["over_many_inputs"]} == {"image", "text"}
    words, maps = told["attention"]["words"], told["attention"]["maps"]
    assert len(words) == len(maps) and sum(map(sum, maps[0])) == pytest.approx(1, abs=0.01)


def test_the_command_in_it_prints_the_same(
    report: Report, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CIRCLE.parent)
    printed = {}
    for line in report.to_dict()["command"].splitlines():
        words = shlex.split(line)
        assert words[:3] == ["python", "-m", "fusion"]
        assert main([word if word != "circle.png" else CIRCLE.name for word in [*words[3:], "--json"]]) == 0
        found = json.loads(capsys.readouterr().out)["results"]
        printed |= {row["strategy"]: row["answers"][0] for row in found}
    for wanted in report.to_dict()["results"]:
        best = wanted["answers"][0]
        assert printed[wanted["strategy"]] == {
            **best,
            "probability": pytest.approx(best["probability"], abs=1e-4),
        }


def test_the_page_is_one_file_without_a_script(report: Report) -> None:
    page = as_html(report)
    found = loaded(page)
    assert found.addresses and all(address.startswith("data:image/") for address in found.addresses)
    assert not found.handlers and not found.tags & {"script", "link", "iframe", "object", "form", "base"}
    assert not re.search(r"url\(|@import", page)
    assert len(page) < 2_000_000
    for words in ("yellow", "cross-attention", "baseline", "best rule without the picture", QUESTION):
        assert words in page


def test_what_comes_from_outside_is_escaped(report: Report) -> None:
    hostile = "<script>alert(1)</script>\" onload='x' {{ 7*7 }} {n}"
    reply = replace(report.reply, question=hostile, hints=(hostile,))
    page = as_html(replace(report, reply=reply, source=hostile))
    found = loaded(page)
    assert "script" not in found.tags and not found.handlers
    assert "&lt;script&gt;alert(1)" in page and "{{ 7*7 }}" in page


@pytest.mark.parametrize("given", ["image", "text"])
def test_a_result_of_one_input_is_told_too(given: str) -> None:
    lens = fusion.load(task="easy-vqa")
    picture = clean_picture(CIRCLE) if given == "image" else None
    question = "" if given == "image" else QUESTION
    reply = lens.reply(picture, question, "all")
    report = report_of(lens, picture, reply, f"{given}-only", {}, [], unexplained="It needs <both>.")
    told = report.to_dict()
    assert told["explanations"] == [] and (told["picture"] is None) == (given == "text")
    assert "unimodal path" in as_html(report) and "It needs &lt;both&gt;." in as_html(report)


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_the_page_speaks_the_language_and_lacks_no_translation(report: Report, code: str) -> None:
    template = (FOLDER / "report.html").read_text(encoding="utf-8")
    said = set(re.findall(r'say\("((?:[^"\\]|\\.)*)"', template))
    assert len(said) > 40 and sorted(said - set(translations(code))) == []
    with speaking(code):
        page = as_html(report)
    assert '<html lang="zh-CN">' in page and "测试集上的准确率" in page


@pytest.mark.parametrize(
    ("code", "told"),
    [("en", "Shown are the first 16 of 26 words."), ("zh", "这里显示 26 个词中的前 16 个。")],
)
def test_words_that_have_no_map_are_told(report: Report, code: str, told: str) -> None:
    picture, question = clean_picture(CIRCLE), " ".join(["what color is the circle"] * 5 + ["?"])
    reply = fusion.load(task="easy-vqa").reply(picture, question, "cross-attention")
    with speaking(code):
        assert told in as_html(replace(report, reply=reply))
        assert told[:6] not in as_html(report)


def test_an_answer_no_better_than_a_guess_says_so(report: Report) -> None:
    by_name = {answer.strategy: answer for answer in report.reply.results}
    assert cautions(replace(by_name["concat"], sure_from=0.0), report.evaluation) == []
    (guess,) = cautions(replace(by_name["text-only"], sure_from=0.0), report.evaluation)
    assert "not clearly better than what can be guessed" in guess
    unsure, unmeasured = cautions(replace(by_name["concat"], sure_from=2.0), None)
    assert "not sure" in unsure and "not measured" in unmeasured


def test_the_largest_picture_makes_a_report_of_under_two_megabytes(report: Report) -> None:
    values = np.random.default_rng(0).integers(0, 256, (2048, 2048, 3), dtype=np.uint8)
    assert len(as_html(replace(report, picture=Image.fromarray(values)))) < 2_000_000


def test_the_command_writes_either_kind_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["report", str(CIRCLE), QUESTION, "--task", "easy-vqa", "--strategy", "gated"]
    assert main([*asked, "--set", "image_weight=0.25", "--out", str(tmp_path / "r.json")]) == 0
    told = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert told["strategy"] == told["explanations"][0]["strategy"] == "gated"
    assert set(told["settings"]) == {"weighted", "late"}
    assert main([*asked, "--language", "zh", "--out", str(tmp_path / "r.html")]) == 0
    assert "所有策略" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert main([*asked, "--out", str(tmp_path / "r.pdf")]) == 1
    assert capsys.readouterr().err.endswith("fusion: Name a file that ends in .html or .json with --out.\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.html", "r.json"]
