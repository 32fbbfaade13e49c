"""ZeroGPU: a Space without a GPU of its own, which borrows one for the length of a call.

`spaces.GPU` runs the call in a process forked for it, and CUDA may be touched there alone. So the models stay
in the main process as on any machine without a GPU, loaded by whichever thread needs them first; the forked
process inherits them, brings them onto the GPU when they come into use, and keeps them there for the next
calls. (The other way, models moved to an emulated GPU in the main process, works in the thread alone that
imported `spaces`, and not for encoders chosen later.) Where no GPU is to be had, the same call runs here.
"""

import logging
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

DURATION_S = 10  # the most that a call may take: a new process, the models' way onto the GPU, one encoding

logger = logging.getLogger(__name__)
_lent: ContextVar[bool] = ContextVar("lent", default=False)
_without: ContextVar[bool] = ContextVar("without", default=False)


def zero_gpu() -> bool:
    """Whether this is a ZeroGPU Space, told as the package `spaces` tells it."""
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")


def lent() -> bool:
    """Whether this code runs in the process that a GPU was lent to."""
    return _lent.get()


def on_gpu(call: Callable[P, R]) -> Callable[P, R]:
    """The call with a GPU lent for it on a ZeroGPU Space; the call itself elsewhere.

    Its arguments and its result pass between processes: small things, tensors on the CPU. Decorate at the
    top of a module, as `spaces` looks for such calls when the page starts. A failure there, be it that no
    GPU was free, that the visitor's quota is used up or that the call failed, has it run again on the CPU.
    """
    if not zero_gpu():
        return call
    import spaces

    @wraps(call)
    def borrowing(*args: P.args, **kwargs: P.kwargs) -> bytes:
        token = _lent.set(True)
        try:
            # Tensors that torch passes on as shared memory are lost with the process that made them.
            return pickle.dumps(call(*args, **kwargs))
        finally:
            _lent.reset(token)

    borrowed: Callable[P, bytes] = spaces.GPU(duration=DURATION_S)(borrowing)

    @wraps(call)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if not _without.get():
            try:
                result: R = pickle.loads(borrowed(*args, **kwargs))
                return result
            except Exception as error:  # spaces tells a full queue, an empty quota and a failed call alike
                logger.warning("no GPU for this call, so the CPU: %s", type(error).__name__)
        return call(*args, **kwargs)

    return run


@contextmanager
def without_gpu() -> Iterator[None]:
    """Nothing in the block, in this thread, borrows a GPU: for what no visitor has asked for."""
    token = _without.set(True)
    try:
        yield
    finally:
        _without.reset(token)
