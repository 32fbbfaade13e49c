"""What of a page is left in English: its visible words, and what it says to who cannot see it."""

import re
from collections.abc import Iterable

from playwright.sync_api import Page

from fusion import zero_shot
from fusion.encoders import ENCODERS
from fusion.explain import EXPLAINERS
from fusion.references import REFERENCES
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS

# Marked lang="en" on purpose: credits, sources, questions and answers as the models know them.
_SAID = """
(within) => {
  const labels = ['aria-label', 'aria-valuetext', 'placeholder', 'title', 'alt'];
  const said = [];
  const told = (element) => {
    if (!element || element.closest('script, style, [lang="en"]')) return false;
    return element.checkVisibility({visibilityProperty: true});
  };
  for (const root of document.querySelectorAll(within)) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (told(walker.currentNode.parentElement)) said.push(walker.currentNode.textContent);
    }
    for (const element of [root, ...root.querySelectorAll('*')]) {
      if (!told(element)) continue;
      for (const name of labels) {
        if (element.hasAttribute(name)) said.push(element.getAttribute(name));
      }
    }
  }
  return said.map((text) => text.replace(/\\s+/g, ' ').trim()).filter(Boolean);
}"""
# Gradio says these in English in every language.
_GRADIO = (
    "Paste from clipboard",
    "Drop an image file here to upload",
    "Click to upload or drop files",
    "Use via API",
    "Gradio footer navigation",
    "number input for",
    "range slider for",
)
_WORD = r"[A-Za-z][A-Za-z'’]*"
_RUN = re.compile(rf"(?<![A-Za-z]){_WORD}(?:[\s,;:.!?…–()“”\"-]+{_WORD}){{2,}}")


def english_on(page: Page, within: str = "body", allowed: Iterable[str] = ()) -> list[str]:
    """Texts and labels that hold three English words or more in a row, each once.

    within: a CSS selector. allowed: strings that do not count, such as what the visitor wrote; the names of
    strategies, encoders, tasks, explainers and reference models never do.
    """
    names = [
        *zero_shot.NAMES,
        *(name for known in (STRATEGIES, ENCODERS, TASKS, EXPLAINERS, REFERENCES) for name in known.names()),
    ]
    ignored = sorted({*names, *allowed, *_GRADIO}, key=len, reverse=True)
    found: dict[str, None] = {}
    for said in page.evaluate(_SAID, within):
        rest = said
        for string in ignored:
            rest = re.sub(rf"(?<![\w-]){re.escape(string)}(?![\w-])", " · ", rest)
        if _RUN.search(rest):
            found[said] = None
    return list(found)
