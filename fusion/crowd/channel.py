"""The page's own way to the server: events by their number, answers over one stream of messages a visitor."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

API = "gradio_api"
ANSWER_S = 120.0  # at most, until an event is answered


class Failed(Exception):
    """An event that was not answered as it should be."""


@dataclass(frozen=True)
class Event:
    """number: of the function. inputs: what its components hold at first. then: those that follow it."""

    number: int
    target: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    then: tuple["Event", ...] = ()


class Layout:
    """What stands in the page that the server sends: events by component, and first values."""

    def __init__(self, page: str) -> None:
        _, found, after = page.partition("window.gradio_config = ")
        if not found:
            raise Failed("the page did not come")
        config, _ = json.JSONDecoder().raw_decode(after)
        shown = config["page"][""]
        parts = {part["id"]: part for part in config["components"] if part["id"] in shown["components"]}
        self.values = {number: part["props"].get("value") for number, part in parts.items()}
        self.named = {part["props"].get("elem_id"): number for number, part in parts.items()}
        self._events = [one for one in config["dependencies"] if one["id"] in shown["dependencies"]]

    def event(self, component: str, name: str) -> Event:
        """What the page does when this happens to the component of that elem_id."""
        target = self.named[component]
        found = next(one for one in self._events if [target, name] in one["targets"])
        return self._event(found, target)

    def loading(self) -> list[Event]:
        """What the page does when it is opened."""
        found = [one for one in self._events if any(name == "load" for _, name in one["targets"])]
        return [self._event(one, one["targets"][0][0]) for one in found]

    def _event(self, found: dict[str, Any], target: int) -> Event:
        then = [self._event(one, target) for one in self._events if one["trigger_after"] == found["id"]]
        return Event(found["id"], target, tuple(found["inputs"]), tuple(found["outputs"]), tuple(then))


@dataclass
class Channel:
    """One visitor's: heard: every message as it came, since it was last emptied."""

    client: httpx.AsyncClient
    session: str = field(default_factory=lambda: uuid4().hex[:10])
    _waited: dict[str, "asyncio.Future[str]"] = field(default_factory=dict)
    _stream: "asyncio.Task[None] | None" = None

    async def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """The file as the page hands it on."""
        answer = await self.client.post(f"{API}/upload", files={"files": (name, content, "image/jpeg")})
        if answer.status_code != 200:
            raise Failed(f"upload {answer.status_code}")
        (path,) = answer.json()
        return {"path": path, "orig_name": name, "meta": {"_type": "gradio.FileData"}}

    async def join(self, event: Event, data: list[Any]) -> str:
        """Hand an event to the server; the number by which it is answered."""
        sent = {
            "data": data,
            "event_data": None,
            "fn_index": event.number,
            "trigger_id": event.target,
            "session_hash": self.session,
        }
        answer = await self.client.post(f"{API}/queue/join", json=sent)
        if answer.status_code != 200:
            raise Failed(f"join {answer.status_code} {answer.text[:200]}")
        number = answer.json()["event_id"]
        if not self._coming(number).done() and (self._stream is None or self._stream.done()):
            self._stream = asyncio.create_task(self._listen())
        return number

    async def answer(self, number: str) -> str:
        """All that the server said about the event, as it said it; raises Failed where that is no answer."""
        try:
            return await asyncio.wait_for(self._coming(number), ANSWER_S)
        except TimeoutError as error:
            raise Failed(f"no answer within {ANSWER_S:.0f} s") from error
        finally:
            self._waited.pop(number, None)

    async def close(self) -> None:
        """The visitor has left."""
        if self._stream is not None:
            self._stream.cancel()
            await asyncio.gather(self._stream, return_exceptions=True)

    def _coming(self, number: str) -> "asyncio.Future[str]":
        """What the server says of an event, which may be heard before its number is."""
        if number not in self._waited:
            self._waited[number] = asyncio.get_running_loop().create_future()
        return self._waited[number]

    async def _listen(self) -> None:
        said: dict[str, list[str]] = {}
        try:
            while not all(one.done() for one in self._waited.values()):
                async with self.client.stream(
                    "GET", f"{API}/queue/data", params={"session_hash": self.session}
                ) as lines:
                    lines.raise_for_status()
                    async for line in lines.aiter_lines():
                        if line.startswith("data:"):
                            self._hear(line.removeprefix("data:"), said)
        except Exception as error:
            self._fail(f"stream: {type(error).__name__}")

    def _hear(self, line: str, said: dict[str, list[str]]) -> None:
        message = json.loads(line)
        number, kind = message.get("event_id"), message["msg"]
        if kind in ("unexpected_error", "server_stopped"):
            self._fail(f"stream: {message.get('message')}")
        if number is None:
            return
        said.setdefault(number, []).append(line)
        if kind != "process_completed" or (coming := self._coming(number)).done():
            return
        if message["success"]:
            coming.set_result("".join(said.pop(number)))
        else:
            coming.set_exception(Failed(f"event: {message['output'].get('error')}"))

    def _fail(self, why: str) -> None:
        waited, self._waited = self._waited, {}
        for one in waited.values():
            if not one.done():
                one.set_exception(Failed(why))
