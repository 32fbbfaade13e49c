"""A result as one file to take away: a page that needs no other, or JSON."""

import argparse
import json
import sys
from contextlib import closing
from pathlib import Path

import fusion
from fusion.commands.ask import setting
from fusion.errors import UserError
from fusion.explain.explanation import Explanation
from fusion.inputs import clean_picture, clean_text
from fusion.language import say, speaking
from fusion.paths import written_whole
from fusion.progress import Bars
from fusion.report import Report, as_html, report_of
from fusion.report.explained import explained
from fusion.strategies import STRATEGIES


def run(arguments: argparse.Namespace) -> None:

    kind = arguments.out.suffix.lower()
    if kind not in (".html", ".json"):
        raise UserError("Name a file that ends in .html or .json with --out.")
    with speaking(arguments.language):
        report = _report(arguments)
        page = as_html(report) if kind == ".html" else json.dumps(report.to_dict(), ensure_ascii=False)
    with written_whole(arguments.out) as draft:
        draft.write_text(page, encoding="utf-8")
    print(f"written to {arguments.out}", file=sys.stderr)


def _report(arguments: argparse.Namespace) -> Report:

    lens = fusion.load(
        task=arguments.task, image_encoder=arguments.image_encoder, text_encoder=arguments.text_encoder
    )
    picture, question = clean_picture(arguments.image or None), clean_text(arguments.question)
    given = dict(setting(text) for text in arguments.set)
    reply = lens.reply(picture, question, "all", given)
    (shown,) = lens.reply(picture, question, arguments.strategy, given).results
    settings = {
        name: {one.name: given[one.name] for one in STRATEGIES[name].parameters if one.name in given}
        for name in lens.strategies
    }
    settings = {name: values for name, values in settings.items() if values}
    explanations: list[Explanation] = []
    if picture is not None and question:
        with closing(Bars()) as bars:
            name = shown.strategy
            explanations.append(
                explained(lens, picture, question, name, settings.get(name), arguments.explainer, bars)
            )
    why_not = "" if explanations else say("An explanation needs a picture and a text.")
    source = Path(arguments.image).name
    return report_of(lens, picture, reply, shown.strategy, settings, explanations, source, why_not)
