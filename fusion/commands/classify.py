"""Label a picture with a text."""

import argparse

import fusion
from fusion import zero_shot
from fusion.commands.answers import print_answers
from fusion.inputs import clean_picture, clean_text
from fusion.pairs import pair_or_default


def run(arguments: argparse.Namespace) -> None:

    pair = {"image_encoder": arguments.image_encoder, "text_encoder": arguments.text_encoder}
    picture, text, strategy = arguments.image or None, arguments.text, arguments.strategy
    if arguments.labels is None:
        found = fusion.load(task=arguments.task, **pair).classify(picture, text, strategy=strategy)
    else:  # needs no checkpoint
        named = pair_or_default(None, **pair)
        given = clean_picture(picture), clean_text(text), arguments.labels
        found = zero_shot.classify(*given, *named, strategy).to_dict("text", top=None)
    print_answers(found, arguments.json)
