"""What the command line takes."""

import argparse
from pathlib import Path
from typing import NoReturn

from fusion.language import LANGUAGES
from fusion.language.catalogue import ENGLISH


class _Parser(argparse.ArgumentParser):
    """Tells a wrong command in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"fusion: {message}; see {self.prog} --help.\n")


def _numbers(text: str) -> tuple[int, ...]:
    """Whole numbers parted by commas."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("give whole numbers parted by commas") from None


def parser() -> argparse.ArgumentParser:
    """What the command line takes; `command` says which of `fusion.commands` runs."""
    parser = _Parser(prog="fusion", description="A picture and a text become one answer.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    pair = _Parser(add_help=False)
    pair.add_argument("--image-encoder", metavar="NAME")
    pair.add_argument("--text-encoder", metavar="NAME")
    as_json = _Parser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="print one JSON object")

    ask = commands.add_parser("ask", parents=[pair, as_json], help="answer a question about a picture")
    ask.add_argument("image", metavar="IMAGE", help='a picture file, "" for none')
    ask.add_argument("question", metavar="QUESTION", help='a text, "" for none')
    ask.add_argument("--strategy", metavar="NAME", help="a strategy or all; the task's default without it")
    ask.add_argument("--task", metavar="TASK")
    ask.add_argument("--set", metavar="NAME=NUMBER", action="append", default=[], help="a live parameter")
    ask.add_argument(
        "--reference", metavar="NAME", action="append", default=[], help="a pretrained model to ask as well"
    )
    ask.set_defaults(command="ask")

    classify = commands.add_parser("classify", parents=[pair, as_json], help="label a picture with a text")
    classify.add_argument("image", metavar="IMAGE", help='a picture file, "" for none')
    classify.add_argument("text", metavar="TEXT", help='a text, "" for none')
    by = classify.add_mutually_exclusive_group(required=True)
    by.add_argument("--task", metavar="TASK", help="choose among the labels of a task")
    by.add_argument("--labels", metavar='"A,B,C"', help="choose among these, without training")
    classify.add_argument("--strategy", metavar="NAME", help="a strategy or all")
    classify.set_defaults(command="classify")

    batch = commands.add_parser("batch", parents=[pair], help="answer a table of questions about pictures")
    batch.add_argument(
        "questions", metavar="QUESTIONS.csv",
        help="its columns: picture, a file beside it, and question; others are kept",
    )  # fmt: skip
    batch.add_argument("--out", type=Path, metavar="ANSWERS.csv", required=True)
    batch.add_argument("--strategy", metavar="NAME", help="a strategy or all; the task's default without it")
    batch.add_argument("--task", metavar="TASK")
    batch.set_defaults(command="batch")

    fit = commands.add_parser("fit", parents=[pair, as_json], help="train strategies on a task or your data")
    fit.add_argument("--task", metavar="TASK", help="a task, or how to call the data that you bring")
    fit.add_argument(
        "--data", metavar="SOURCE", help="your own: a folder, a table, a zip of either, or a hub data set"
    )
    fit.add_argument("--seeds", type=int, metavar="N", help="compare strategies over so many fits of each")
    fit.add_argument("--strategy", metavar="NAME", default="all", help="a strategy or all")
    fit.add_argument("--head", metavar="NAME", default="", help="the strategy's own without it")
    fit.add_argument("--epochs", type=int)
    fit.add_argument("--seed", type=int)
    fit.add_argument("--modality-dropout", type=float, metavar="SHARE")
    fit.add_argument("--class-weights", action="store_true", help="errors on rare classes weigh more")
    fit.add_argument("--balanced", action="store_true", help="draw every class equally often")
    fit.add_argument(
        "--modulation", type=float, metavar="ALPHA", help="slow down the modality that is ahead (OGM-GE)"
    )
    fit.add_argument(
        "--blending", action="store_true", help="add each modality's own loss, by how it overfits (G-Blend)"
    )
    fit.add_argument(
        "--copies", type=int, metavar="N", help="augmented views of each sample, encoded beside it"
    )
    fit.add_argument(
        "--out", type=Path, metavar="PATH",
        help="root of checkpoints, else the user's cache; of a study, FILE.safetensors for one strategy",
    )  # fmt: skip
    fit.add_argument("--shots", type=int, metavar="N", help="train on so many examples of each class only")
    fit.add_argument(
        "--from", dest="start", type=Path, metavar="CHECKPOINT",
        help="start from a fit of another pair or task: a file, or a folder of one a strategy",
    )  # fmt: skip
    fit.set_defaults(command="fit")

    transfer = commands.add_parser(
        "transfer", parents=[pair, as_json], help="what a start from another fit gains with few examples"
    )
    transfer.add_argument("--from", dest="start", type=Path, metavar="CHECKPOINT", required=True)
    transfer.add_argument("--task", metavar="TASK", required=True)
    transfer.add_argument("--shots", type=int, metavar="N", default=16, help="examples of each class")
    transfer.add_argument("--seeds", type=int, metavar="N", default=5)
    transfer.set_defaults(command="transfer")

    balance = commands.add_parser(
        "balance", parents=[pair, as_json], help="what balancing classes or modalities does, measured"
    )
    balance.add_argument("--task", metavar="TASK", required=True)
    balance.add_argument("--strategy", metavar="NAME", help="the task's default without it, or all")
    balance.add_argument("--seeds", type=int, metavar="N", default=5)
    balance.add_argument(
        "--missing", action="store_true", help="measure a missing picture or text, by modality dropout"
    )
    balance.add_argument(
        "--modality-dropout", type=float, metavar="SHARE", help="for --missing; the default one without it"
    )
    balance.set_defaults(command="balance")

    explain = commands.add_parser("explain", parents=[pair, as_json], help="why a question has its answer")
    explain.add_argument("image", metavar="IMAGE", help="a picture file, or a folder of them")
    explain.add_argument(
        "question", metavar="QUESTION", nargs="?",
        help="without it, a folder's table of picture and question (CSV or JSONL) asks",
    )  # fmt: skip
    explain.add_argument("--strategy", metavar="NAME", help="the task's default without it")
    explain.add_argument("--explainer", metavar="NAME")
    explain.add_argument("--task", metavar="TASK")
    explain.add_argument(
        "--out", type=Path, metavar="PNG", required=True,
        help="the picture with the map on it; of a folder, the folder to write one of each to",
    )  # fmt: skip
    explain.set_defaults(command="explain")

    report = commands.add_parser("report", parents=[pair], help="a result as one file to take away")
    report.add_argument("image", metavar="IMAGE", help='a picture file, "" for none')
    report.add_argument("question", metavar="QUESTION", help='a text, "" for none')
    report.add_argument("--strategy", metavar="NAME", help="the one shown; the task's default without it")
    report.add_argument("--explainer", metavar="NAME")
    report.add_argument("--task", metavar="TASK")
    report.add_argument("--set", metavar="NAME=NUMBER", action="append", default=[], help="a live parameter")
    report.add_argument("--language", choices=list(LANGUAGES), default=ENGLISH)
    report.add_argument(
        "--out", type=Path, metavar="FILE", required=True, help="ends in .html for a page or in .json"
    )
    report.set_defaults(command="report")

    evaluate = commands.add_parser("evaluate", parents=[pair, as_json], help="accuracy on the test split")
    evaluate.add_argument("--task", metavar="TASK", required=True)
    evaluate.add_argument("--out", type=Path, metavar="FOLDER", help="root to write the report under")
    evaluate.add_argument("--explain", action="store_true", help="measure the explainers too")
    evaluate.add_argument(
        "--shots", type=_numbers, default=(), metavar="N,N,…",
        help="teach the classes with so many training examples of each, and evaluate that too",
    )  # fmt: skip
    evaluate.add_argument("--draws", type=int, default=5, metavar="N", help="of the examples")
    evaluate.add_argument(
        "--corrupt", action="store_true", help="measure it with spoiled pictures and words too"
    )
    evaluate.set_defaults(command="evaluate")

    bench = commands.add_parser("bench", parents=[as_json], help="times and ratios on this machine")
    which = bench.add_mutually_exclusive_group()
    which.add_argument("--devices", action="store_true", help="what the CPU or GPU does with large encoders")
    which.add_argument("--own", action="store_true", help="what data of one's own takes, in time and memory")
    which.add_argument(
        "--page", action="store_true", help="the page's weight and first useful paint, beside a bare page"
    )
    bench.set_defaults(command="bench")

    fuzzing = commands.add_parser("fuzz", parents=[as_json], help="try bad input of every kind")
    fuzzing.add_argument("--cases", type=int, default=2000, metavar="N")
    fuzzing.add_argument("--seed", type=int, default=0)
    fuzzing.add_argument("--only", metavar="KIND/NUMBER", help="one case alone, once more")
    fuzzing.set_defaults(command="fuzz")

    load = commands.add_parser("load", parents=[as_json], help="many visitors at once against the server")
    load.add_argument("--visitors", type=int, default=50, metavar="N")
    load.add_argument("--seconds", type=float, default=120.0, metavar="S")
    load.set_defaults(command="load")

    preview = commands.add_parser("preview", parents=[as_json], help="what is in data of your own")
    preview.add_argument(
        "data", metavar="DATA", help="a folder, a zip archive, a table, or OWNER/NAME on the hub"
    )
    preview.set_defaults(command="preview")

    fetching = commands.add_parser("download", help="fetch a model's weights from the hub")
    fetching.add_argument("name", metavar="NAME")
    fetching.set_defaults(command="download")

    listing = commands.add_parser("list", parents=[as_json], help="what is registered")
    listing.add_argument("kind", nargs="?", choices=["encoders", "strategies", "references", "tasks"])
    listing.set_defaults(command="list")
    return parser
