"""The container file copies what is there, and runs as somebody who may write in two places alone."""

import re

from tests.processes import ROOT

LINES = (ROOT / ".container" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
STEPS = [tuple(line.split(maxsplit=1)) for line in LINES if line and not line.startswith("#")]


def of(name: str) -> list[str]:
    return [told for step, told in STEPS if step == name]


def test_what_is_copied_is_here_and_reaches_the_build() -> None:
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for told in of("COPY"):
        *sources, _ = told.split()
        for source in sources:
            assert (ROOT / source).exists() and source.rstrip("/") in let_in


def test_it_runs_as_nobody_in_particular_and_tells_whether_it_is_up() -> None:
    assert STEPS[0][0] == "FROM" and not re.search(r"[./].*/", STEPS[0][1]), "an image by its name alone"
    (user,) = of("USER")
    assert user.isdecimal() and int(user) > 0
    assert [step for step, _ in STEPS].index("USER") > max(
        i for i, (step, _) in enumerate(STEPS) if step == "RUN"
    )
    places = dict(pair.split("=", 1) for told in of("ENV") for pair in told.split())
    assert places["FUSION_CACHE"].startswith("/data/") and places["HOME"] == "/tmp"
    (health,) = of("HEALTHCHECK")
    assert f"127.0.0.1:{places['GRADIO_SERVER_PORT']}/health" in health
    assert of("CMD") == ['["python", "app.py"]']
