"""The endpoints, called as another program would."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

import fusion
from fusion.cli import main
from fusion.paths import ASSETS
from fusion.ui import api

CIRCLE = str(ASSETS / "examples" / "yellow-circle.png")
QUESTION = "what color is the circle?"


def test_only_the_endpoints_are_public(client: Client) -> None:
    info = client.view_api(return_format="dict")
    assert set(info["named_endpoints"]) == {"/ask", "/compare", "/classify", "/explain", "/teach"}
    assert info["unnamed_endpoints"] == {}


@pytest.mark.parametrize("strategy", ["", "concat", "all"])
def test_ask_gives_what_the_lens_gives(client: Client, strategy: str) -> None:
    reply = client.predict(handle_file(CIRCLE), QUESTION, strategy, "easy-vqa", api_name="/ask")
    expected = fusion.load(task="easy-vqa").reply(CIRCLE, QUESTION, strategy or None).to_dict()
    assert [r["strategy"] for r in reply["results"]] == [r["strategy"] for r in expected["results"]]
    assert reply.keys() == expected.keys()
    for key in ("question", "task", "encoders", "device", "modality", "hints"):
        assert reply[key] == expected[key]
    for got, wanted in zip(reply["results"], expected["results"], strict=True):
        assert [a["label"] for a in got["answers"]] == [a["label"] for a in wanted["answers"]]
        best, expected_best = got["answers"][0], wanted["answers"][0]
        assert best["probability"] == pytest.approx(expected_best["probability"], abs=1e-4)


def test_explain_gives_what_the_lens_gives(client: Client) -> None:
    asked = (handle_file(CIRCLE), QUESTION, "concat")
    found = client.predict(*asked, "grad-cam", "easy-vqa", api_name="/explain")
    expected = fusion.load(task="easy-vqa").explain(CIRCLE, QUESTION, "concat", "grad-cam")
    assert found.keys() == expected.keys() and found["text"]["words"] == list(expected["text"]["words"])
    assert found["image"]["relevance"][3] == pytest.approx(expected["image"]["relevance"][3], abs=1e-4)
    with pytest.raises(AppError, match="no attention to follow"):
        client.predict(*asked, "rollout", "easy-vqa", api_name="/explain")


def test_explain_gives_what_the_command_line_prints(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str], left_over: Callable[[], list[Path]]
) -> None:
    """Number for number: of one input, of several files, and of several files that a table asks about."""
    folder, out = tmp_path / "pictures", tmp_path / "maps"
    folder.mkdir()
    for name in ("yellow-circle.png", "red-triangle.png"):
        shutil.copy(ASSETS / "examples" / name, folder)
    (folder / "broken.png").write_bytes(Path(CIRCLE).read_bytes()[:60])
    (folder / "questions.csv").write_text("picture,question\nred-triangle.png,what shape is this?\n")

    def printed(picture: Path, *words: str) -> Any:
        assert main(["explain", str(picture), *words, "--task", "easy-vqa", "--out", str(out), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    named = ("gated", "grad-cam", "easy-vqa")
    one = client.predict(handle_file(CIRCLE), QUESTION, *named, api_name="/explain")
    out = tmp_path / "map.png"
    by_name = ("--strategy", "gated", "--explainer", "grad-cam")
    assert one == printed(Path(CIRCLE), QUESTION, *by_name)
    out = tmp_path / "maps"
    files = [handle_file(str(path)) for path in sorted(folder.iterdir(), reverse=True)]
    several = client.predict(None, QUESTION, *named, files, api_name="/explain")
    assert several == printed(folder, QUESTION, *by_name)
    assert [row["picture"] for row in several] == ["broken.png", "red-triangle.png", "yellow-circle.png"]
    assert "damaged" in several[0]["error"]
    tabled = client.predict(None, "", "", "", "easy-vqa", files, api_name="/explain")
    assert tabled == printed(folder)
    assert [row["answer"]["label"] for row in tabled] == ["triangle"]
    with pytest.raises(AppError, match="no strategy named 'sorcery'"):
        client.predict(None, QUESTION, "sorcery", "", "easy-vqa", files, api_name="/explain")
    assert left_over() == []


def test_an_explanation_has_its_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "LIMIT_S", 0.0)
    with pytest.raises(AppError, match="took longer than 0 seconds"):
        client.predict(handle_file(CIRCLE), QUESTION, "concat", "", "easy-vqa", api_name="/explain")


def test_nothing_is_left_on_disk(client: Client, left_over: Callable[[], list[Path]]) -> None:
    client.predict(handle_file(CIRCLE), QUESTION, api_name="/compare")
    assert left_over() == []


def test_compare_asks_every_strategy(client: Client) -> None:
    reply = client.predict(handle_file(CIRCLE), QUESTION, api_name="/compare")
    assert tuple(r["strategy"] for r in reply["results"]) == fusion.load().strategies


def test_either_input_may_be_missing(client: Client) -> None:
    assert client.predict(None, QUESTION, "", "", api_name="/ask")["modality"] == "text"
    assert client.predict(handle_file(CIRCLE), "", "", "", api_name="/ask")["modality"] == "image"


def test_classify_takes_typed_labels_or_the_tasks(client: Client) -> None:
    macaw = handle_file(str(ASSETS / "examples" / "macaw.jpg"))
    typed = client.predict(macaw, "", "fish, bird, car", "", "", api_name="/classify")
    assert typed["task"] == "typed-labels"
    assert typed["results"][0]["answers"][0]["label"] == "bird"
    reply = client.predict(handle_file(CIRCLE), QUESTION, "", "easy-vqa", "all", api_name="/classify")
    assert reply["text"] == QUESTION
    assert tuple(r["strategy"] for r in reply["results"]) == fusion.load(task="easy-vqa").strategies


def test_failures_are_one_sentence(client: Client, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_text("no picture")
    for arguments, words in [
        ((handle_file(str(broken)), QUESTION, "", ""), "broken.png"),
        ((None, "", "", ""), "Give a picture"),
        ((handle_file(CIRCLE), QUESTION, "sorcery", ""), "no strategy named 'sorcery'"),
        ((handle_file(CIRCLE), QUESTION, "", "sorcery"), "no task named 'sorcery'"),
        ((None, "why " * 1000, "", ""), "shorten it"),
    ]:
        with pytest.raises(AppError) as caught:
            client.predict(*arguments, api_name="/ask")
        assert words in str(caught.value)
        assert "Traceback" not in str(caught.value) and "\n" not in str(caught.value)
