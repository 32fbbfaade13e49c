"""Which pairs of encoders can answer at once."""

from fusion import checkpoint
from fusion.encoders import ENCODERS
from fusion.pairs import pair_or_default, ready_pairs
from fusion.tasks import TASKS


def test_the_default_pair_is_ready_and_every_ready_pair_is_at_hand_and_fitted() -> None:
    for record in TASKS:
        if not record.asked:
            continue
        ready = ready_pairs(record.name)
        for image, text in ready:
            assert ENCODERS[image].at_hand and ENCODERS[text].at_hand
            assert checkpoint.find(record.checkpoints, image, text)
        if checkpoint.find(record.checkpoints, *pair_or_default(record.name, None, None)):
            assert pair_or_default(record.name, None, None) in ready
    assert ready_pairs("scenes") and ready_pairs("easy-vqa")
