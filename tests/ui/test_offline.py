"""The server goes away and another comes, in a real browser."""

import pytest
from playwright.sync_api import Browser, expect

from fusion.ui import build, launch
from tests.ui.maps import CIRCLE
from tests.ui.steps import upload

pytestmark = pytest.mark.browser


def test_a_lost_server_is_told_and_the_next_one_is_used(browser: Browser) -> None:
    page = build()
    _, url, _ = launch(page, server_name="127.0.0.1", server_port=None, prevent_thread_lock=True, quiet=True)
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(url + "zh")
    opened.locator("#card .bars").wait_for()
    page.close()
    upload(opened, CIRCLE)
    banner = opened.locator(".offline")
    expect(banner).to_contain_text("无法连接到服务器")
    again = build()
    port = int(url.rstrip("/").rsplit(":", 1)[1])
    launch(again, server_name="127.0.0.1", server_port=port, prevent_thread_lock=True, quiet=True)
    try:
        expect(banner).to_have_count(0)
        opened.locator("#card .bars").wait_for()
    finally:
        context.close()
        again.close()
