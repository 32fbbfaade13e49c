from dataclasses import replace
from pathlib import Path

from fusion.clipart.build import write
from fusion.clipart.read import _drawings, sample
from fusion.clipart.sample import PER_TOPIC, choose


def test_one_of_a_group_of_the_test_split_alone_and_so_many_a_topic() -> None:
    some = sample()
    twin = replace(some[0], title="twin")
    trained = replace(some[1], split="train", group="of its own")
    chosen = choose((*some, twin, trained))
    assert trained not in chosen
    assert len({drawing.group for drawing in chosen}) == len(chosen)
    for topic in {drawing.topic for drawing in some}:
        assert sum(drawing.topic == topic for drawing in chosen) <= PER_TOPIC


def test_what_is_chosen_from_the_sample_is_the_sample() -> None:
    assert choose(sample()) == list(sample())


def test_it_is_written_as_it_is_read(tmp_path: Path) -> None:
    some = sample()[:5]
    write(some, [drawing.content() for drawing in some], tmp_path / "written")
    again = _drawings(tmp_path / "written")
    assert [(d.title, d.key, d.group) for d in again] == [(d.title, d.key, d.group) for d in some]
