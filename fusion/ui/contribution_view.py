"""What each modality brought to an answer, in words and in numbers."""

from fusion.answer import Contribution
from fusion.language import named, say
from fusion.percentage import points
from fusion.ui.parts import bar, percent, text


def _coalitions() -> tuple[str, ...]:
    return say("both"), say("picture alone"), say("question alone"), say("neither")


def contribution_summary(shares: Contribution) -> str:
    """The words and the two Shapley values, and the synergy apart from these, in HTML."""
    return (
        f'<span class="says">{text(shares.says)}</span>'
        f'<span class="share image">{text(say("picture"))} {points(shares.image)}</span> '
        f'<span class="share text">{text(say("text"))} {points(shares.text)}</span> '
        f'<span class="share apart">{text(say("synergy"))} {points(shares.synergy)}</span>'
    )


def contribution_title(shares: Contribution, label: str) -> str:
    """The four probabilities behind it on one line, in HTML."""
    given = zip(_coalitions(), shares.values, strict=True)
    parts = ", ".join(f"{text(name)} {percent(p, 1)}" for name, p in given)
    return f"{text(say('“{label}” with', label=named(label)))} {parts}"


def contribution_details(shares: Contribution, label: str) -> str:
    """The four probabilities behind it, to be opened, in HTML."""
    rows = "".join(
        f'<li><span class="name">{text(name)}</span>{bar(p)}<span class="number">{percent(p, 1)}</span></li>'
        for name, p in zip(_coalitions(), shares.values, strict=True)
    )
    parted, beyond = 100 * (shares.image + shares.text), round(100 * abs(shares.synergy))
    found = {"parted": f"{parted:.0f}", "points": beyond}
    if shares.synergy < 0:
        apart = say(
            "Picture and text share out the {parted} points from neither to both (Shapley values). Synergy "
            "is no further part of these: together they bring {points} points fewer than each alone, added "
            "up.",
            **found,
        )
    else:
        apart = say(
            "Picture and text share out the {parted} points from neither to both (Shapley values). Synergy "
            "is no further part of these: together they bring {points} points more than each alone, added "
            "up.",
            **found,
        )
    given = say("How probable “{label}” is with", label=named(label))
    return (
        f'<details class="told"><summary>{text(say("How this is told"))}</summary>'
        f'<p class="fine">{text(given)}</p><ul class="coalitions">{rows}</ul>'
        f'<p class="fine">{text(apart)}</p></details>'
    )
