"""Class evidence: the formula by hand, what it tells in words, files that do not fit."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from fusion.encoders import evidence as module
from fusion.encoders import load_encoder
from fusion.encoders.evidence import FEATURES, LEAST, WIDTH, Evidence, load_evidence, owners
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
    """The strongest class above the mean of all + rows . basis . standardised features + bias"""
    state = state_of()
    scores = evidence.scores(*seen)
    assert scores.shape == (2, V)
    for place in range(2):
        logits = seen[0][place].tolist()
        mean = sum(logits) / 1000
        standard = (seen[1][place] - state["mean"]) * state["scale"]
        inner = [torch.dot(row, standard).item() for row in state["basis"]]
        for i in range(0, V, 37):
            strongest = max((logits[c] - mean for c in vocabulary()[i].classes), default=0)
            learned = sum(a * b for a, b in zip(state["rows"][i].tolist(), inner, strict=True))
            expected = strongest + learned + state["bias"][i].item()
            assert scores[place, i].item() == pytest.approx(expected, rel=1e-3, abs=1e-3)


def test_a_name_that_imagenet_lacks_has_no_class_and_one_of_weak_classes_is_weak(evidence: Evidence) -> None:
    """Below the mean a strength is negative, and not the 0 of what is unknown."""
    logits = torch.randn(1000, generator=torch.Generator().manual_seed(3))
    name = next(name for name in vocabulary() if len(name.classes) > 1)
    logits[list(name.classes)] = -50
    strongest = evidence.strongest(logits)
    unknown = torch.tensor([not name.classes for name in vocabulary()])
    assert unknown.any() and not strongest[unknown].any() and strongest[~unknown].all()
    assert strongest[vocabulary().index(name)].item() == pytest.approx(-50 - logits.mean().item(), rel=1e-5)


def test_strengths_do_not_change_when_all_logits_rise(
    evidence: Evidence, seen: tuple[Tensor, Tensor]
) -> None:
    torch.testing.assert_close(
        evidence.strongest(seen[0] + 3), evidence.strongest(seen[0]), atol=1e-4, rtol=1e-4
    )


def test_any_number_of_places_at_once(evidence: Evidence, seen: tuple[Tensor, Tensor]) -> None:
    logits, features = (x[0].expand(2, 3, -1) for x in seen)
    scores = evidence.scores(logits, features)
    torch.testing.assert_close(scores, evidence.scores(seen[0][0], seen[1][0]).expand(2, 3, -1))


def test_a_class_belongs_in_equal_shares_to_the_names_that_cover_it() -> None:
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


def test_what_is_told_is_the_sum_of_the_directions_of_strong_names(evidence: Evidence) -> None:
    vectors = state_of()["vectors"]
    about_mean = vectors - vectors.mean(0)
    directions = about_mean / about_mean.norm(dim=1, keepdim=True)
    scores = torch.full((2, V), LEAST)
    scores[0] -= torch.rand(V, generator=torch.Generator().manual_seed(2))  # all too weak to tell
    scores[1, 3], scores[1, 8], scores[1, 9] = LEAST + 1, LEAST + 2.5, LEAST - 7
    told = evidence.told(scores)
    assert told.shape == (2, WIDTH)
    assert not told[0].any()
    torch.testing.assert_close(told[1], directions[3] + 2.5 * directions[8], atol=1e-5, rtol=1e-4)


def test_what_all_names_have_in_common_tells_nothing(evidence: Evidence) -> None:
    state = state_of()
    shifted = Evidence(state | {"vectors": state["vectors"] + torch.linspace(-3, 3, WIDTH)})
    scores = 5 * torch.randn(4, V, generator=torch.Generator().manual_seed(4))
    torch.testing.assert_close(shifted.told(scores), evidence.told(scores), atol=1e-3, rtol=1e-3)


def test_the_shipped_evidence_is_frozen_and_of_this_vocabulary() -> None:
    shipped = load_evidence()
    assert shipped.vectors.shape == (V, WIDTH)
    for unit in (shipped.vectors, shipped.directions):
        torch.testing.assert_close(unit.norm(dim=1), torch.ones(V), atol=5e-3, rtol=0)
    state = shipped.state_dict(keep_vars=True)
    assert not any(x.requires_grad for x in state.values())
    assert all(x.isfinite().all() for x in state.values())
    assert all(state[name].dtype == torch.float32 for name in state_of())
    assert shipped.scores(torch.zeros(1000), torch.zeros(FEATURES)).shape == (V,)


def test_the_shipped_vectors_are_what_the_text_encoder_says_of_each_name_and_its_other_words() -> None:
    shipped, encoder = load_evidence(), load_encoder("minilm")
    for i in range(0, V, 97):
        pooled = encoder.encode([", ".join(vocabulary()[i].all_words)]).pooled[0]
        torch.testing.assert_close(shipped.vectors[i], pooled / pooled.norm(), atol=1e-3, rtol=1e-2)


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
