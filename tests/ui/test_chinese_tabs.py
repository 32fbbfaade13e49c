"""The tabs Teach, Your data and Lab in Chinese: nothing that is said there is left in English."""

from collections.abc import Iterator
from functools import partial

import gradio as gr
import pytest
from playwright.sync_api import Browser, Page, expect

from fusion.pairs import DEFAULT_TASK
from fusion.paths import ASSETS
from fusion.recipe import Recipe
from fusion.study import study
from fusion.study.baselines import BASELINES
from fusion.tasks import TASKS, TaskRecord
from fusion.ui.examples import examples
from fusion.ui.languages import page_of
from fusion.ui.launch import launch
from fusion.ui.own import example
from fusion.ui.study import add_seeds, add_study, visit, wire_study
from tests.few_drawings import few_drawings
from tests.ui.english import english_on

pytestmark = pytest.mark.browser
STRATEGIES = ("image-only", "text-only", "weighted", "cross-attention")


def test_teach(chinese_page: Page) -> None:
    page = chinese_page
    page.get_by_role("tab", name="教模型").click()
    expect(page.locator("#teach-trust")).to_contain_text("请命名两个类别")
    assert english_on(page) == []
    page.get_by_role("button", name="看一个示例").click()
    expect(page.locator("#teach-answer h2 b")).to_have_text("furry")
    expect(page.locator("#teach-answer .by")).to_have_text("教过之后，依据你的样本，无需训练")
    page.locator(".teach-name").first.fill("not furry")
    page.locator(".teach-name").first.press("Enter")
    expect(page.locator("#teach-alert")).to_contain_text("请给每个类别不同的名称")
    page.get_by_role("button", name="微调").click()
    expect(page.locator("#teach-curve")).to_contain_text("共 120 步", timeout=60_000)
    assert english_on(page) == []


def test_your_data_before_and_after_it_is_read(chinese_page: Page) -> None:
    page = chinese_page
    page.get_by_role("tab", name="你的数据").click()
    expect(page.locator("#own-preview h2")).to_have_text("使用你自己的数据")
    assert english_on(page) == []
    page.locator("#own-name").get_by_role("textbox").fill("nobody")
    page.locator("#own-fetch").click()
    expect(page.locator("#own-preview .alert")).to_contain_text("OWNER/NAME 或")
    page.locator("#own-example").click()
    expect(page.locator("#own-preview .preview")).to_contain_text("置信区间会很宽", timeout=60_000)
    assert english_on(page, allowed=(example.KIND, example.COLOR, example.NAME)) == []


def test_lab_answered_with_both_spoiled(chinese_page: Page) -> None:
    page = chinese_page
    given = [told for one in examples(DEFAULT_TASK) for told in (one.note, one.title, one.question)]
    allowed = (*given, "What is this?")
    page.get_by_role("tab", name="实验室").click()
    assert english_on(page, allowed=allowed) == []
    page.locator("#lab-examples .example").first.click()
    expect(page.locator("#lab-moves h2")).to_have_text("答案")
    expect(page.locator("#lab-moves .before b").nth(2)).to_have_text("parrot 鹦鹉")
    page.locator("#lab-image label", has_text="模糊").click()
    page.locator("#lab-text label", has_text="丢词").click()
    expect(page.locator("#lab-measured section")).to_have_count(2)
    assert english_on(page, allowed=allowed) == []


class Brought:
    """What a visitor would have brought."""

    def task(self) -> TaskRecord:
        return TASKS[few_drawings("带来的数据", 60, 30)]


@pytest.fixture
def studied(browser: Browser) -> Iterator[Page]:
    """A page in Chinese with nothing but a study that fits four strategies for an epoch, once it is over."""
    with pytest.MonkeyPatch.context() as patch:
        quick = partial(study, recipe=Recipe(epochs=1, batch=16), strategies=STRATEGIES)
        patch.setattr(visit, "study", quick)
        with gr.Blocks(analytics_enabled=False) as blocks:
            pass
        with page_of(blocks, "zh"):
            state = gr.State(None)
            bring, run = gr.Button("带来"), gr.Button("开始")
            wire_study(add_study(add_seeds()), state, run)
            bring.click(Brought, None, state)
        _, url, _ = launch(
            blocks, server_name="127.0.0.1", server_port=None, prevent_thread_lock=True, quiet=True
        )
        page = browser.new_context(
            viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
        ).new_page()
        page.goto(f"{url}zh")
        page.get_by_role("button", name="带来").click()
        page.locator("#study-seeds label", has_text="1：快").click()
        page.get_by_role("button", name="开始").click()
        expect(page.locator(".under-study")).to_contain_text("以每个随机种子训练每种策略")
        assert english_on(page) == []
        expect(page.locator("#study-board .board")).to_be_visible(timeout=120_000)
        yield page
        page.context.close()
        blocks.close()


def test_a_study(studied: Page) -> None:
    page = studied
    task = Brought().task()
    given = {*(one.text for one in task.examples("test")), *(other.source for other in BASELINES)}
    given |= set(task.labels)
    expect(page.locator("#study-board .advice")).to_contain_text("。")
    expect(page.locator("#study-board .note.warn")).to_contain_text("只有 30 行测试数据")
    expect(page.locator("#study-board .otherwise th").nth(1)).not_to_contain_text("regression")
    assert english_on(page, allowed=given) == []
    page.locator("#study-board").get_by_role("button", name="weighted").click()
    expect(page.locator("#study-gallery .fine")).to_contain_text("由 weighted 给出")
    page.locator("#study-gallery .mistake").first.click()
    page.locator("#study-mistake .spoken").wait_for()
    page.locator("#study-picture input[type=file]").set_input_files(ASSETS / "examples" / "red-triangle.png")
    expect(page.locator("#study-picture img")).to_be_visible()
    page.locator("#study-question textarea").fill("what color is it?")
    page.locator("#study-ask").click()
    expect(page.locator("#study-tried tbody tr")).to_have_count(len(STRATEGIES))
    assert english_on(page, allowed=[*given, "what color is it?"]) == []
