"""The README's header, by which a Hugging Face Space is built, agrees with the project."""

import re
from pathlib import Path
from typing import Any

import yaml

from fusion.encoders import ENCODERS

ROOT = Path(__file__).parent.parent


def header() -> dict[str, Any]:
    _, text, _ = (ROOT / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    return dict(yaml.safe_load(text))


def preloaded() -> dict[str, tuple[tuple[str, ...], str]]:
    """Files and revision by repository, from lines of "REPOSITORY FILE,FILE REVISION"."""
    parts = [line.split(" ") for line in header()["preload_from_hub"]]
    return {repository: (tuple(files.split(",")), revision) for repository, files, revision in parts}


def test_it_runs_the_gradio_that_is_required() -> None:
    found = header()
    required = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert found["sdk"] == "gradio"
    assert f"gradio=={found['sdk_version']}" in required.split()
    assert found["python_version"] == "3.12"
    assert (ROOT / found["app_file"]).is_file()
    assert len(found["short_description"]) <= 60


def test_what_is_preloaded_is_pinned_and_is_what_the_encoders_read() -> None:
    found = preloaded()
    assert set(found) >= {"laion/CLIP-ViT-B-32-laion2B-s34B-b79K", "google-bert/bert-base-uncased"}
    for files, revision in found.values():
        assert re.fullmatch("[0-9a-f]{40}", revision)
        assert any(file.endswith(".safetensors") for file in files)
    for record in ENCODERS:
        if record.weights is not None and record.weights.repository in found:
            files, revision = found[record.weights.repository]
            assert set(files) == set(record.weights.files) and revision == record.weights.revision


def test_no_example_runs_a_model_while_a_space_is_built() -> None:
    sources = [ROOT / "app.py", *(ROOT / "fusion" / "ui").glob("*.py")]
    for source in sources:
        text = source.read_text(encoding="utf-8")
        assert "cache_examples" not in text and "gr.Examples" not in text
