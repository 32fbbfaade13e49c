"""The command line: results on stdout, progress and failures on stderr."""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fusion.arguments import parser
from fusion.ending import ends_in_order
from fusion.errors import UserError

if TYPE_CHECKING:  # what the commands need they import when they run
    from PIL import Image

    from fusion.lens import Lens


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it succeeded, 1 with one line on stderr when it did not."""
    arguments = parser(RUNS).parse_args(argv)
    ends_in_order()
    try:
        arguments.run(arguments)
    except UserError as error:
        print(f"fusion: {error}", file=sys.stderr)
        return 1
    except OSError as error:  # a full disk, a folder that may not be written to
        what = error.strerror or " ".join(str(error).split())
        print(f"fusion: {what}{f': {error.filename}' if error.filename else ''}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("fusion: stopped.", file=sys.stderr)
        return 130
    return 0


def _ask(arguments: argparse.Namespace) -> None:
    import fusion

    lens = fusion.load(
        task=arguments.task, image_encoder=arguments.image_encoder, text_encoder=arguments.text_encoder
    )
    settings = dict(_setting(text) for text in arguments.set)
    found = lens.ask(
        arguments.image or None,
        arguments.question,
        arguments.strategy,
        references=arguments.reference,
        **settings,
    )
    _print_answers(found, arguments.json)


def _classify(arguments: argparse.Namespace) -> None:
    import fusion
    from fusion import zero_shot
    from fusion.inputs import clean_picture, clean_text
    from fusion.pairs import pair_or_default

    pair = {"image_encoder": arguments.image_encoder, "text_encoder": arguments.text_encoder}
    picture, text, strategy = arguments.image or None, arguments.text, arguments.strategy
    if arguments.labels is None:
        found = fusion.load(task=arguments.task, **pair).classify(picture, text, strategy=strategy)
    else:  # needs no checkpoint
        named = pair_or_default(None, **pair)
        given = clean_picture(picture), clean_text(text), arguments.labels
        found = zero_shot.classify(*given, *named, strategy).to_dict("text", top=None)
    _print_answers(found, arguments.json)


def _print_answers(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    if found["modality"] != "both":
        path = "its unimodal path answers" if len(found["results"]) == 1 else "the other counts as absent"
        print(f"Only the {found['modality']} was given: {path}.")
    for result in found["results"]:
        answers = ", ".join(f"{a['label']} {a['probability']:.1%}" for a in result["answers"][:3])
        doubt = "" if result["sure"] else "  (not sure)"
        print(f"{result['strategy']:<16} {answers}{doubt}")
    for hint in found["hints"]:
        print(f"Note: {hint}")


def _setting(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise UserError(f"--set takes NAME=NUMBER, not {text!r}.") from None


def _fit(arguments: argparse.Namespace) -> None:
    if arguments.task is None or arguments.data is not None or arguments.seeds is not None:
        from fusion.cli_study import run

        run(arguments)
        return
    from fusion.device import accelerator
    from fusion.fitting import fit_task
    from fusion.pairs import pair_or_default
    from fusion.parallel import part
    from fusion.progress import Bars
    from fusion.recipe import Recipe, few_shot
    from fusion.several import start_others
    from fusion.strategies import STRATEGIES

    start_others()
    chosen = STRATEGIES.names() if arguments.strategy == "all" else [STRATEGIES[arguments.strategy].name]
    options = ("epochs", "seed", "modality_dropout", "copies", "modulation")
    given = {name: getattr(arguments, name) for name in (*options, "class_weights", "balanced", "blending")}
    told = {name: value for name, value in given.items() if value is not None}
    recipe = Recipe(**told) if arguments.shots is None else few_shot(arguments.shots, **told)
    with closing(Bars()) as bars:
        histories = fit_task(
            arguments.task,
            chosen,
            *pair_or_default(arguments.task, arguments.image_encoder, arguments.text_encoder),
            recipe=recipe,
            progress=bars,
            head=arguments.head,
            root=arguments.out,
            start=arguments.start,
        )
    main = accelerator().is_main_process
    part()
    if not main:
        return
    if arguments.json:
        print(json.dumps({name: asdict(history) for name, history in histories.items()}))
        return
    for name, history in histories.items():
        if history.started:
            print(f"{name}: {history.started:.0%} of its parameters started from {arguments.start}")
        print(
            f"{name:<16} validation accuracy {history.best_accuracy:.2%} "
            f"after {history.best + 1} of {len(history.train_loss)} epochs"
        )


def _explain(arguments: argparse.Namespace) -> None:
    import fusion
    from fusion.inputs import clean_picture

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


def _explain_folder(lens: "Lens", arguments: argparse.Namespace, named: dict[str, str]) -> None:
    from fusion.explain.folder import asked_of, explain_each, files_in, free_name
    from fusion.progress import Bars

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


def _draw(picture: "Image.Image", found: dict[str, Any], path: Path) -> None:
    import numpy as np

    from fusion.explain.heatmap import overlay

    overlay(picture, np.array(found["image"]["relevance"])).save(path)


def _print_explanation(found: dict[str, Any]) -> None:
    answer = found["answer"]
    print(
        f"{found['strategy']} answers {answer['label']} ({answer['probability']:.1%}); {found['explainer']}:"
    )
    for sentence in found["sentences"]:
        print(sentence)


def _evaluate(arguments: argparse.Namespace) -> None:
    from fusion import checkpoint
    from fusion.evaluate import as_table, evaluate
    from fusion.pairs import pair_or_default
    from fusion.progress import Bars
    from fusion.results import save_report
    from fusion.tasks import TASKS
    from fusion.teach.few_shot import few_shot

    pair = pair_or_default(arguments.task, arguments.image_encoder, arguments.text_encoder)
    with closing(Bars()) as bars:
        report = evaluate(arguments.task, *pair, bars, arguments.explain, arguments.corrupt)
        if shots := arguments.shots:
            report["few_shot"] = few_shot(TASKS[arguments.task], *pair, shots, arguments.draws, bars)
    print(json.dumps(report) if arguments.json else as_table(report))
    path = save_report(report, arguments.out or checkpoint.roots()[0])
    print(f"written to {path}", file=sys.stderr)


def _transfer(arguments: argparse.Namespace) -> None:
    from fusion.pairs import pair_or_default
    from fusion.progress import Bars
    from fusion.transfer_gain import as_lines, transfer_gain

    pair = pair_or_default(arguments.task, arguments.image_encoder, arguments.text_encoder)
    told = (arguments.shots, arguments.seeds)
    with closing(Bars()) as bars:
        report = transfer_gain(arguments.start, arguments.task, *pair, bars, *told)
    print(json.dumps(report) if arguments.json else as_lines(report))


def _balance(arguments: argparse.Namespace) -> None:
    from fusion.balance.command import run

    run(arguments)


def _bench(arguments: argparse.Namespace) -> None:
    from fusion.bench import bench
    from fusion.bench_own import own_figures
    from fusion.device_bench import device_figures

    numbers = device_figures() if arguments.devices else own_figures() if arguments.own else bench()
    if arguments.json:
        print(json.dumps(numbers))
        return
    for name, value in numbers.items():
        print(f"{name:<60} {value:.3f}")


def _preview(arguments: argparse.Namespace) -> None:
    from fusion.own import Workspace, as_lines, read
    from fusion.progress import Bars

    with Workspace() as workspace, closing(Bars()) as bars:
        data = read(arguments.data, workspace, bars)
        print(json.dumps(data.to_dict(), ensure_ascii=False) if arguments.json else as_lines(data))


def _download(arguments: argparse.Namespace) -> None:
    from fusion.download import download, weights_named
    from fusion.progress import Bars

    with closing(Bars(unit="B")) as bars:
        folder = download(weights_named(arguments.name), bars)
    print(f"{arguments.name} is in {folder}")


def _list(arguments: argparse.Namespace) -> None:
    from fusion.encoders import ENCODERS
    from fusion.references import REFERENCES
    from fusion.strategies import STRATEGIES
    from fusion.tasks import TASKS

    named = (("encoders", ENCODERS), ("strategies", STRATEGIES), ("references", REFERENCES), ("tasks", TASKS))
    kinds: dict[str, Any] = dict(named)
    chosen = [arguments.kind] if arguments.kind else list(kinds)
    listed = {kind: [_described(record) for record in kinds[kind]] for kind in chosen}
    if arguments.json:
        print(json.dumps(listed, ensure_ascii=False))
        return
    for kind, records in listed.items():
        print(kind)
        for record in records:
            print(f"  {record['name']:<20} {record['summary']}")


def _described(record: Any) -> dict[str, Any]:
    """The fields of a record that say something to a reader."""
    fields = {name: getattr(record, name) for name in record.__dataclass_fields__}
    fields["parameters"] = [asdict(p) for p in fields.get("parameters", ())]
    if fields.get("weights") is not None:
        fields["weights"] = asdict(fields["weights"])
    return {name: value for name, value in fields.items() if not callable(value) and value != []}


RUNS = {
    "ask": _ask,
    "classify": _classify,
    "fit": _fit,
    "transfer": _transfer,
    "balance": _balance,
    "explain": _explain,
    "evaluate": _evaluate,
    "bench": _bench,
    "preview": _preview,
    "download": _download,
    "list": _list,
}
