"""The code that is shown does what the page did."""

import json
import shlex
import shutil
import subprocess
from contextlib import redirect_stdout
from dataclasses import replace
from inspect import signature
from io import StringIO

import pytest

import fusion
from fusion.cli import main
from fusion.language import LANGUAGES, translations
from fusion.paths import ASSETS
from fusion.references import REFERENCES
from fusion.ui import api, build
from fusion.ui.take.snippets import SERVER, Asked, assistant, client, curl, endpoints, package, terminal
from fusion.ui.teach.endpoint import taught

CIRCLE = ASSETS / "examples" / "yellow-circle.png"
QUESTION = """what's the color of the "circle", in ${HOME} {server}?"""


@pytest.fixture(params=[True, False], ids=["picture", "text alone"])
def asked(request: pytest.FixtureRequest) -> Asked:
    lens = fusion.load(task="easy-vqa")
    picture = str(CIRCLE) if request.param else ""
    reply = lens.reply(picture or None, QUESTION, "all")
    return Asked(reply, "concat" if picture else "text-only", {}, picture)


def best(asked: Asked) -> str:
    return next(answer.label for answer in asked.reply.results if answer.strategy == asked.strategy)


def run(code: str) -> str:
    """What a snippet of Python prints."""
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(code, "snippet", "exec"), {})
    return printed.getvalue()


def test_the_client_gets_the_answer_of_the_page(asked: Asked, server: str) -> None:
    code = client(asked).replace(SERVER, server.rstrip("/"), 1)
    assert f"'label': {best(asked)!r}" in run(code)


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="needs curl")
def test_curl_gets_it_too(asked: Asked, server: str) -> None:
    code = curl(asked).replace(SERVER, server.rstrip("/"), 1)
    ran = subprocess.run(["bash", "-c", code], capture_output=True, text=True, timeout=120, check=True)
    event, data = ran.stdout.strip().split("\n")[-2:]
    assert event == "event: complete"
    (reply,) = json.loads(data.removeprefix("data: "))
    assert reply["question"] == asked.reply.question
    assert reply["results"][0]["answers"][0]["label"] == best(asked)


def test_the_package_and_the_command_get_it(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"'label': {best(asked)!r}" in run(package(asked))
    assert main(shlex.split(terminal(asked))[3:]) == 0
    assert best(asked) in capsys.readouterr().out


def test_only_the_address_of_the_server_has_a_place_for_it(asked: Asked) -> None:
    assert [snippet(asked).count(SERVER) for snippet in (client, curl, package, terminal)] == [1, 1, 0, 0]
    filled = assistant().replace(SERVER, "https://example.org", 1)
    assert json.loads(filled)["mcpServers"]["fusion-lens"]["url"] == "https://example.org/mcp"


def test_what_is_set_by_hand_is_in_the_code_that_can_do_it() -> None:
    reply = fusion.load(task="easy-vqa").reply(str(CIRCLE), "what color is the circle?", "all")
    asked = Asked(reply, "weighted", {"weighted": {"image_weight": 0.25}}, "picture.jpg")
    assert "image_weight=0.25" in package(asked) and "--set image_weight=0.25" in terminal(asked)


def test_every_endpoint_is_told_with_its_parameters() -> None:
    told = {row["name"]: row["parameters"] for row in endpoints(build().get_api_info())}
    functions = {"/ask": api.ask, "/compare": api.compare, "/classify": api.classify, "/explain": api.explain}
    assert set(told) == {*functions, "/teach"}
    for name, function in {**functions, "/teach": taught}.items():
        names = [parameter["name"] for parameter in told[name]]
        assert names == list(signature(function).parameters)[: len(names)]
    means = {parameter["means"] for parameters in told.values() for parameter in parameters}
    for code in [code for code in LANGUAGES if code != "en"]:
        assert sorted(means - set(translations(code))) == []


def test_a_reference_model_is_asked_where_that_can_be_done() -> None:
    reply = fusion.load(task="easy-vqa").reply(str(CIRCLE), "what color is the circle?", "all")
    name = REFERENCES.names()[0]
    reply = replace(reply, results=(*reply.results, replace(reply.results[0], strategy=name)))
    asked = Asked(reply, name, {}, "picture.jpg")
    assert f"references={name!r}" in package(asked) and f"--reference {name}" in terminal(asked)
    assert name not in client(asked) and name not in curl(asked)  # the endpoint takes none
