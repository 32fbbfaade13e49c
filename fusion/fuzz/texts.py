"""Texts of every plane of Unicode, in the place of questions, labels, names and settings."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image

import fusion
from fusion.cli import main
from fusion.errors import UserError
from fusion.fuzz.case import Case, Fault, Make
from fusion.fuzz.words import text
from fusion.inputs import MAX_TEXT, clean_text, content_key
from fusion.lens import Lens
from fusion.own.hub import HUB_NAME
from fusion.own.read import fetch

_ODD: tuple[Any, ...] = (5, 0.5, b"words", ["words"], {"text": "words"}, True, object(), float("nan"))


@contextmanager
def opened(folder: Path) -> Iterator[Make]:
    """With the lens that is asked."""
    lens = fusion.load()
    picture = Image.new("RGB", (64, 48), "teal")
    lens.reply(picture, "What is this?", "all")
    lens.teach({"ant": [(picture, "words")], "bee": [(None, "other words")]})
    lens.classify(picture, "words", ["cat", "dog"])

    def make(random: Random, place: Path) -> Case:
        given = random.choice(_ODD) if random.random() < 0.05 else text(random)
        ways: list[tuple[str, Callable[[], Any]]] = [
            ("cleaned", lambda: _cleaned(given)),
            ("as a question", lambda: lens.ask(random.choice((None, picture)), given)),
            ("asked of all", lambda: lens.ask(picture, given, "all")),
            ("explained", lambda: lens.explain(picture, given)),
            ("as labels", lambda: lens.classify(picture, None, given)),
            (
                "as a list of labels",
                lambda: lens.classify(picture, "words", [given, "cat", text(random, 80)]),
            ),
            ("as a class", lambda: lens.teach({str(given): ["words"], "bee": [(None, "other")]}).to_dict()),
            ("as an example", lambda: lens.teach({"ant": [(None, given)], "bee": [(None, "b")]}).to_dict()),
            ("as a strategy", lambda: lens.ask(picture, "What?", given)),
            ("as a reference", lambda: lens.ask(picture, "What?", references=given)),
            ("as a setting", lambda: lens.reply(picture, "What?", settings={str(given): 0.5}).to_dict()),
            ("as an explainer", lambda: lens.explain(picture, "What?", explainer=given)),
            ("as a task or an encoder", lambda: _loaded(random, given)),
            ("as a data set's name", lambda: _fetched(given, place)),
            ("on the command line", lambda: _commanded(random, given)),
            ("in what if", lambda: lens.what_if(picture, given, [_box(random)], [random.randint(-2, 9)])),
        ]
        what, attempt = random.choice(ways)
        return Case(f"a text {what}", attempt)

    yield make


def _cleaned(given: Any) -> str:
    cleaned = clean_text(given)
    if len(cleaned) > MAX_TEXT or clean_text(cleaned) != cleaned:
        raise Fault("a cleaned text is too long or is not clean")
    content_key(cleaned)
    return cleaned


def _loaded(random: Random, given: Any) -> str:
    named = random.choice(("task", "image_encoder", "text_encoder"))
    found = fusion.load(**{named: given})
    return found.task if isinstance(found, Lens) else "taught"


def _fetched(given: Any, place: Path) -> Any:
    name = str(given).encode("utf-8", "replace").decode()
    if not HUB_NAME.fullmatch(name):
        name = f"owner/{name}"
    return fetch(name, place).to_dict()


def _commanded(random: Random, given: Any) -> str:
    """A command, in this process, with both streams as a terminal has them."""
    # Whoever runs a command may name any file of theirs, so none that is there is named.
    word = str(given).replace("\0", "").replace("/etc/", "/none/").replace("/proc/", "/none/")
    arguments = random.choice(
        (
            ["ask", "", word],
            ["ask", word, "What is this?"],
            ["ask", "", word, "--strategy", "all"],
            ["ask", "", "What?", "--set", word],
            ["ask", "", "What?", "--strategy", word],
            ["classify", "", word, "--labels", "cat,dog"],
            ["classify", "", "words", "--labels", word],
            ["preview", word],
            ["list", word],
            ["transfer", "--from", word, "--task", "photos"],
            ["explain", word, word, "--out", "/dev/null/a.png"],
            ["download", word],
            [word],
        )
    )
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status = main(
                [*arguments, *(["--json"] if arguments[0] == "ask" and random.random() < 0.5 else [])]
            )
        except SystemExit as end:
            status = int(end.code or 0)
    if status == 0:
        return "answered"
    told = err.buffer.getvalue().decode()
    raise UserError(told.splitlines()[-1] if told.strip() else "")


def _box(random: Random) -> list[float]:
    return [random.choice((0.0, 0.5, 1.0, -1.0, 2.0, float("nan"), float("inf"))) for _ in range(4)]
