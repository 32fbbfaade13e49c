"""Why a question has its answer, about one picture or a folder of them."""

import argparse
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import fusion
from fusion.errors import UserError
from fusion.explain.folder import asked_of, explain_each, files_in, free_name
from fusion.explain.heatmap import overlay
from fusion.inputs import clean_picture
from fusion.lens import Lens
from fusion.progress import Bars


def run(arguments: argparse.Namespace) -> None:

    lens = fusion.load(
        task=arguments.task, image_encoder=arguments.image_encoder, text_encoder=arguments.text_encoder
    )
    named = {} if arguments.explainer is None else {"explainer": arguments.explainer}
    if Path(arguments.image).is_dir():
        _explain_folder(lens, arguments, named)
        return
    found = lens.explain(arguments.image, arguments.question, arguments.strategy, **named)
    picture = clean_picture(arguments.image)
    assert picture is not None
    _draw(picture, found, arguments.out)
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False))
        return
    _print_explanation(found)
    print(f"written to {arguments.out}", file=sys.stderr)


def _explain_folder(lens: Lens, arguments: argparse.Namespace, named: dict[str, str]) -> None:

    folder = Path(arguments.image)
    if folder.resolve() == arguments.out.resolve():
        raise UserError("Name another folder with --out; the maps would take the place of these pictures.")
    asked = asked_of(files_in(folder), arguments.question)
    arguments.out.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    written: list[str] = []
    with closing(Bars()) as bars:
        for row, picture in explain_each(lens, asked, arguments.strategy, progress=bars, **named):
            rows.append(row)
            if picture is not None:
                written.append(free_name(row["picture"], written))
                _draw(picture, row, arguments.out / written[-1])
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            print(f"{row['picture']}: {row['question']}")
            if "error" in row:
                print(row["error"])
            else:
                _print_explanation(row)
    print(f"written to {arguments.out}", file=sys.stderr)


def _draw(picture: Image.Image, found: dict[str, Any], path: Path) -> None:

    overlay(picture, np.array(found["image"]["relevance"])).save(path)


def _print_explanation(found: dict[str, Any]) -> None:
    answer = found["answer"]
    print(
        f"{found['strategy']} answers {answer['label']} ({answer['probability']:.1%}); {found['explainer']}:"
    )
    for sentence in found["sentences"]:
        print(sentence)
