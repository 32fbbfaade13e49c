"""The stepper of the tour."""

from fusion.language import say
from fusion.story import CHAPTERS
from fusion.ui.parts import text


def nav() -> str:
    """The steps by number and name between Previous and Next, in HTML."""
    steps = "".join(
        f'<li><button type="button" data-step="{chapter.name}"><i aria-hidden="true">{i}</i>'
        f"<span>{text(say(chapter.title))}</span></button></li>"
        for i, chapter in enumerate(CHAPTERS, 1)
    )
    return f"""
<nav class="tour-nav" aria-label="{text(say("Steps of the tour"))}">
  <button type="button" class="tour-back"><span aria-hidden="true">‹ </span>{text(say("Previous"))}</button>
  <ol class="tour-way">{steps}</ol>
  <button type="button" class="tour-on">{text(say("Next"))}<span aria-hidden="true"> ›</span></button>
</nav>"""
