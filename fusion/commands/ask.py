"""Answer a question about a picture."""

import argparse

import fusion
from fusion.commands.answers import print_answers
from fusion.errors import UserError


def run(arguments: argparse.Namespace) -> None:

    lens = fusion.load(
        task=arguments.task, image_encoder=arguments.image_encoder, text_encoder=arguments.text_encoder
    )
    settings = dict(setting(text) for text in arguments.set)
    found = lens.ask(
        arguments.image or None,
        arguments.question,
        arguments.strategy,
        references=arguments.reference,
        **settings,
    )
    print_answers(found, arguments.json)


def setting(text: str) -> tuple[str, float]:
    """What --set takes."""
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise UserError(f"--set takes NAME=NUMBER, not {text!r}.") from None
