"""The table of answers: a row for each question and strategy, as CSV without formulas."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fusion.answer import Answer
from fusion.batch.answering import Outcome
from fusion.batch.questions import Questions
from fusion.errors import UserError
from fusion.language import say
from fusion.paths import written_whole

OWN = (
    "strategy", "answer", "probability", "sure", "contribution_picture", "contribution_text", "synergy",
    "rests_on", "hints", "error",
)  # fmt: skip
# How a formula begins in a spreadsheet, full-width signs included; see OWASP, CSV Injection.
_SIGN = r"[=+\-@＝＋－＠]"
_FORMULA = re.compile(rf"\s*{_SIGN}|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*([eE][+-]?\d+)?")
# Where a spreadsheet that parts at another separator would begin a cell with one: no quotes hinder it there.
_SPACE = r'(?:[^\S\t\r\n]|")*'
_PARTED = re.compile(rf"([;,|\t\r\n])(?={_SPACE}{_SIGN})(?!{_SPACE}{_NUMBER.pattern}[\s\"\])}}]*(?:\1|$))")


@dataclass(frozen=True)
class Answers:
    """The answers to the questions of a table, in its order."""

    questions: Questions
    outcomes: Sequence[Outcome]

    @property
    def errors(self) -> int:
        """How many rows have no answer."""
        return sum(isinstance(one, UserError) for one in self.outcomes)

    @property
    def heads(self) -> tuple[str, ...]:
        """The columns of the table: those that were there, then our own, under another name where that is
        taken."""
        taken = {name.strip().lower() for name in self.questions.columns}
        return (*self.questions.columns, *(f"fusion_{name}" if name in taken else name for name in OWN))

    def lines(self) -> Iterator[list[str]]:
        """The rows, as they are."""
        for question, outcome in zip(self.questions.rows, self.outcomes, strict=True):
            given = [question.record[name] for name in self.questions.columns]
            if isinstance(outcome, UserError):
                yield [*given, *[""] * (len(OWN) - 1), str(outcome)]
            else:
                hints = " ".join(outcome.hints)
                yield from ([*given, *_cells(answer), hints, ""] for answer in outcome.results)

    def csv(self) -> bytes:
        """The whole table as a CSV file, in UTF-8 with the mark that spreadsheets know it by; what one
        would take for a formula has an apostrophe before it."""
        file = io.StringIO(newline="")
        rows = csv.writer(file)
        for line in (self.heads, *self.lines()):
            rows.writerow([harmless(cell) for cell in line])
        return file.getvalue().encode("utf-8-sig", "replace")

    def write(self, path: Path) -> None:
        """The table in a file, whole or not at all."""
        with written_whole(path) as draft:
            draft.write_bytes(self.csv())


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, not even in part; numbers stay numbers."""
    whole = f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
    return _PARTED.sub(r"\1'", whole)


def _cells(answer: Answer) -> list[str]:
    """All but hints and error."""
    brought = answer.contribution
    shares = ["", "", "", ""]
    if brought is not None:
        shares = [f"{x:.4f}" for x in (brought.image, brought.text, brought.synergy)] + [say(brought.says)]
    sure = "true" if answer.sure else "false"
    return [answer.strategy, answer.label, f"{answer.probability:.4f}", sure, *shares]
