"""What the columns of a table or data set mean, and the questions and answers in one of its records."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# The first that is there counts.
PICTURE = (
    "picture", "image", "img", "photo", "picture_path", "image_path", "img_path", "picture_file",
    "image_file", "file_name", "filename", "filepath", "file_path", "file", "path", "图片",
)  # fmt: skip
QUESTION = ("question", "questions", "问题")
TEXT = (
    "text", *QUESTION, "title", "caption", "sentence", "description", "headline", "tweet", "review", "body",
    "words", "文本",
)  # fmt: skip
ANSWERS = "answers"
LABEL = (
    "label", "labels", "class", "class_name", "category", "target", "multiple_choice_answer", "answer",
    ANSWERS, "topic", "y", "fine_label",
)  # fmt: skip
SPLIT = ("split", "set", "fold", "subset", "partition", "part")
KIND = ("question_type", "answer_type")
AGREED = 3  # of ten people: the answer counts as wholly right (Antol et al. 2015, the VQA accuracy)


@dataclass(frozen=True)
class Columns:
    """The names that the columns have; "" for what is not there. answers: what several people said."""

    picture: str
    text: str
    label: str
    split: str
    answers: str
    kind: str

    @property
    def asks(self) -> bool:
        """Whether the labels are answers to questions."""
        return _plain(self.text) in QUESTION


@dataclass(frozen=True)
class Asked:
    """A text and its label, "" where there is none, of one picture."""

    text: str
    label: str
    accepted: tuple[str, ...]


def columns_of(names: Iterable[str | None], pictures: Iterable[str] = ()) -> Columns | None:
    """Which column is which, None without pictures or without labels. pictures: those known to hold them."""
    names = list(names)
    picture, label = next(iter(pictures), "") or column(names, PICTURE), column(names, LABEL)
    if not picture or not label:
        return None
    text, split, answers, kind = (column(names, wanted) for wanted in (TEXT, SPLIT, [ANSWERS], KIND))
    return Columns(picture, text, label, split, answers, kind)


def column(names: Iterable[str | None], wanted: Iterable[str]) -> str:
    """The name of the first of the wanted columns that is there, "" for none."""
    plain = {_plain(name): name for name in names if name}
    return next((plain[name] for name in wanted if name in plain), "")


def asked_in(record: Mapping[str, Any], columns: Columns) -> list[Asked]:
    """What a record asks: mostly one thing, several where it lists questions beside as many answers."""
    text, label = record.get(columns.text), record.get(columns.label)
    if isinstance(text, list):
        answers = label if isinstance(label, list) and len(label) == len(text) else [label] * len(text)
        return [_asked(one, answer, answer, columns) for one, answer in zip(text, answers, strict=True)]
    return [_asked(text, label, record.get(columns.answers), columns)]


def _asked(text: Any, label: Any, answers: Any, columns: Columns) -> Asked:
    """Of several answers the most frequent is the label; of several labels none, as there may be but one."""
    if isinstance(label, list | dict):
        told = Counter(_told(label))
        best = max(told, key=told.__getitem__, default="") if columns.asks or len(told) == 1 else ""
    else:
        best = _said(label)
    agreed = [answer for answer, votes in Counter(_told(answers)).items() if votes >= AGREED]
    accepted = tuple(dict.fromkeys([best, *agreed])) if best and agreed else ()
    if columns.asks:  # as the VQA accuracy compares them
        best, accepted = best.lower(), tuple(dict.fromkeys(answer.lower() for answer in accepted))
    return Asked(_said(text), best, accepted)


def _told(answers: Any) -> list[str]:
    """Everybody's answer in a list of texts, of {"answer": text} or in {"answer": [texts]}."""
    if isinstance(answers, dict):
        answers = answers.get("answer", [])
    if not isinstance(answers, list):
        return []
    said = (_said(one.get("answer") if isinstance(one, dict) else one) for one in answers)
    return [answer for answer in said if answer]


def _said(value: Any) -> str:
    """A value of a record as text; "" for none and for what is no single value."""
    if value is None or isinstance(value, list | dict) or value != value:
        return ""
    return str(value).strip()


def _plain(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").split())
