"""One visitor of the page: what they do, how long it takes, and whether the answers are their own."""

import asyncio
import random
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import httpx

from fusion.crowd import marks
from fusion.crowd.channel import API, Channel, Event, Failed, Layout
from fusion.crowd.measured import Measured
from fusion.explain import EXPLAINERS
from fusion.strategies import STRATEGIES

THINK_S = 5.0  # mean of the pauses between what one visitor does
MIX = {"toggle": 11, "ask": 4, "explanation": 3, "upload": 2}  # of 20
ALWAYS = tuple(record.name for record in EXPLAINERS if not record.follows_attention)  # of every strategy
FIRST = ("open", "upload", "ask")  # what each does first
EXCUSES = ("Something went wrong on our side", "This took longer than", "This server is busy")


class Visitor:
    """number: marks their picture and their words. Open it before it does anything."""

    def __init__(self, address: str, number: int, measured: Measured) -> None:
        # each has a connection of their own, as a browser has
        # and, as a browser, does not use it again once the server is about to close it
        limits = httpx.Limits(keepalive_expiry=2)
        self._client = httpx.AsyncClient(base_url=address, timeout=120, trust_env=False, limits=limits)
        self._channel = Channel(self._client)
        self._measured = measured
        self._random = random.Random(number)
        self._number = number
        self._after: set[asyncio.Task[None]] = set()
        self._alive: asyncio.Task[None] | None = None
        self._layout: Layout
        self._values: dict[int, Any]

    async def open(self) -> None:
        """Get the page as a browser does, with what it does when it is opened."""
        self._layout = Layout((await self._client.get("")).text)
        self._values = dict(self._layout.values)
        self._set("question", "")  # as an empty text field says
        self._alive = asyncio.create_task(self._stay())
        for event in self._layout.loading():
            await self._send(event)

    async def act(self, kind: str) -> None:
        """Do one thing and note how long it took, or that it failed."""
        start = time.perf_counter()
        try:
            await getattr(self, kind)()
        except (Failed, httpx.HTTPError) as error:
            self._measured.failed(kind, f"{type(error).__name__} {error}")
        else:
            self._measured.took(kind, time.perf_counter() - start)

    async def visit(self, seconds: float) -> None:
        """Come, do one thing after the other with pauses in between, and leave."""
        end = time.perf_counter() + seconds
        await self.think()
        for kind in FIRST:
            await self.act(kind)
        while time.perf_counter() < end:
            await self.think()
            (kind,) = self._random.choices(list(MIX), list(MIX.values()))
            await self.act(kind)
        await self.leave()

    async def think(self) -> None:
        await asyncio.sleep(min(self._random.expovariate(1 / THINK_S), 3 * THINK_S))

    async def upload(self) -> None:
        """Give a picture of one's own."""
        file = await self._channel.upload(f"{self._number}.jpg", marks.picture(self._number))
        self._set("picture", file)
        self._own(await self._send(self._layout.event("picture", "upload")), picture=True)

    async def ask(self) -> None:
        """Ask a question of one's own."""
        question = f"is the {marks.word(self._number)} {self._random.choice(('red', 'round', 'a cat'))}?"
        self._set("question", question)
        self._own(await self._send(self._layout.event("ask", "click")), word=True)

    async def toggle(self) -> None:
        """Look at another strategy's answer."""
        self._choose("strategy", STRATEGIES.names())
        self._own(await self._send(self._layout.event("strategy", "input")), word=True)

    async def explanation(self) -> None:
        """Have the answer explained in another way."""
        self._choose("explainer", ALWAYS)
        answer = await self._send(self._layout.event("explainer", "input"))
        self._own(answer)
        if f'"explainer":"{self._values[self._layout.named["explainer"]]}"' not in answer:
            raise Failed("an answer is not explained")

    async def explained(self) -> None:
        """Wait until nothing is being explained any more."""
        await asyncio.gather(*self._after)

    async def leave(self) -> None:
        """Close the page, whatever it still waits for."""
        await self.explained()
        if self._alive is not None:
            self._alive.cancel()
            await asyncio.gather(self._alive, return_exceptions=True)
        await self._channel.close()
        await self._client.aclose()

    async def _send(self, event: Event) -> str:
        return await self._answered(event, await self._join(event))

    async def _join(self, event: Event) -> str:
        return await self._channel.join(event, [self._values.get(number) for number in event.inputs])

    async def _answered(self, event: Event, number: str) -> str:
        answer = await self._channel.answer(number)
        for follower in event.then:
            # it is with the server before a person can click again
            task = asyncio.create_task(self._follow(follower, await self._join(follower)))
            self._after.add(task)
            task.add_done_callback(self._after.discard)
        return answer

    async def _follow(self, event: Event, number: str) -> None:
        try:
            self._own(await self._answered(event, number))
        except (Failed, httpx.HTTPError) as error:
            self._measured.failed("follower", f"{type(error).__name__} {error}")

    def _own(self, answer: str, picture: bool = False, word: bool = False) -> None:
        """Raises Failed unless the answer is one, is about nobody else's picture and words, and shows one's
        own."""
        pictures, words = marks.pictures_in(answer), marks.words_in(answer)
        if pictures - {self._number} or words - {self._number}:
            self._measured.foreign += 1
            raise Failed("an answer holds what another visitor gave")
        if excuse := next((one for one in EXCUSES if one in answer), ""):
            raise Failed(f"{excuse} …")
        if (picture and not pictures) or (word and not words):
            raise Failed("an answer is not about what was given")

    def _set(self, component: str, value: Any) -> None:
        self._values[self._layout.named[component]] = value

    def _choose(self, component: str, among: Iterable[str]) -> None:
        last = self._values[self._layout.named[component]]
        self._set(component, self._random.choice([name for name in among if name != last]))

    async def _stay(self) -> None:
        """Hold the line by which the server knows that the page is open."""
        with suppress(httpx.HTTPError):
            async with self._client.stream(
                "GET", f"{API}/heartbeat/{self._channel.session}", timeout=None
            ) as lines:
                async for _ in lines.aiter_lines():
                    pass
