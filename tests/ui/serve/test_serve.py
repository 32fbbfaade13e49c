"""The server as an operator sees it: limits, headers, health and figures."""

import asyncio
import re

import httpx
import pytest
from gradio import processing_utils
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fusion.ui.serve import app_options, guard
from fusion.ui.serve.guard import Guard
from fusion.ui.serve.uploads import Uploads
from tests.ui.steps import run

MOST = 1000


async def length(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def client() -> TestClient:
    options = app_options(most_bytes=MOST)
    routes = [*options["routes"], Route("/length", length, methods=["POST"])]
    return TestClient(Starlette(routes=routes, middleware=options["middleware"]))


def test_a_body_up_to_the_limit_passes_and_one_above_is_refused(client: TestClient) -> None:
    assert client.post("/length", content=b"x" * MOST).text == str(MOST)
    refused = client.post("/length", content=b"x" * (MOST + 1))
    assert (refused.status_code, refused.text) == (413, "A request may have at most 0 MB.")


@pytest.mark.parametrize(
    ("path", "referer", "said"),
    [
        ("/length", "http://testserver/zh", "一次请求最多 0 MB。"),
        ("/length", "http://testserver/zh/?strategy=gated", "一次请求最多 0 MB。"),
        ("/zh", "", "一次请求最多 0 MB。"),
        ("/length", "http://testserver/", "A request may have at most 0 MB."),
        ("/length", "http://[", "A request may have at most 0 MB."),
    ],
)
def test_a_refusal_speaks_the_language_of_the_page(
    client: TestClient, path: str, referer: str, said: str
) -> None:
    refused = client.post(path, content=b"x" * (MOST + 1), headers={"referer": referer})
    assert (refused.status_code, refused.text) == (413, said)


def test_every_refusal_speaks_chinese() -> None:
    async def breaks(request: Request) -> PlainTextResponse:
        raise RuntimeError

    routes = [Route("/upload", length, methods=["POST"]), Route("/breaks", breaks)]
    guarded = Middleware(Guard, most_bytes=MOST, uploads=Uploads(each=1))
    some = TestClient(Starlette(routes=routes, middleware=[guarded]))
    some.headers["referer"] = "http://testserver/zh"
    found = [some.post("/upload", content=b"xx"), some.get("/breaks"), some.get("/monitoring")]
    assert [answer.status_code for answer in found] == [429, 400, 404]
    assert all(re.search("[\u4e00-\u9fff]", answer.text) for answer in found)


def test_a_body_in_pieces_without_a_length_is_bounded_too(client: TestClient) -> None:
    def pieces(n: int) -> list[bytes]:
        return [b"x" * 100] * n

    assert client.post("/length", content=iter(pieces(10))).text == "1000"
    assert client.post("/length", content=iter(pieces(11))).status_code == 413


def test_only_an_upload_may_be_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "WORDS", 10)
    routes = [Route(path, length, methods=["POST"]) for path in ("/upload", "/ask", "/mcp")]
    some = TestClient(Starlette(routes=routes, middleware=[Middleware(Guard, most_bytes=MOST)]))
    found = [some.post(path, content=b"x" * 11).status_code for path in ("/upload", "/ask", "/mcp")]
    assert found == [200, 413, 200]
    assert some.post("/ask", content=iter([b"x" * 6] * 2)).status_code == 413


def test_a_length_that_is_no_number_is_refused(client: TestClient) -> None:
    assert client.post("/length", headers={"content-length": "-5"}).status_code == 413


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async def ask() -> list[Message]:
        sent: list[Message] = []

        async def never() -> Message:
            await asyncio.sleep(60)
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        async def read(scope: Scope, receive: Receive, send: Send) -> None:
            await receive()

        scope = {"type": "http", "scheme": "https", "path": "/x", "method": "POST", "headers": []}
        await Guard(read, MOST, body_s=0.01)(scope, never, send)
        return sent

    start = run(ask())[0]
    assert start["status"] == 408
    assert Headers(raw=start["headers"])["strict-transport-security"].startswith("max-age="), "over https"


