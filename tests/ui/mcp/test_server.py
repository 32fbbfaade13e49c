"""The tools of the Model Context Protocol, called by a client of it."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
from mcp.client import Client

import fusion
from fusion.paths import ASSETS
from fusion.ui.mcp import server as served
from fusion.ui.mcp import with_mcp
from fusion.ui.serve import app_options
from tests.ui.steps import run

CIRCLE = ASSETS / "examples" / "yellow-circle.png"
QUESTION = "what color is the circle?"


def data_url(path: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of the tools, served by gradio as the page serves them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUSION_MCP", "on")
        with gr.Blocks(analytics_enabled=False) as page:
            gr.HTML("a page")
        options = with_mcp(app_options(most_bytes=10_000_000))
        _, url, _ = page.launch(app_kwargs=options, prevent_thread_lock=True, quiet=True, ssr_mode=False)
    yield f"{url}mcp"
    page.close()


def called(address: str, name: str, **arguments: Any) -> Any:
    """What a tool gives, or the sentence that it fails with."""

    async def call() -> Any:
        async with Client(address) as client:
            return await client.call_tool(name, arguments)

    found = run(call())
    (content, *_) = found.content
    return content.text if found.is_error else json.loads(content.text)


def test_the_tools_are_the_endpoints_with_every_parameter_told(address: str) -> None:
    async def listed() -> Any:
        async with Client(address) as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in run(listed())}
    assert set(tools) == {"ask", "compare", "classify", "explain", "teach"}
    for tool in tools.values():
        assert tool.description
        assert all(parameter.get("description") for parameter in tool.input_schema["properties"].values())
    assert set(tools["ask"].input_schema["properties"]) == {"picture", "question", "strategy", "task"}
    assert tools["teach"].input_schema["required"] == ["pictures", "classes"]


def test_a_picture_inside_the_call_is_answered(address: str, left_over: Callable[[], list[Path]]) -> None:
    asked = {"picture": data_url(CIRCLE), "question": QUESTION, "task": "easy-vqa"}
    reply = called(address, "ask", **asked, strategy="concat")
    expected = fusion.load(task="easy-vqa").ask(CIRCLE, QUESTION, "concat")
    best, wanted = (found["results"][0]["answers"][0] for found in (reply, expected))
    assert best["label"] == wanted["label"] == "yellow"
    assert best["probability"] == pytest.approx(wanted["probability"], abs=1e-4)
    taught = called(
        address, "teach", pictures=[data_url(CIRCLE)] * 2, classes="sun, moon", picture=data_url(CIRCLE)
    )
    assert isinstance(taught, dict) and taught["results"], taught
    assert left_over() == []


@pytest.mark.parametrize(
    "picture",
    ["/etc/passwd", str(CIRCLE), f"file://{CIRCLE}", "http://127.0.0.1:1/a.png", "../assets/icon.svg"],
)
def test_no_file_is_read_and_no_address_is_fetched(address: str, picture: str) -> None:
    for name, arguments in [
        ("ask", {"picture": picture, "question": QUESTION}),
        ("classify", {"picture": picture, "labels": "a, b"}),
        ("explain", {"picture": picture, "question": QUESTION}),
        ("teach", {"pictures": [picture], "classes": "a, b"}),
    ]:
        told = called(address, name, **arguments)
        assert "files and addresses are not read here" in told, told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"picture": "data:image/png;base64,????"}, "base64 is damaged"),
        ({"picture": "data:image/png;base64,AAAA"}, "not a picture that can be read here"),
        ({"question": QUESTION, "task": "sorcery"}, "no task named 'sorcery'"),
        ({}, "Give a picture, a text or both."),
    ],
)
def test_a_failure_is_one_sentence(address: str, arguments: dict[str, str], words: str) -> None:
    told = called(address, "ask", **arguments)
    assert words in told and "Traceback" not in told


def test_the_guard_stands_before_the_tools_too(address: str) -> None:
    answer = httpx.post(address, content=b"x" * 10_000_001)
    assert answer.status_code == 413
    assert "content-security-policy" in answer.headers
    assert httpx.get(address, headers={"accept": "text/event-stream"}).status_code == 405


def test_there_is_nothing_without_the_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUSION_MCP", raising=False)
    assert with_mcp({"routes": []}) == {"routes": []}


def test_who_comes_when_too_many_wait_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "MOST", 0)
    with pytest.raises(Exception, match="Too many ask at once"):
        run(served._Queue().called(lambda: {})())
