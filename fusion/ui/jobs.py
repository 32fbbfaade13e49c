"""Long work that the page starts: in a thread of its own, one at a time for the whole server."""

import atexit
import os
import threading
from collections.abc import Callable
from contextvars import copy_context

from fusion.errors import Stopped, UserError
from fusion.language import later, say
from fusion.progress import Progress

Work = Callable[[Progress], object]


class Job:
    """A download or a fit that goes on whoever looks at it, and ends early only where `stop` is called.

    what, done, total: how far it is, `what` to be said where it is shown. error: why it failed, once `over`.
    """

    def __init__(self, key: str, work: Work) -> None:
        self.key = key
        self.what: str = later("starting")
        self.done, self.total = 0, 0
        self.error: Exception | None = None
        self.over = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._run, work), name=key, daemon=True
        )
        self._thread.start()
        atexit.register(self._end)

    def stop(self) -> None:
        """End it at its next step, for everybody."""
        self._stopping.set()

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def _run(self, work: Work) -> None:
        try:
            work(self._tell)
            self.what, self.done, self.total = later("done, opening it"), 1, 1
        except Exception as error:  # told by whoever looks at the job
            self.error = error
        finally:
            self.over = True
            atexit.unregister(self._end)

    def _end(self) -> None:
        """The server ends: so does the job, and clears away what it left half done."""
        self.stop()
        self._thread.join(5)

    def _tell(self, what: str, done: int, total: int) -> None:
        if self.stopping:
            raise Stopped
        self.what, self.done, self.total = what, done, total


class Jobs:
    """At most one job that goes on; a visitor who leaves does not end it, and who comes joins it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: Job | None = None

    def running(self, key: str) -> Job | None:
        """The job of that key, while it goes on."""
        last = self._last
        return last if last is not None and last.key == key and not last.over else None

    def start(self, key: str, work: Work) -> Job:
        """Start a job or join the one of that key; raises UserError while another one goes on."""
        with self._lock:
            if (job := self.running(key)) is not None:
                return job
            if self._last is not None and not self._last.over:
                busy = say(
                    "This server is busy ({what}); try again when that is done.", what=say(self._last.what)
                )
                raise UserError(busy)
            self._last = Job(key, work)
            return self._last


JOBS = Jobs()


def allowed() -> bool:
    """Whether visitors may start jobs: FUSION_JOBS=on or off, without it anywhere but in a hosted Space."""
    given = os.environ.get("FUSION_JOBS", "off" if "SPACE_ID" in os.environ else "on")
    return given.lower() not in ("off", "0", "false", "no")