def test_a_body_that_comes_slowly_but_steadily_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SLOWEST", 100)  # bytes a second

    async def ask() -> bytes:
        sent: list[Message] = []
        pieces = [b"x" * 100] * 4

        async def slowly() -> Message:
            await asyncio.sleep(0.02)
            body = pieces.pop()
            return {"type": "http.request", "body": body, "more_body": bool(pieces)}

        async def send(message: Message) -> None:
            sent.append(message)

        app = Starlette(routes=[Route("/x", length, methods=["POST"])])
        scope = {"type": "http", "scheme": "http", "path": "/x", "method": "POST", "headers": []}
        await Guard(app, MOST, body_s=0.03)(scope, slowly, send)
        return b"".join(message.get("body", b"") for message in sent)

    assert run(ask()) == b"400"


def test_what_is_uploaded_is_counted() -> None:
    def counted(app: ASGIApp) -> Guard:
        return Guard(app, MOST, uploads=Uploads(each=150, everybody=1000))

    routes = [Route(path, length, methods=["POST"]) for path in ("/upload", "/ask")]
    some = TestClient(counted(Starlette(routes=routes)))
    assert some.post("/upload", content=b"x" * 100).text == "100"
    refused = some.post("/upload", content=b"x" * 100)
    assert refused.status_code == 429 and refused.text.endswith("try again in a few minutes.")
    assert some.post("/upload", content=b"x" * 50).text == "50"
    assert some.post("/ask", content=b"x" * 100).text == "100", "nobody is kept from asking"


def test_figures_count_requests_by_route_and_status(client: TestClient) -> None:
    def counted() -> float:
        found = re.search(r'fusion_requests_total\{route="/length",status="200"\} (\S+)', metrics())
        return float(found[1]) if found else 0.0

    def metrics() -> str:
        answer = client.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        return answer.text

    before = counted()
    for _ in range(3):
        client.post("/length", content=b"hello")
    client.get("/a-visitors-secret")
    assert counted() - before == 3
    assert "secret" not in metrics(), "paths that are no route are not kept"
    assert float(re.search(r"\nfusion_memory_bytes (\S+)", metrics())[1]) > 1e6  # type: ignore[index]


@pytest.mark.parametrize("path", ["", "config", "gradio_api/info", "health", "nothing-here"])
def test_every_answer_of_the_real_page_keeps_the_browser_here(server: str, path: str) -> None:
    headers = httpx.get(server + path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == "'self'"
    assert not any("http" in sources or "*" in sources for sources in policy.values())
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in headers, "this is no https"


def test_health_and_what_is_closed(server: str) -> None:
    assert httpx.get(server + "health").json()["status"] == "ok"
    for path in (
        "gradio_api/proxy=http://127.0.0.1:1/",
        "gradio_api/file=http://192.0.2.1/a.png",
        "gradio_api/file=https%3A%2F%2F192.0.2.1/a.png",
        "gradio_api/file/http://192.0.2.1/a.png",
        "gradio_api/component_server",
        "gradio_api/vibe-code",
        "monitoring",
        "gradio_api/runs",
        "docs",
        "redoc",
    ):
        assert httpx.get(server + path).status_code == 404, path


def test_an_address_in_the_place_of_an_upload_is_not_fetched(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []

    async def fetch(url: str, cache_dir: str) -> str:
        fetched.append(url)
        raise AssertionError

    monkeypatch.setattr(processing_utils, "async_ssrf_protected_download", fetch)
    file = {"path": "http://192.0.2.1/a.png", "meta": {"_type": "gradio.FileData"}}
    for data in ([file, "", "", ""], [None, {"deep": [file]}, "", ""]):
        event = httpx.post(server + "gradio_api/call/ask", json={"data": data}).json()["event_id"]
        assert "does not fit" in httpx.get(f"{server}gradio_api/call/ask/{event}").text
    assert not fetched


@pytest.mark.parametrize("name", ["nobody", ""])
def test_answers_for_nobody_are_not_there(server: str, name: str, caplog: pytest.LogCaptureFixture) -> None:
    assert httpx.get(server + "gradio_api/queue/data", params={"session_hash": name}).status_code == 404
    assert "in the server" not in caplog.text
