"""Registries: frozen records by name, in order, and a plain sentence for a name that is not there."""

from collections.abc import Iterable
from dataclasses import FrozenInstanceError, dataclass
from typing import Any

import pytest

from fusion.encoders import ENCODERS
from fusion.errors import UserError
from fusion.heads import HEADS
from fusion.registry import Registry
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS


@dataclass(frozen=True)
class Thing:
    name: str
    summary: str = "A thing."


@pytest.fixture
def things() -> Registry[Thing]:
    registry: Registry[Thing] = Registry("thing")
    for name in ("second", "first"):
        registry.add(Thing(name))
    return registry


def test_records_keep_their_order(things: Registry[Thing]) -> None:
    assert things.names() == ["second", "first"] == [thing.name for thing in things]
    assert len(things) == 2
    assert things["first"] == Thing("first")
    assert "first" in things
    assert "third" not in things


def test_add_gives_the_record_back_and_refuses_a_name_taken(things: Registry[Thing]) -> None:
    third = Thing("third")
    assert things.add(third) is third
    with pytest.raises(ValueError, match="'third' is registered twice"):
        things.add(Thing("third", "Another."))
    assert things["third"] is third


@pytest.mark.parametrize("name", ["fourth", "", None, ["first"]])
def test_an_unknown_name_is_refused_with_what_there_is(things: Registry[Thing], name: Any) -> None:
    with pytest.raises(UserError) as refused:
        things[name]
    assert str(refused.value) == f"There is no thing named {name!r}; choose one of: second, first."


@pytest.mark.parametrize("registry", [ENCODERS, STRATEGIES, TASKS, HEADS], ids=lambda r: r.kind)
def test_every_record_is_frozen_and_says_what_it_is(registry: Iterable[Any]) -> None:
    assert list(registry)
    for record in registry:
        assert record.name == record.name.lower().strip()
        assert " " not in record.name
        assert record.summary.endswith(".")
        assert "\n" not in record.summary
        with pytest.raises(FrozenInstanceError):
            record.name = "other"
