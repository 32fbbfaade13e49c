"""A picture on its way from one page of a visitor's to their next: in memory, for a moment, once."""

import secrets
from threading import Lock, Timer

from fusion.ui.session import Session

MOST = 32  # on their way at once, of all visitors; the oldest makes room
SECONDS = 30.0


class Handing:
    """Holds each picture until it is taken, or for so many seconds."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._pictures: dict[str, Session] = {}
        self._lock = Lock()

    def give(self, session: Session) -> str:
        """Hold its picture; what this can be taken with, which nobody guesses."""
        token = secrets.token_urlsafe()
        with self._lock:
            if len(self._pictures) >= MOST:
                del self._pictures[next(iter(self._pictures))]
            self._pictures[token] = Session(picture=session.picture, copied=session.copied)
        timer = Timer(self._seconds, self.take, [token])
        timer.daemon = True
        timer.start()
        return token

    def take(self, token: str) -> Session | None:
        """The picture in a session without anything else, no longer held; None where it is not held."""
        with self._lock:
            return self._pictures.pop(token, None)


HANDING = Handing()
