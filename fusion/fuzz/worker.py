"""A process that tries cases of one kind, told their numbers line by line: python -m fusion.fuzz.worker.

Each line of its answer is one JSON object: "making" before a case, its outcome after it.
"""

import json
import os
import resource
import shutil
import sys
import time
import traceback
from contextlib import nullcontext
from pathlib import Path
from random import Random
from typing import Any

from fusion.errors import UserError
from fusion.fuzz.case import ANSWERED, FAULT, REFUSED, Case, Fault, Make, Refused
from fusion.fuzz.kinds import KINDS
from fusion.fuzz.sentences import as_json, unplain
from fusion.fuzz.watch import Watch


def main(name: str, seed: str, folder: str) -> None:
    """Try the cases whose numbers come in, each a line, until there are no more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed is not an answer
    home, place = Path(folder) / name, Path(folder) / name / "case"
    home.mkdir(parents=True, exist_ok=True)
    kind, watch = KINDS[name], Watch([home])

    def say(**told: Any) -> None:
        print(json.dumps(told), file=answers, flush=True)

    with kind.opened(home) as make:
        say(ready=True)
        for line in sys.stdin:
            number = int(line)
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            say(**_tried(make, Random(f"{seed} {name} {number}"), place, watch if kind.watched else None))
    shutil.rmtree(home, ignore_errors=True)


def _tried(make: Make, random: Random, place: Path, watch: Watch | None) -> dict[str, Any]:
    case = make(random, place)
    start = time.perf_counter()
    with watch or nullcontext():
        result, told = _result(case)
    seconds = time.perf_counter() - start
    if watch is not None and (seen := watch.taken()):
        result, told = FAULT, "; ".join(dict.fromkeys(seen))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {"what": case.what, "result": result, "told": told, "seconds": seconds, "megabytes": peak}


def _result(case: Case) -> tuple[str, str]:
    try:
        as_json(case.attempt())
        return ANSWERED, ""
    except (UserError, Refused) as refusal:
        wrong = unplain(str(refusal))
        return (FAULT, f"{wrong}: {refusal}"[:500]) if wrong else (REFUSED, str(refusal)[:500])
    except Fault as fault:
        return FAULT, str(fault)
    except BaseException as error:  # whatever it is, that it came out is the finding
        where = traceback.extract_tb(error.__traceback__)[-1]
        return FAULT, f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}: {error}"[:500]


if __name__ == "__main__":
    main(*sys.argv[1:])
