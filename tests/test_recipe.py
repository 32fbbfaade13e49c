import pytest

from fusion.recipe import LEAST, STEPS, Recipe, few_shot


@pytest.mark.parametrize(
    ("samples", "batch"), [(100_000, 256), (5_200, 256), (1_306, 65), (300, LEAST), (5, LEAST)]
)
def test_a_small_set_has_enough_steps_an_epoch(samples: int, batch: int) -> None:
    assert Recipe().batch_of(samples) == batch
    assert samples / batch >= STEPS or batch == LEAST


def test_what_is_asked_for_is_never_exceeded() -> None:
    assert Recipe(batch=8).batch_of(100) == 8
    assert few_shot(16).batch_of(200) == 32
