"""What can be looked at closely of a report: each kind of measurement, where the report has it."""

from collections.abc import Callable
from dataclasses import dataclass

from fusion.language import say
from fusion.tasks import TASKS
from fusion.ui.evaluate.accuracy_view import types_view
from fusion.ui.evaluate.calibration_view import calibration_view
from fusion.ui.evaluate.explained_view import contributions_view, explained_view, looks_view
from fusion.ui.evaluate.marks import printed_by
from fusion.ui.evaluate.reports import Report, command
from fusion.ui.evaluate.robust_view import few_shot_view, missing_view, robust_view
from fusion.ui.parts import text


@dataclass(frozen=True)
class Kind:
    """title: said when it is shown. views: its panels, "" where a report has nothing for them. option: of the
    command that measures it."""

    title: Callable[[], str]
    views: tuple[Callable[[Report, str], str], ...]
    option: str = ""


KINDS = {
    "types": Kind(lambda: say("Types of question"), (types_view,)),
    "confidence": Kind(lambda: say("Confidence"), (calibration_view,)),
    "explanations": Kind(lambda: say("Explanations"), (explained_view, looks_view), "--explain"),
    "contributions": Kind(lambda: say("Contributions"), (contributions_view,), "--explain"),
    "spoiled": Kind(lambda: say("Spoiled inputs"), (robust_view,), "--corrupt"),
    "missing": Kind(lambda: say("Missing inputs"), (missing_view,), "--corrupt"),
    "examples": Kind(lambda: say("A few examples"), (few_shot_view,)),
}


def kinds_of(report: Report, strategy: str) -> list[tuple[str, str]]:
    """Title and name of each kind that the report has of a strategy, or that the command would measure."""
    trained = not TASKS[report["task"]].zero_shot
    return [
        (kind.title(), name)
        for name, kind in KINDS.items()
        if _panels(kind, report, strategy) or (kind.option and trained)
    ]


def closely(report: Report, strategy: str, name: str) -> str:
    """The panels of a kind, in HTML; where it was not measured, the command that would."""
    kind = KINDS[name]
    if panels := _panels(kind, report, strategy):
        return panels
    told = say("Not measured for {strategy} on {task} yet.", strategy=strategy, task=report["task"])
    return (
        f'<section class="panel ev"><h2>{text(kind.title())}</h2><p>{text(told)}</p>'
        f"{printed_by(command(report, kind.option))}</section>"
    )


def _panels(kind: Kind, report: Report, strategy: str) -> str:
    return "".join(view(report, strategy) for view in kind.views)
