"""The small pictures of a step."""

from collections.abc import Sequence

from fusion.story import Figure
from fusion.story.numbers import short
from fusion.ui.parts import text
from fusion.ui.pictures import data_url

SMALL = 160  # pixels; what is smaller is shown pixel by pixel


def figures_view(figures: Sequence[Figure]) -> str:
    """In HTML: strips under each other, all others side by side."""
    strips = "".join(_figure(figure) for figure in figures if figure.kind == "strip")
    others = "".join(_figure(figure) for figure in figures if figure.kind != "strip")
    return "".join(
        f'<div class="{name}">{shown}</div>'
        for name, shown in (("tour-figures", others), ("tour-strips", strips))
        if shown
    )


def _figure(figure: Figure) -> str:
    crisp = figure.kind != "photo" or max(figure.picture.size) < SMALL
    width, height = figure.picture.size
    return (
        f'<figure class="{figure.kind}{" crisp" if crisp else ""}">'
        f'<img src="{data_url(figure.picture, lossless=crisp)}" width="{width}" height="{height}" alt="">'
        f"<figcaption>{text(figure.caption)}{_legend(figure)}</figcaption></figure>"
    )


def _legend(figure: Figure) -> str:
    """Which numbers the colours stand for."""
    if figure.bounds is None:
        return ""
    low, high = (short(bound) for bound in figure.bounds)
    return f' <span class="tour-scale">{low}<i aria-hidden="true"></i>{high}</span>'
