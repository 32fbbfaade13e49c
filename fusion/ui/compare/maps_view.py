"""Small maps over the picture: where a strategy's own attention went."""

from fusion.answer import Answer, AttentionMaps
from fusion.explain import heatmap
from fusion.language import say
from fusion.ui.parts import text
from fusion.ui.pictures import data_url, preview
from fusion.ui.session import Session

SMALL = 480  # pixels of the longer side of a picture under a map
VEIL = (96, 96)  # pixels of what lies over it, stretched by the browser


def pictured(session: Session) -> str:
    """A style attribute that gives the maps within the session's picture, "" without one."""
    if session.picture is None:
        return ""
    width, height = session.picture.size
    address = preview(session.picture, SMALL)
    return f' style="--picture: url({address}); --wide: {width}; --tall: {height}"'


def map_view(answer: Answer) -> str:
    """The map of an answer, or that there is none, in HTML inside what bears the style `pictured`."""
    if answer.attention is None:
        return f'<p class="compare-map none">{text(say("no map of its own"))}</p>'
    maps = answer.attention
    values = maps.weights.mean((0, 1))[heatmap.sharpest(maps)]
    address = data_url(heatmap.veil(values, VEIL), lossless=True)
    return f'<div class="compare-map"><img src="{address}" alt="{text(caption(maps))}"></div>'


def caption(maps: AttentionMaps) -> str:
    """What the map shows, in words: of the word that looks most at one place, as the tab Ask shows it first."""
    word = maps.words[heatmap.sharpest(maps)]
    return say("Where “{word}” looked, mean of layers and heads", word=word)
