"""Reference models asked through the lens and the command line."""

import json
from pathlib import Path

import pytest

import fusion
from fusion.answer import Reply
from fusion.cli import main
from fusion.errors import MissingWeights, UserError
from fusion.lens import Lens
from fusion.paths import ASSETS
from fusion.references import REFERENCES, load_reference
from tests.tiny_references import ANSWERS, save_all

PICTURE = str(ASSETS / "examples" / "yellow-circle.png")
QUESTION = "what color is the circle?"


@pytest.fixture(scope="module")
def lens() -> Lens:
    return fusion.load(task="easy-vqa")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_all(tmp_path_factory.mktemp("models"))


@pytest.fixture
def models(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSION_MODELS", str(saved))


@pytest.fixture
def no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSION_MODELS", str(tmp_path))


def names(reply: Reply) -> list[str]:
    return [answer.strategy for answer in reply.results]


@pytest.mark.usefixtures("models")
def test_they_answer_after_the_strategies(lens: Lens) -> None:
    alone = lens.reply(PICTURE, QUESTION, "all")
    reply = lens.reply(PICTURE, QUESTION, "all", references=("vilt", "blip", "vilt"))
    assert names(reply) == [*names(alone), "vilt", "blip"]
    vilt = reply.results[-2]
    assert {label for label, _ in vilt.answers} == set(ANSWERS)
    assert vilt.attention is not None
    assert vilt.attention.words == ("what", "color", "is", "the", "circle", "?")
    assert vilt.contribution is None and vilt.accuracy is None
    assert names(lens.reply(PICTURE, QUESTION, "concat", references="blip")) == ["concat", "blip"]


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(("picture", "question"), [(PICTURE, ""), (None, QUESTION)])
def test_with_one_input_alone_they_are_left_out_and_said_so(
    lens: Lens, picture: str | None, question: str
) -> None:
    alone = lens.reply(picture, question, "all")
    reply = lens.reply(picture, question, "all", references=("vilt", "blip"))
    assert names(reply) == names(alone)
    (hint,) = set(reply.hints) - set(alone.hints)
    assert "vilt, blip did not answer" in hint


@pytest.mark.usefixtures("no_models")
def test_they_are_asked_only_where_told_and_at_hand(lens: Lens) -> None:
    assert not set(names(lens.reply(PICTURE, QUESTION, "all"))) & set(REFERENCES.names())
    with pytest.raises(MissingWeights, match="weights of blip"):
        lens.reply(PICTURE, QUESTION, references=("blip",))
    with pytest.raises(
        UserError, match="There is no reference model named 'magic'; choose one of: vilt, blip"
    ):
        lens.reply(PICTURE, QUESTION, references=("magic",))


@pytest.mark.usefixtures("models")
def test_one_is_loaded_once(lens: Lens) -> None:
    lens.reply(PICTURE, QUESTION, references="vilt")
    assert load_reference("vilt") is load_reference("vilt")


@pytest.mark.usefixtures("models")
def test_the_command_line_prints_them_as_results(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("ask", PICTURE, QUESTION, "--task", "easy-vqa", "--reference", "vilt", "--reference", "blip")
    assert main((*words, "--json")) == 0
    strategy, *references = json.loads(capsys.readouterr().out)["results"]
    assert [result["strategy"] for result in references] == ["vilt", "blip"]
    assert all(result.keys() == strategy.keys() for result in references)
    assert len(references[0]["answers"]) == 5 and references[0]["contribution"] is None
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["cross-attention", "vilt", "blip"]


@pytest.mark.usefixtures("no_models")
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("vilt", "fusion: The weights of vilt (471 MB) are not on this machine"),
        ("magic", "There is no reference"),
    ],
)
def test_a_failure_is_one_line_on_stderr(
    capsys: pytest.CaptureFixture[str], name: str, sentence: str
) -> None:
    assert main(("ask", PICTURE, QUESTION, "--task", "easy-vqa", "--reference", name)) == 1
    out, err = capsys.readouterr()
    assert out == "" and sentence in err and err.count("\n") == 1


def test_they_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("list", "references", "--json")) == 0
    listed = json.loads(capsys.readouterr().out)["references"]
    assert [record["name"] for record in listed] == REFERENCES.names()
    assert listed[0]["weights"]["repository"] == "dandelin/vilt-b32-finetuned-vqa"
