"""Class evidence: the formula by hand, words as mixtures of names, files that do not fit."""

import math
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from fusion.encoders import evidence as module
from fusion.encoders.evidence import FEATURES, FLOOR, SHARPNESS, WIDTH, Evidence, load_evidence, owners
from fusion.errors import UserError
from fusion.vocabulary import vocabulary

V = len(vocabulary())
RANK = 5


def state_of(names: int = V) -> dict[str, Tensor]:
    """Random numbers for so many names."""
    generator = torch.Generator().manual_seed(0)
    return {
        "rows": torch.randn(names, RANK, generator=generator),
        "basis": 0.02 * torch.randn(RANK, FEATURES, generator=generator),
        "bias": torch.randn(names, generator=generator),
        "mean": torch.randn(FEATURES, generator=generator),
        "scale": torch.rand(FEATURES, generator=generator),
        "vectors": torch.randn(names, WIDTH, generator=generator),
    }


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return Evidence(state_of())


@pytest.fixture(scope="module")
def seen() -> tuple[Tensor, Tensor]:
    """Logits and features of two places."""
    generator = torch.Generator().manual_seed(1)
    logits, features = (torch.randn(2, n, generator=generator) for n in (1000, FEATURES))
    return 5 * logits, features


def test_scores_by_hand(evidence: Evidence, seen: tuple[Tensor, Tensor]) -> None:
    """log(sum of the classes' votes + FLOOR) + rows . basis . standardised features + bias"""
    state = state_of()
    scores = evidence.scores(*seen)
    assert scores.shape == (2, V)
    owned = [number for name in vocabulary() for number in name.classes]
    for place in range(2):
        powers = [math.exp(SHARPNESS * x) for x in seen[0][place].tolist()]
        votes = [power / sum(powers) for power in powers]
        standard = (seen[1][place] - state["mean"]) * state["scale"]
        inner = [torch.dot(row, standard).item() for row in state["basis"]]
        for i in range(0, V, 37):
            vote = sum(votes[c] / owned.count(c) for c in vocabulary()[i].classes)
            learned = sum(a * b for a, b in zip(state["rows"][i].tolist(), inner, strict=True))
            expected = math.log(vote + FLOOR) + learned + state["bias"][i].item()
            assert scores[place, i].item() == pytest.approx(expected, rel=1e-3, abs=1e-3)


def test_any_number_of_places_at_once(evidence: Evidence, seen: tuple[Tensor, Tensor]) -> None:
    logits, features = (x[0].expand(2, 3, -1) for x in seen)
    scores = evidence.scores(logits, features)
    torch.testing.assert_close(scores, evidence.scores(seen[0][0], seen[1][0]).expand(2, 3, -1))


def test_a_class_votes_once_in_all_for_those_that_it_belongs_to() -> None:
    table = owners()
    assert table.shape == (1000, V)
    covered = {number for name in vocabulary() for number in name.classes}
    for number in range(1000):
        holders = [i for i, name in enumerate(vocabulary()) if number in name.classes]
        assert table[number].nonzero().flatten().tolist() == holders
        assert table[number].sum().item() == pytest.approx(float(number in covered))
        assert len(set(table[number, holders].tolist())) <= 1


def test_without_what_was_learned_a_plain_class_is_its_name() -> None:
    state = state_of()
    bare = Evidence(state | {"rows": torch.zeros(V, RANK), "bias": torch.zeros(V)})
    i, name = next((i, name) for i, name in enumerate(vocabulary()) if len(name.classes) == 1)
    logits = torch.zeros(1000)
    logits[name.classes[0]] = 20
    assert bare.scores(logits, torch.zeros(FEATURES)).argmax() == i


def test_words_are_mixtures_of_the_names_vectors(evidence: Evidence) -> None:
    vectors = state_of()["vectors"]
    one = torch.zeros(V)
    one[3] = 1
    torch.testing.assert_close(evidence.words(one), vectors[3])
    shares = torch.rand(4, V, generator=torch.Generator().manual_seed(2)).pow(8).softmax(1)
    words = evidence.words(shares)
    expected = [sum(s * v for s, v in zip(row, vectors, strict=True)) for row in shares]
    torch.testing.assert_close(words, torch.stack(expected), atol=1e-4, rtol=1e-4)  # type: ignore[arg-type]
    assert (words <= vectors.amax(0)).all() and (words >= vectors.amin(0)).all()


def test_the_shipped_evidence_is_frozen_and_of_this_vocabulary() -> None:
    shipped = load_evidence()
    assert shipped.vectors.shape == (V, WIDTH)
    torch.testing.assert_close(shipped.vectors.norm(dim=1), torch.ones(V), atol=5e-3, rtol=0)
    assert not any(x.requires_grad for x in shipped.state_dict(keep_vars=True).values())
    assert all(x.isfinite().all() and x.dtype == torch.float32 for x in shipped.state_dict().values())
    assert shipped.scores(torch.zeros(1000), torch.zeros(FEATURES)).shape == (V,)


def refusal(path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(module, "FILE", path)
    with pytest.raises(UserError) as refused:
        load_evidence()
    return str(refused.value)


def test_a_missing_file_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = "no.safetensors is missing or damaged; restore it from the repository."
    assert refusal(tmp_path / "no.safetensors", monkeypatch) == expected


@pytest.mark.parametrize("content", [b"", b"no tensors", b"\xff" * 64])
def test_a_damaged_file_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    path = tmp_path / "evidence.safetensors"
    path.write_bytes(content)
    assert "is missing or damaged" in refusal(path, monkeypatch)


def test_a_file_cut_off_or_without_a_part_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "evidence.safetensors"
    path.write_bytes(module.FILE.read_bytes()[:-100])
    assert "is missing or damaged" in refusal(path, monkeypatch)
    state = state_of()
    del state["bias"]
    save_file(state, path)
    assert "is missing or damaged" in refusal(path, monkeypatch)


@pytest.mark.parametrize("names", [V - 1, V + 1])
def test_a_file_for_other_names_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: int
) -> None:
    path = tmp_path / "evidence.safetensors"
    save_file(state_of(names), path)
    assert refusal(path, monkeypatch) == (
        "evidence.safetensors is for another vocabulary; run: python -m fusion.encoders.train_evidence."
    )
