"""Augmentation: what changes, what never changes, and that the seed alone decides."""

import numpy as np
import pytest
import torch
from PIL import Image

from fusion.augment import augment_picture, drop_words

TEXT = "what is the colour of the small round thing"


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8))


def same(a: Image.Image, b: Image.Image) -> bool:
    return a.size == b.size and a.tobytes() == b.tobytes()


def test_the_seed_alone_decides(noise: Image.Image) -> None:
    torch.manual_seed(1)
    first = augment_picture(noise, seeded(3))
    torch.manual_seed(2)
    assert same(first, augment_picture(noise, seeded(3)))
    assert not same(first, augment_picture(noise, seeded(4)))
    assert drop_words(TEXT, seeded(3), 0.5) == drop_words(TEXT, seeded(3), 0.5)


def test_one_generator_gives_a_new_picture_each_time(noise: Image.Image) -> None:
    generator = seeded()
    assert len({augment_picture(noise, generator).tobytes() for _ in range(5)}) == 5


def test_every_call_draws_the_same_count(noise: Image.Image) -> None:
    one, other = seeded(), seeded()
    augment_picture(noise, one)
    augment_picture(noise, other, crop=0, flip=False, jitter=0)
    assert torch.equal(one.get_state(), other.get_state())


def test_nothing_asked_nothing_changed(noise: Image.Image) -> None:
    assert same(noise, augment_picture(noise, seeded(), crop=0, flip=False, jitter=0))


@pytest.mark.parametrize("size", [(40, 30), (8, 8), (8, 160), (333, 7)])
def test_size_mode_and_the_given_picture_stay(size: tuple[int, int]) -> None:
    given = Image.new("RGB", size, (200, 100, 50))
    before = given.tobytes()
    for seed in range(50):
        result = augment_picture(given, seeded(seed), crop=0.9, jitter=1)
        assert result.size == size and result.mode == "RGB"
    assert given.tobytes() == before


def test_flip_comes_in_about_half_of_all_cases(noise: Image.Image) -> None:
    mirrored = noise.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    generator = seeded()
    results = [augment_picture(noise, generator, crop=0, jitter=0) for _ in range(200)]
    flips = sum(same(result, mirrored) for result in results)
    assert flips + sum(same(result, noise) for result in results) == 200
    assert 70 <= flips <= 130


def test_crop_keeps_its_share_of_each_side() -> None:
    """On a ramp from 0 to 200 the range of values seen is the share of the side that was kept."""
    ramp = Image.fromarray(np.linspace(0, 200, 400).astype(np.uint8)[None].repeat(20, 0)).convert("RGB")
    kept, starts = [], []
    for seed in range(100):
        row = np.asarray(augment_picture(ramp, seeded(seed), crop=0.4, flip=False, jitter=0))[10, :, 0]
        kept.append((int(row[-1]) - int(row[0])) / 200)
        starts.append(int(row[0]))
    assert 0.58 <= min(kept) < 0.65 and 0.95 < max(kept) <= 1
    assert min(starts) < 5 and max(starts) > 40


def test_jitter_stays_in_its_range() -> None:
    grey = Image.new("RGB", (8, 8), (100, 100, 100))  # contrast and saturation leave an even grey as it is
    levels = [
        np.asarray(augment_picture(grey, seeded(s), crop=0, jitter=0.2))[0, 0, 0].item() for s in range(200)
    ]
    assert 79 <= min(levels) < 85 and 115 < max(levels) <= 121


@pytest.mark.parametrize("settings", [{"crop": 1}, {"crop": -0.1}, {"jitter": 1.1}, {"jitter": -1}])
def test_settings_out_of_range(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        augment_picture(Image.new("RGB", (8, 8)), seeded(), **settings)  # type: ignore[arg-type]


def test_words_keep_their_order_and_the_share_is_kept() -> None:
    generator = seeded()
    words = [str(i) for i in range(50)]
    left = 0
    for _ in range(200):
        kept = [int(word) for word in drop_words(" ".join(words), generator, 0.3).split()]
        assert kept == sorted(kept)
        left += len(kept)
    assert left / (200 * 50) == pytest.approx(0.7, abs=0.03)


def test_never_all_words_dropped() -> None:
    kept = {drop_words("one two three", seeded(seed), 1) for seed in range(50)}
    assert kept == {"one", "two", "three"}
    assert drop_words("cat", seeded(), 1) == "cat"


def test_no_words_and_no_dropout() -> None:
    assert drop_words("", seeded()) == "" and drop_words("  ", seeded(), 1) == ""
    assert drop_words(TEXT, seeded(), 0) == TEXT


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_share_out_of_range(share: float) -> None:
    with pytest.raises(ValueError):
        drop_words(TEXT, seeded(), share)
