"""Answer a table of questions."""

import argparse
import sys
from contextlib import closing
from pathlib import Path

import fusion
from fusion.batch import Answers, answer_each, read_questions
from fusion.errors import UserError
from fusion.own.files import files_under, is_picture
from fusion.progress import Bars


def run(arguments: argparse.Namespace) -> None:

    table, out = Path(arguments.questions), arguments.out
    if not table.is_file():
        raise UserError(f"There is no file {table}; name a CSV of questions.")
    if out.is_dir() or out.resolve() == table.resolve():
        raise UserError("Name another file with --out; the answers would take the place of what is there.")
    folder = table.resolve().parent
    pictures = [path for path in files_under(folder) if is_picture(path)]
    questions = read_questions(folder / table.name, folder, pictures)
    lens = fusion.load(
        task=arguments.task, image_encoder=arguments.image_encoder, text_encoder=arguments.text_encoder
    )
    with closing(Bars()) as bars:
        answers = Answers(questions, answer_each(lens, questions.rows, arguments.strategy, bars))
    answers.write(out)
    n = len(questions.rows)
    print(f"{n:,} {'row' if n == 1 else 'rows'}, {answers.errors:,} with an error")
    print(f"written to {out}", file=sys.stderr)
