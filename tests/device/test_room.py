"""A device's memory: within its budget, the least recently used leaves, and never one that is in use."""

import gc
import random
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from accelerate.hooks import CpuOffload

from fusion.device.room import Room, size_of
from tests.device.movable import SIZE, Movable

OTHER = torch.device("meta")


def room_for(models: list[Movable], budget: int) -> Room:
    room = Room(OTHER, budget)
    for model in models:
        room.admit(model)
    return room


def use(room: Room, model: Movable) -> None:
    with room.in_use(model):
        assert model.here


def test_a_model_comes_when_it_is_used_and_stays_while_there_is_room() -> None:
    a, b = models = [Movable(), Movable()]
    room = room_for(models, 2 * SIZE)
    assert not (a.here or b.here) and room.held() == 0
    use(room, a)
    use(room, b)
    assert a.here and b.here and room.held() == 2 * SIZE == 2 * size_of(a)


def test_the_least_recently_used_makes_room_through_accelerates_hook() -> None:
    a, b, c = models = [Movable(1), Movable(2), Movable(3)]
    room = room_for(models, 2 * SIZE)
    assert all(isinstance(model._hf_hook, CpuOffload) for model in models)
    for model in (a, b, a, c):
        use(room, model)
    assert [model.here for model in models] == [True, False, True]
    use(room, b)
    assert [model.here for model in models] == [False, True, True]
    room.clear()
    assert [model.weight[0].item() for model in models] == [1, 2, 3], "they come back as they were"


def test_a_forward_pass_alone_brings_it_there_too() -> None:
    model = Movable()
    room = room_for([model], SIZE)
    assert model(torch.ones(2)).device == OTHER
    assert room.held() == SIZE


def test_greater_models_take_the_room_of_several() -> None:
    small, great = [Movable() for _ in range(3)], Movable(size=2 * SIZE)
    room = room_for([*small, great], 3 * SIZE)
    for model in small:
        use(room, model)
    use(room, great)
    assert [model.here for model in small] == [False, False, True] and great.here


def test_one_greater_than_the_whole_budget_comes_alone() -> None:
    small, great = Movable(), Movable(size=5 * SIZE)
    room = room_for([small, great], 2 * SIZE)
    use(room, small)
    use(room, great)
    assert great.here and not small.here
    use(room, small)
    assert small.here and not great.here


def test_what_is_in_use_elsewhere_stays_and_is_waited_for() -> None:
    a, b = models = [Movable(), Movable()]
    room = room_for(models, SIZE)
    entered = threading.Event()

    def second() -> None:
        with room.in_use(b):
            entered.set()

    with room.in_use(a):
        thread = threading.Thread(target=second, daemon=True)
        thread.start()
        assert not entered.wait(0.1)
        with room.in_use(a):  # the same one again, by who has it
            assert a.here
        assert a.here and not b.here
    assert entered.wait(10)
    thread.join()
    assert b.here and not a.here


def test_who_has_one_in_use_gets_another_beyond_the_budget() -> None:
    """Else two threads that each want the other's too would wait for ever."""
    a, b = models = [Movable(), Movable()]
    room = room_for(models, SIZE)
    both = threading.Barrier(2, timeout=10)

    def nested(first: Movable, second: Movable) -> bool:
        with room.in_use(first):
            with room.in_use(second):
                return first.here and second.here

    def meeting(first: Movable, second: Movable) -> bool:
        both.wait()
        return all(nested(first, second) for _ in range(50))

    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(meeting, a, b), pool.submit(meeting, b, a)]
        assert all(future.result(30) for future in found)
    use(room, a)
    assert room.held() == SIZE, "and what is too much leaves afterwards"


def test_many_threads_never_lose_what_they_use_and_never_exceed_the_budget() -> None:
    models = [Movable(i) for i in range(5)]
    room = room_for(models, 2 * SIZE)
    start = threading.Barrier(6, timeout=10)

    def work(seed: int) -> bool:
        order = random.Random(seed)
        start.wait()
        fine = True
        for _ in range(150):
            model = order.choice(models)
            with room.in_use(model):
                fine &= model.here and room.held() <= 2 * SIZE
        return fine

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(work, range(6)))
    room.clear()
    assert [model.weight[0].item() for model in models] == [0, 1, 2, 3, 4]


def test_a_failure_while_in_use_gives_the_place_back() -> None:
    a, b = models = [Movable(), Movable()]
    room = room_for(models, SIZE)
    with pytest.raises(ZeroDivisionError), room.in_use(a):
        raise ZeroDivisionError
    use(room, b)
    assert not a.here


def test_a_model_that_nobody_keeps_is_forgotten() -> None:
    model = Movable()
    room = room_for([model], SIZE)
    use(room, model)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None and room.held() == 0
