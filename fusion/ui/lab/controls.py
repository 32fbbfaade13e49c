"""The lab's controls, made from the kinds of change that there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from fusion.language import later, say
from fusion.robustness.changes import PICTURE, TEXT, Change, Kind

AS_IT_IS = ""
_TITLES = {
    "image": (later("Picture"), later("as it is")),
    "text": (later("Words"), later("as they are")),
}


@dataclass(frozen=True, eq=False)
class Side:
    """The controls of one modality: which kind of change, and a slider for each kind that has levels."""

    kinds: Mapping[str, Kind[Any]]
    kind: gr.Radio
    sliders: Mapping[str, gr.Slider]

    @property
    def inputs(self) -> list[gr.components.Component]:
        """What `read` wants the values of, in its order."""
        return [self.kind, *self.sliders.values()]

    def read(self, values: Sequence[Any]) -> Change:
        """The change that the controls say; sliders count in percent."""
        name, *levels = values
        if name == AS_IT_IS:
            return Change()
        by_kind = dict(zip(self.sliders, levels, strict=True))
        level = by_kind[name] / 100 if name in by_kind else self.kinds[name].levels[-1]
        return Change(name, level)

    def shown(self, name: str) -> list[dict[str, Any]]:
        """Updates of the sliders: that of the chosen kind alone is to be seen."""
        return [gr.update(visible=kind == name) for kind in self.sliders]


def add_side(modality: str) -> Side:
    """The controls of "image" or "text" in the Blocks at hand."""
    kinds: Mapping[str, Kind[Any]] = PICTURE if modality == "image" else TEXT
    title, as_is = _TITLES[modality]
    kind = gr.Radio(
        [(say(as_is), AS_IT_IS), *((say(one.title), one.name) for one in kinds.values())],
        value=AS_IT_IS,
        label=say(title),
        elem_id=f"lab-{modality}",
        elem_classes="lab-kind",
    )
    sliders = {
        one.name: gr.Slider(
            0,
            100 * one.levels[-1],
            value=100 * one.levels[len(one.levels) // 2],
            step=100 * one.levels[0],
            label=say(one.scale),
            buttons=[],
            visible=False,
            elem_id=f"lab-{one.name}",
        )
        for one in kinds.values()
        if one.scale
    }
    return Side(kinds, kind, sliders)
