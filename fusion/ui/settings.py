"""Sliders for the numbers of a strategy that a person may set by hand, made from the registry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import gradio as gr

from fusion.language import say
from fusion.strategies import STRATEGIES, Parameter
from fusion.ui.session import Settings


@dataclass(frozen=True)
class Control:
    """One parameter: `own` ticked sets it by hand, unticked leaves it as learned."""

    strategy: str
    parameter: Parameter
    own: gr.Checkbox
    slider: gr.Slider


@dataclass(frozen=True)
class Controls:
    """Every control, and for each strategy that has any the row to show."""

    all: tuple[Control, ...]
    rows: dict[str, gr.Row]

    @property
    def inputs(self) -> list[gr.components.Component]:
        """What `read` wants the values of, in its order."""
        return [part for control in self.all for part in (control.own, control.slider)]

    def read(self, values: Sequence[float | bool]) -> dict[str, Settings]:
        """The settings made by hand, of each strategy that has any."""
        found: dict[str, Settings] = {}
        for control, own, value in zip(self.all, values[::2], values[1::2], strict=True):
            if own:
                found.setdefault(control.strategy, {})[control.parameter.name] = float(value)
        return found

    def visible(self, strategy: str) -> Iterator[tuple[gr.Row, gr.Row]]:
        """Updates that show the controls of one strategy alone."""
        for name, row in self.rows.items():
            yield row, gr.Row(visible=name == strategy)


def add_controls(strategy: str | None) -> Controls:
    """The controls in the Blocks at hand, those of `strategy` visible; for None all, each with its name."""
    controls, rows = [], {}
    for record in STRATEGIES:
        if not record.parameters:
            continue
        with gr.Row(visible=strategy in (record.name, None), elem_classes="settings") as rows[record.name]:
            for parameter in record.parameters:
                by_hand = (
                    say("Set {name} by hand", name=record.name) if strategy is None else say("Set by hand")
                )
                own = gr.Checkbox(label=by_hand, value=False, min_width=120, scale=1)
                slider = gr.Slider(
                    parameter.low,
                    parameter.high,
                    value=(parameter.low + parameter.high) / 2,
                    step=(parameter.high - parameter.low) / 20,
                    label=say(parameter.label),
                    buttons=[],
                    min_width=180,
                    scale=3,
                )
                controls.append(Control(record.name, parameter, own, slider))
    return Controls(tuple(controls), rows)
