"""What each modality brought to an answer, in words and in numbers."""

from fusion.answer import Contribution
from fusion.ui.parts import bar, percent, text

_COALITIONS = ("both", "picture alone", "question alone", "neither")


def contribution_summary(shares: Contribution) -> str:
    """The words and the two Shapley values, and the synergy apart from these, in HTML."""
    return (
        f'<span class="says">{text(shares.says)}</span>'
        f'<span class="share image">picture {_points(shares.image)}</span> '
        f'<span class="share text">text {_points(shares.text)}</span> '
        f'<span class="share apart">synergy {_points(shares.synergy)}</span>'
    )


def contribution_title(shares: Contribution, label: str) -> str:
    """The four probabilities behind it on one line, in HTML."""
    given = zip(_COALITIONS, shares.values, strict=True)
    return f"“{text(label)}” with " + ", ".join(f"{name} {percent(p, 1)}" for name, p in given)


def contribution_details(shares: Contribution, label: str) -> str:
    """The four probabilities behind it, to be opened, in HTML."""
    rows = "".join(
        f'<li><span class="name">{name}</span>{bar(p)}<span class="number">{percent(p, 1)}</span></li>'
        for name, p in zip(_COALITIONS, shares.values, strict=True)
    )
    shared, points = 100 * (shares.image + shares.text), round(100 * abs(shares.synergy))
    than = "fewer" if shares.synergy < 0 else "more"
    apart = f"together they bring {points} points {than} than each alone, added up"
    return (
        f'<details class="told"><summary>How this is told</summary>'
        f'<p class="fine">How probable “{text(label)}” is with</p><ul class="coalitions">{rows}</ul>'
        f'<p class="fine">Picture and text share out the {shared:.0f} points from neither to both '
        f"(Shapley values). Synergy is no further part of these: {apart}.</p></details>"
    )


def _points(share: float) -> str:
    points = round(100 * share)
    return f"{points:+}".replace("-", "−") if points else "0"
