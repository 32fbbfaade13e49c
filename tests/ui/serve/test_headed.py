"""What the browser is sent before gradio's own scripts run."""

import re

import httpx
import pytest


@pytest.mark.parametrize(("path", "language", "browser"), [("", "en", "en"), ("zh", "zh", "zh-CN")])
def test_a_page_is_sent_in_its_language_before_gradio_starts(
    server: str, path: str, language: str, browser: str
) -> None:
    answer = httpx.get(server + path)
    page = answer.text
    assert f'lang="{language}"' in page
    assert page.index("window.fusionSay") < page.index('type="module"')
    assert f"'language', {{value: \"{browser}\"}}" in page
    assert ("无法连接到服务器" in page) == (language == "zh")


def test_other_answers_are_sent_as_they_are(server: str) -> None:
    answer = httpx.get(server + "health")
    assert answer.json()["status"] == "ok"
    assert re.fullmatch(r"application/json.*", answer.headers["content-type"])
