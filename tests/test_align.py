"""Alignment: interpolation, positions, one scale, masks."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from fusion.align import NOISE, Aligner, interpolate_grid, interpolate_sequence, position_codes, sinusoids
from fusion.tokens import Tokens

MakeTokens = Callable[..., Tokens]
GRIDS = [(3, 3), (7, 7), (9, 4), (1, 1), (12, 10)]


def as_map(tokens: Tokens) -> torch.Tensor:
    """(B, D, rows, columns)."""
    assert tokens.grid is not None
    return tokens.sequence.transpose(1, 2).unflatten(2, tokens.grid)


@pytest.mark.parametrize("grid", GRIDS)
def test_without_masks_it_is_torchs_antialiased_interpolation(
    make_tokens: MakeTokens, grid: tuple[int, int]
) -> None:
    tokens = make_tokens(2, 42, 5, (6, 7))
    resized = interpolate_grid(tokens, grid)
    expected = F.interpolate(as_map(tokens), size=grid, mode="bilinear", align_corners=False, antialias=True)
    torch.testing.assert_close(as_map(resized), expected, atol=1e-5, rtol=1e-5)
    assert resized.grid == grid
    assert resized.mask.shape == (2, grid[0] * grid[1])
    assert resized.mask.all()
    assert resized.pooled is tokens.pooled


def test_at_the_same_grid_nothing_changes(make_tokens: MakeTokens) -> None:
    tokens = make_tokens(2, 42, 5, (6, 7), lengths=[40, 3])
    assert interpolate_grid(tokens, (6, 7)) is tokens


@pytest.mark.parametrize("grid", GRIDS)
def test_constants_stay_and_masked_patches_do_not_bleed(
    make_tokens: MakeTokens, grid: tuple[int, int]
) -> None:
    """Real patches hold 3, masked ones 1000: each new real patch must hold 3."""
    tokens = make_tokens(2, 42, 4, (6, 7))
    mask = torch.rand(2, 42, generator=torch.Generator().manual_seed(0)) < 0.5
    tokens = replace(tokens, mask=mask, sequence=torch.where(mask[..., None], 3.0, 1000.0).expand(-1, -1, 4))
    resized = interpolate_grid(tokens, grid)
    assert resized.mask.any()
    torch.testing.assert_close(
        resized.sequence[resized.mask], torch.full_like(resized.sequence[resized.mask], 3.0)
    )


def test_a_new_patch_is_real_where_it_covers_a_real_one(make_tokens: MakeTokens) -> None:
    tokens = make_tokens(1, 16, 2, (4, 4), lengths=[8])  # the upper half is real
    assert interpolate_grid(tokens, (2, 2)).mask.tolist() == [[True, True, True, True]]
    assert interpolate_grid(tokens, (8, 8)).mask.view(8, 8)[7].tolist() == [False] * 8
    assert interpolate_grid(tokens, (8, 8)).mask.view(8, 8)[:4].all()


def test_a_missing_picture_stays_missing(make_tokens: MakeTokens) -> None:
    resized = interpolate_grid(make_tokens(2, 36, 4, (6, 6), lengths=[36, 0]), (3, 3))
    assert resized.present.tolist() == [True, False]
    assert torch.isfinite(resized.sequence).all()


@pytest.mark.parametrize(("grid", "wanted"), [(None, (3, 3)), ((6, 6), (3,)), ((2, 3, 6), (3, 3))])
def test_only_pictures_are_interpolated(
    make_tokens: MakeTokens, grid: tuple[int, ...] | None, wanted: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="grid"):
        interpolate_grid(make_tokens(1, 36, 4, grid), wanted)


@pytest.mark.parametrize("length", [1, 2, 5, 6, 16])
def test_sequences_are_interpolated_as_numpy_does(length: int) -> None:
    """Ragged real tokens, with padding anywhere among them."""
    generator = torch.Generator().manual_seed(length)
    sequence = torch.randn(6, 9, 3, generator=generator)
    mask = torch.rand(6, 9, generator=generator) < 0.6
    mask[0], mask[1], mask[2] = True, torch.arange(9) == 4, False
    resampled = interpolate_sequence(sequence, mask, length)
    assert resampled.shape == (6, length, 3)
    assert not resampled[2].any()
    for i in (0, 1, 3, 4, 5):
        real = sequence[i, mask[i]].numpy()
        at = np.linspace(0, len(real) - 1, length)
        expected = np.stack([np.interp(at, np.arange(len(real)), real[:, d]) for d in range(3)], axis=1)
        np.testing.assert_allclose(resampled[i].numpy(), expected, atol=1e-5)


def test_sinusoids_are_those_of_the_paper() -> None:
    codes = sinusoids(torch.tensor([0.0, 3.0]), 8)
    for position, code in zip((0.0, 3.0), codes, strict=True):
        angles = [position / 10_000 ** (2 * i / 8) for i in range(4)]
        expected = [*np.sin(angles), *np.cos(angles)]
        np.testing.assert_allclose(code.numpy(), expected, atol=1e-6)


def test_the_same_place_has_the_same_code_at_every_grid(make_tokens: MakeTokens) -> None:
    def code(grid: tuple[int, int], row: int, column: int) -> torch.Tensor:
        return position_codes(make_tokens(1, grid[0] * grid[1], 4, grid), 16).view(*grid, 16)[row, column]

    centre = code((1, 1), 0, 0)
    for grid in ((3, 3), (7, 7), (5, 9)):
        torch.testing.assert_close(code(grid, grid[0] // 2, grid[1] // 2), centre, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(code((2, 2), 0, 1), code((6, 6), 1, 4), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("n", "grid"), [(196, (14, 14)), (40, None), (24, (2, 3, 4))])
@pytest.mark.parametrize("width", [16, 18, 128])
def test_every_place_has_a_code_of_its_own(
    make_tokens: MakeTokens, n: int, grid: tuple[int, ...] | None, width: int
) -> None:
    codes = position_codes(make_tokens(1, n, 4, grid), width)
    assert codes.shape == (n, width)
    apart = torch.cdist(codes, codes) + 9 * torch.eye(n)
    assert apart.min() > 1e-2


def off_scale(make_tokens: MakeTokens, **options: object) -> Tokens:
    """Tokens whose channels have scales from a tenth to ten."""
    tokens = make_tokens(64, 6, 5, **options)
    scale = torch.logspace(-1, 1, 5)
    return replace(tokens, sequence=tokens.sequence * scale + 7, pooled=tokens.pooled * scale / 3 + 7)


def test_calibration_gives_channels_of_unit_scale(make_tokens: MakeTokens) -> None:
    tokens = off_scale(make_tokens, lengths=[1 + i % 6 for i in range(64)])
    aligner = Aligner(5, 8)
    aligner.calibrate(tokens)
    pooled = (tokens.pooled - aligner.mean) * aligner.scale[0]
    single = (tokens.sequence[tokens.mask] - aligner.mean) * aligner.scale[1]
    torch.testing.assert_close(pooled.mean(0), torch.zeros(5), atol=1e-3, rtol=0)
    for channels in (pooled, single):
        torch.testing.assert_close(channels.square().mean(0), torch.ones(5), atol=2e-2, rtol=0)


def test_calibration_leaves_padding_out(make_tokens: MakeTokens) -> None:
    tokens = off_scale(make_tokens, lengths=[6, 2] * 32)
    clean, dirty = Aligner(5, 8), Aligner(5, 8)
    clean.calibrate(tokens)
    dirty.calibrate(replace(tokens, sequence=torch.where(tokens.mask[..., None], tokens.sequence, 1e4)))
    torch.testing.assert_close(dirty.state_dict()["scale"], clean.state_dict()["scale"])


def test_calibration_leaves_missing_inputs_out(make_tokens: MakeTokens) -> None:
    tokens = off_scale(make_tokens, lengths=[6, 0] * 32)
    clean, mixed = Aligner(5, 8), Aligner(5, 8)
    clean.calibrate(tokens.select(torch.arange(0, 64, 2)))
    mixed.calibrate(replace(tokens, pooled=torch.where(tokens.present[:, None], tokens.pooled, 1e4)))
    torch.testing.assert_close(mixed.mean, clean.mean)
    torch.testing.assert_close(mixed.scale, clean.scale)


@pytest.mark.parametrize("kind", ["dead", "missing"])
def test_calibration_survives_channels_that_never_change_and_a_modality_never_given(
    make_tokens: MakeTokens, kind: str
) -> None:
    tokens = make_tokens(8, 3, 5, lengths=[3, 2] * 4)
    dead = replace(tokens, sequence=torch.zeros(8, 3, 5), pooled=torch.zeros(8, 5))
    missing = make_tokens(8, 3, 5, lengths=[0] * 8)
    aligner = Aligner(5, 8)
    aligner.calibrate({"dead": dead, "missing": missing}[kind])
    assert torch.isfinite(aligner(tokens).sequence).all()
    assert torch.isfinite(aligner(tokens).pooled).all()
    assert torch.isfinite(aligner.scale.half()).all(), "as a checkpoint keeps it"


def test_aligning_is_scale_projection_norm_and_position(make_tokens: MakeTokens) -> None:
    torch.manual_seed(0)
    tokens, aligner = make_tokens(3, 6, 5, (2, 3), lengths=[6, 4, 0]), Aligner(5, 8)
    aligner.calibrate(tokens)
    aligned = aligner(tokens)
    weight, bias = aligner.project.weight, aligner.project.bias
    for i in range(3):
        for j in range(6):
            x = (tokens.sequence[i, j] - aligner.mean) * aligner.scale[1]
            x = F.layer_norm(weight @ x + bias, (8,)) + position_codes(tokens, 8)[j]
            expected = x if tokens.mask[i, j] else torch.zeros(8)
            torch.testing.assert_close(aligned.sequence[i, j], expected, atol=1e-5, rtol=1e-5)
    pooled = F.layer_norm((tokens.pooled - aligner.mean) * aligner.scale[0] @ weight.T + bias, (8,))
    torch.testing.assert_close(aligned.pooled, pooled, atol=1e-5, rtol=1e-5)
    assert torch.equal(aligned.mask, tokens.mask)


def test_pictures_come_at_the_wanted_grid_and_texts_at_their_own_length(make_tokens: MakeTokens) -> None:
    aligned = Aligner(5, 8, (3, 3))(make_tokens(2, 36, 5, (6, 6)))
    assert (aligned.grid, aligned.sequence.shape) == ((3, 3), (2, 9, 8))
    text = make_tokens(2, 6, 5, lengths=[6, 2], texts=True)
    aligned = Aligner(5, 8, (3, 3))(text)
    assert aligned.sequence.shape == (2, 6, 8)
    assert aligned.words == text.words
    assert not aligned.sequence[1, 2:].any()


def test_without_a_grid_the_pooled_vector_is_the_only_token(make_tokens: MakeTokens) -> None:
    aligned = Aligner(5, 8, None)(make_tokens(2, 36, 5, (6, 6), lengths=[36, 0]))
    assert aligned.mask.tolist() == [[True], [False]]
    assert torch.equal(aligned.sequence[:, 0], aligned.pooled)
    assert aligned.common is None


@pytest.mark.parametrize("common", [0, 3, 5])
def test_common_channels_have_one_scale_and_the_others_their_own(
    make_tokens: MakeTokens, common: int
) -> None:
    """The root of the mean of their squares is 1, over all of them and not for each."""
    tokens = off_scale(make_tokens, lengths=[1 + i % 6 for i in range(64)])
    plain, aligner = Aligner(5, 8), Aligner(5, 8, common=common)
    plain.calibrate(tokens)
    aligner.calibrate(tokens)
    torch.testing.assert_close(aligner.mean, plain.mean)
    torch.testing.assert_close(aligner.scale[:, common:], plain.scale[:, common:])
    for scale, x in zip(aligner.scale, (tokens.pooled, tokens.sequence[tokens.mask]), strict=True):
        standard = ((x - aligner.mean) * scale)[:, :common]
        assert len(set(scale[:common].tolist())) == min(common, 1)
        if common:
            assert standard.square().mean().item() == pytest.approx(1, abs=1e-3)


def test_common_channels_are_handed_on_standardised_and_masked(make_tokens: MakeTokens) -> None:
    tokens, aligner = make_tokens(3, 6, 5, (2, 3), lengths=[6, 4, 0]), Aligner(5, 8, common=2)
    aligner.calibrate(tokens)
    common = aligner(tokens).common
    assert common is not None and common.shape == (3, 6, 2)
    expected = (tokens.sequence[..., :2] - aligner.mean[:2]) * aligner.scale[1, :2]
    torch.testing.assert_close(common[tokens.mask], expected[tokens.mask])
    assert not common[~tokens.mask].any()
    assert Aligner(5, 8)(tokens).common is None
    smaller = Aligner(5, 8, (1, 3), common=2)(tokens).common
    assert smaller is not None and smaller.shape == (3, 3, 2), "at the grid that was asked for"


def test_calibration_survives_common_channels_that_never_change(make_tokens: MakeTokens) -> None:
    tokens = make_tokens(8, 3, 5)
    still = torch.cat([torch.zeros(8, 3, 2), tokens.sequence[..., 2:]], dim=-1)
    aligner = Aligner(5, 8, common=2)
    aligner.calibrate(replace(tokens, sequence=still, pooled=still.mean(1)))
    assert torch.isfinite(aligner.scale.half()).all(), "as a checkpoint keeps it"
    assert not aligner(replace(tokens, sequence=still)).common.any()


def test_noise_is_added_in_training_and_only_where_names_are_told(make_tokens: MakeTokens) -> None:
    """So much of each channel's spread, before the projection; never on what words are compared by."""
    tokens = make_tokens(64, 3, 5)
    for common in (0, 2):
        aligner = Aligner(5, 8, common=common)
        aligner.calibrate(tokens)
        seen: list[torch.Tensor] = []
        aligner.project.register_forward_pre_hook(lambda _, inputs, seen=seen: seen.append(inputs[0]))
        quiet, loud = aligner.eval()(tokens), aligner.train()(tokens)
        spread = float((seen[2] - seen[0]).std()), float((seen[3] - seen[1]).std())
        assert spread == pytest.approx((NOISE, NOISE) if common else (0, 0), abs=0.05)
        assert torch.equal(aligner.eval()(tokens).sequence, quiet.sequence)
        assert common == 0 or torch.equal(loud.common, quiet.common)
