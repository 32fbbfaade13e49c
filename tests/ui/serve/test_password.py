"""Who is let in without the form: whoever brings the password along, to the figures and the tools alone."""

import base64
from types import SimpleNamespace

import pytest

from fusion.ui.serve import password
from fusion.ui.serve.password import let_in
from tests.ui.steps import run


@pytest.mark.parametrize(
    ("path", "given", "inside"),
    [
        ("/mcp", "open sesame", True),
        ("/metrics", "open sesame", True),
        ("/mcp", "open barley", False),
        ("/config", "open sesame", False),
        ("/static/../config", "", True),  # which is a file's name there, and none that exists
        ("//config", "", False),
        ("/CONFIG", "", False),
        ("/zh/config", "", False),
        ("/health/../config", "", False),
        ("/gradio_api/startup-events/x", "", False),
        ("/zh", "", True),
    ],
)
def test_who_is_let_in(monkeypatch: pytest.MonkeyPatch, path: str, given: str, inside: bool) -> None:
    monkeypatch.setenv("FUSION_PASSWORD", "open sesame")
    monkeypatch.setattr(password, "WAIT_S", 0.0)
    brought = b"Basic " + base64.b64encode(f":{given}".encode())
    app = SimpleNamespace(cookie_id="1", tokens={"token": "somebody"})
    scope = {"type": "http", "path": path, "app": app, "headers": [(b"authorization", brought)]}
    assert run(let_in(scope, ("zh",))) is inside
    cookie = (b"cookie", b"access-token-unsecure-1=token")
    assert run(let_in({**scope, "headers": [cookie]}, ("zh",)))
