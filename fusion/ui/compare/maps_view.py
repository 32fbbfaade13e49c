"""Small maps over the picture, or why there is none."""

from fusion.answer import Answer
from fusion.explain.maps import OWN, QUICK
from fusion.language import say
from fusion.ui.compare.visit import Side
from fusion.ui.parts import reads, text


def kinds() -> dict[str, str]:
    """The explainers that there are maps by, each with what is said of them."""
    return {OWN: say("own attention"), QUICK: say("why, by Grad-CAM")}


def pictured(side: Side) -> str:
    """A style attribute that lays the side's picture under the maps, "" without one."""
    if side.session.picture is None:
        return ""
    width, height = side.session.picture.size
    return f' style="--picture: url({side.small}); --wide: {width}; --tall: {height}"'


def map_view(answer: Answer, side: Side, explainer: str) -> str:
    """The map of an answer, or that there is none, in HTML inside what bears the style `pictured`."""
    address = side.veils(explainer).get(answer.strategy)
    if address is None:
        return f'<p class="compare-map none">{text(missing(answer, side, explainer))}</p>'
    told = say("Map of {strategy}: {kind}", strategy=answer.strategy, kind=kinds()[explainer])
    return f'<div class="compare-map"><img src="{address}" alt="{text(told)}"></div>'


def missing(answer: Answer, side: Side, explainer: str) -> str:
    """Why there is no map, in a few words."""
    if side.session.reply is None or side.session.reply.modality != "both":
        return say("a map needs both inputs")
    if reads(answer.strategy) == "text":
        return say("reads no picture")
    if explainer == OWN:
        return say("no map of its own")
    return say("cannot be explained")
