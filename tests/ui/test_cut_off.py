"""Nothing of a control is cut off, the ring of who uses a keyboard included."""

import pytest
from playwright.sync_api import Page

from tests.ui.steps import go_to

pytestmark = pytest.mark.browser
# Whether whatever cuts off what is in it leaves room for an element and the ring around it.
WHOLE = """element => {
  const ring = 4, own = element.getBoundingClientRect();
  for (let around = element.parentElement; around; around = around.parentElement) {
    if (getComputedStyle(around).overflow === 'visible') continue;
    const { left, top, right, bottom } = around.getBoundingClientRect();
    if (left > own.left - ring || top > own.top - ring) return false;
    if (right < own.right + ring || bottom < own.bottom + ring) return false;
  }
  return true;
}"""


def test_controls_are_seen_whole(chinese_page: Page) -> None:
    page = chinese_page
    for tab, control in (
        ("实验室", "#lab-seed input"),
        ("实验室", "#lab-image label >> nth=0"),
        ("对比", "#compare-way label >> nth=-1"),
    ):
        go_to(page, tab)
        assert page.locator(control).evaluate(WHOLE), control
    go_to(page, "批量")
    assert page.locator(".batch-command code").evaluate("code => code.getClientRects().length") == 1
