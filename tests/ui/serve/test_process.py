"""The server in a process of its own: its password, what it writes down, how it ends or is killed."""

import base64
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from fusion.crowd.marks import picture
from fusion.crowd.server import Server, serving

PASSWORD = "open sesame"
MARK = "zq4711zq"
CLOSED = (
    ("GET", "config"),
    ("GET", "metrics"),
    ("GET", "gradio_api/info"),
    ("GET", "gradio_api/heartbeat/somebody"),
    ("GET", "gradio_api/queue/data?session_hash=somebody"),
    ("GET", "gradio_api/file=assets/icon.svg"),
    ("POST", "gradio_api/upload"),
    ("POST", "gradio_api/queue/join"),
    ("POST", "gradio_api/call/ask"),
    ("POST", "gradio_api/run/ask"),
    ("POST", "gradio_api/cancel"),
    ("POST", "gradio_api/component_server"),
)


def held(folder: Path) -> list[Path]:
    """The files that hold the mark, in their names or in what they contain."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if MARK in str(path) or MARK.encode() in path.read_bytes()]


def logged_in(server: Server) -> dict[str, str]:
    """The headers of who has given the password."""
    entered = httpx.post(server.address + "login", data={"username": "somebody", "password": PASSWORD})
    name = next(name for name in entered.cookies if "unsecure" in name)
    return {"cookie": f"{name}={entered.cookies[name]}"}


def demands_the_password(server: Server) -> None:
    assert httpx.get(server.address + "health").json()["status"] == "ok"
    for page in ("", "zh"):
        assert "auth_required" in httpx.get(server.address + page).text
    for method, path in CLOSED:
        assert httpx.request(method, server.address + path).status_code == 401, path
    wrong = {"username": "somebody", "password": "open barley"}
    assert httpx.post(server.address + "login", data=wrong).status_code == 400
    assert httpx.get(server.address + "config", headers=logged_in(server)).json()["username"] == "somebody"
    basic = {"authorization": "Basic " + base64.b64encode(f":{PASSWORD}".encode()).decode()}
    assert "fusion_memory_bytes" in httpx.get(server.address + "metrics", headers=basic).text


def asks_and_fails(server: Server, folder: Path) -> None:
    """One good question, and what can be wrong with one, all marked."""
    (folder / f"{MARK}.jpg").write_bytes(picture(3))
    (folder / f"{MARK}.png").write_text(MARK)
    good, broken = handle_file(folder / f"{MARK}.jpg"), handle_file(folder / f"{MARK}.png")
    client = Client(server.address, auth=("somebody", PASSWORD), verbose=False)
    assert client.predict(good, f"is the {MARK} red?", "concat", "", api_name="/ask")["results"]
    for given in ((broken, MARK, "concat", ""), (good, MARK, MARK, ""), (good, MARK, "", MARK)):
        with pytest.raises(AppError):
            client.predict(*given, api_name="/ask")
    with httpx.Client(base_url=server.address, cookies=client.cookies) as raw:
        raw.get(f"{MARK}?{MARK}")
        for number, data in (
            (0, [{"path": f"/{MARK}"}, MARK, 3, 4]),
            (0, MARK),
            (99999, [MARK]),
            (7, [MARK]),
        ):
            sent = {"fn_index": number, "data": data, "session_hash": MARK}
            joined = raw.post("gradio_api/queue/join", json=sent)
            if joined.status_code == 200:
                raw.get("gradio_api/queue/data", params={"session_hash": MARK})
        raw.post("gradio_api/run/ask", json={"data": [{"path": MARK}, MARK, MARK, MARK]})
        raw.post("gradio_api/upload", files={"files": (f"{MARK}.jpg", MARK.encode() * 100)})


def test_a_killed_server_leaves_nothing_to_the_next_which_ends_in_order_and_keeps_nothing(
    tmp_path: Path,
) -> None:
    log, temporary, cache = tmp_path / "log", tmp_path / "temporary", tmp_path / "cache"
    temporary.mkdir()
    (tmp_path / "given").mkdir()
    places = {"FUSION_PASSWORD": PASSWORD, "TMPDIR": str(temporary), "FUSION_CACHE": str(cache)}
    with serving(log, **places) as server:
        demands_the_password(server)
        files, upload = {"files": (f"{MARK}.jpg", picture(3))}, server.address + "gradio_api/upload"
        httpx.post(upload, files=files, headers=logged_in(server)).raise_for_status()
        assert held(temporary)
        server.process.kill()
        server.process.wait()
    assert held(temporary), "it had no time to tidy up"
    with serving(log, **places) as server:
        assert not held(temporary)
        asks_and_fails(server, tmp_path / "given")
        assert server.stop() == 0
    assert not list(temporary.iterdir())
    assert not held(cache)
    assert MARK not in log.read_text()


def test_a_server_that_is_stopped_while_it_warms_up_ends_in_order(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving(log, FUSION_CACHE=str(tmp_path / "cache")) as server:
        assert server.stop() == 0
    assert "warming up failed" not in log.read_text()
