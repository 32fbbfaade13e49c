"""The fork of the way: one modality or both."""

from fusion.language import say
from fusion.story import Fork
from fusion.ui.parts import text


def fork_view(fork: Fork) -> str:
    """What was given, the question, and the two ways with the one that is taken marked, in HTML."""
    given = _given("image", say("Picture"), fork.picture) + _given("text", say("Text"), fork.text)
    yes = [say("Align"), say("Fuse")]
    no = [say("One modality alone")]
    (yes if fork.multimodal else no).append(fork.strategy)
    ways = _way(say("Yes"), yes, fork.multimodal) + _way(say("No"), no, not fork.multimodal)
    return f"""
<div class="fork">
  <ul class="fork-given">{given}</ul>
  <p class="fork-asked">{text(say("Is it multimodal?"))}</p>
  <ol class="fork-ways">{ways}</ol>
</div>"""


def _given(kind: str, name: str, there: bool) -> str:
    told = say("given") if there else say("missing")
    sign = "✓" if there else "–"
    return (
        f'<li class="{kind}{"" if there else " missing"}"><span aria-hidden="true">{sign}</span> '
        f"{text(name)} <small>{text(told)}</small></li>"
    )


def _way(answer: str, stations: list[str], taken: bool) -> str:
    path = "".join(f"<span>{text(station)}</span>" for station in stations)
    mark = f" <small>{text(say('this way'))}</small>" if taken else ""
    return (
        f'<li class="{"taken" if taken else "left-aside"}"><b>{text(answer)}{mark}</b><div>{path}</div></li>'
    )
