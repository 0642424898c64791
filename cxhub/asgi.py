"""The live process: server-sent events without Django.

A browser opens `/live/?ticket=…`; the ticket (signed by the web process) names topics and
the person. One subscription per process listens on the broker and wakes the streams of a
topic. A nudge says that something changed, never what: the browser fetches the fragment
itself, through the page's own permission checks.
"""

import asyncio
import json
import logging
import os
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, MutableMapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from redis import asyncio as redis
from redis.exceptions import RedisError

from cxhub.lib.tickets import issued_at, read_ticket

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

CHANNEL = "cxhub:live"
CLOSED = f"{CHANNEL}:closed:"
HEARTBEAT = 15.0
LIFETIME = 15 * 60.0
COALESCE = 1.0
MAX_STREAMS = 300
MAX_STREAMS_OF_A_USER = 5
USER = "user:"
EVERYTHING = "*"
HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"vary", b"Origin"),
]
SITE = os.environ.get("SITE_URL", "*").rstrip("/").encode()
# A machine that serves itself alone may be called by each of its names.
LOOPBACK = b"//127.0.0.1"
ORIGINS = {SITE, *(SITE.replace(LOOPBACK, name) for name in (b"//localhost", b"//[::1]"))}


class Stream:
    """What one browser has still to be told: the latest nudge of each topic.

    The first nudge of a topic goes out at once; the next ones wait until a second has
    passed since, and then only the last of them goes out.
    """

    def __init__(self, topics: Sequence[str], since: int) -> None:
        self.topics, self.since = topics, since
        self.waiting: dict[str, str] = {}
        self.sent_at: dict[str, float] = {}
        self.bell = asyncio.Event()
        self.is_closed = False

    def nudge(self, topic: str, text: str) -> None:
        self.waiting[topic] = text
        self.bell.set()

    def close(self) -> None:
        self.is_closed = True
        self.bell.set()

    def take_due(self, now: float) -> list[str]:
        """The nudges that may go out now."""
        due = [topic for topic in self.waiting if self._due_at(topic) <= now]
        self.sent_at.update(dict.fromkeys(due, now))
        return [self.waiting.pop(topic) for topic in due]

    def pause(self, now: float) -> float:
        """How long there is nothing to say, unless the bell rings."""
        return min((self._due_at(topic) - now for topic in self.waiting), default=HEARTBEAT)

    def _due_at(self, topic: str) -> float:
        return self.sent_at.get(topic, float("-inf")) + COALESCE


class Hub:
    """The open streams by topic, and the one subscription that wakes them."""

    def __init__(self, redis_url: str) -> None:
        self.redis_url = redis_url
        self.streams: dict[str, set[Stream]] = defaultdict(set)
        self.size = 0
        self.listener: asyncio.Task[None] | None = None
        self.client: redis.Redis | None = None

    def open(self, topics: Sequence[str], since: int) -> Stream | None:
        """A new stream for a ticket of that moment; None when there are too many, of all or his."""
        people = _people(topics)
        of_person = max((len(self.streams.get(person, ())) for person in people), default=0)
        if self.size >= MAX_STREAMS or of_person >= MAX_STREAMS_OF_A_USER:
            return None
        if self.listener is None:
            self.listener = asyncio.create_task(self._listen())
        stream = Stream(topics, since)
        for topic in topics:
            self.streams[topic].add(stream)
        self.size += 1
        return stream

    async def close_ended(self, streams: Collection[Stream]) -> None:
        """Close the streams whose person was shown out after their ticket was issued.

        Asked once a stream is open: whoever is shown out later finds it. And asked once this
        process listens (again): what was said before was not heard.
        """
        people = list({person for stream in streams for person in _people(stream.topics)})
        if not people:
            return
        if self.client is None:
            self.client = redis.from_url(self.redis_url, socket_timeout=2, health_check_interval=15)
        found = await self.client.mget([f"{CLOSED}{person}" for person in people])
        ends = {person: float(end) for person, end in zip(people, found, strict=True) if end}
        for stream in streams:
            if any(ends.get(person, 0) >= stream.since for person in _people(stream.topics)):
                stream.close()

    def forget(self, stream: Stream) -> None:
        self.size -= 1
        for topic in stream.topics:
            self.streams[topic].discard(stream)
            if not self.streams[topic]:
                del self.streams[topic]

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (RedisError, OSError):
                logger.warning("live: broker unreachable")
            await asyncio.sleep(random.uniform(0.5, 1.5))

    async def _listen_once(self) -> None:
        client = redis.from_url(self.redis_url, health_check_interval=15)
        async with client, client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            async for message in pubsub.listen():
                if message["type"] == "subscribe":
                    await self._catch_up()
                elif message["type"] == "message":
                    self._hear(message["data"])

    def _hear(self, data: bytes) -> None:
        """One message of the broker; nonsense must not stop the listener."""
        try:
            nudge = json.loads(data)
            streams = list(self.streams.get(nudge["topic"], ()))
        except (ValueError, TypeError, KeyError):
            logger.warning("live: message not understood")
            return
        for stream in streams:
            if nudge.get("close"):
                stream.close()
            else:
                stream.nudge(nudge["topic"], json.dumps(nudge))

    async def _catch_up(self) -> None:
        """After the broker was away, everybody looks again: what was said meanwhile is lost."""
        every = {stream for streams in self.streams.values() for stream in streams}
        await self.close_ended(every)
        for stream in every:
            stream.nudge(EVERYTHING, json.dumps({"topic": EVERYTHING}))


def _people(topics: Sequence[str]) -> list[str]:
    return [topic for topic in topics if topic.startswith(USER)]


hub = Hub(os.environ["REDIS_URL"])
secret = os.environ["SECRET_KEY"]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _respond(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _respond(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"].rstrip("/").endswith("/health"):
        await _plain(send, 200, b"ok")
        return
    ticket = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
    topics = read_ticket(secret, ticket)
    if topics is None:
        await _plain(send, 403, b"")
        return
    stream = hub.open(topics, issued_at(ticket))
    if stream is None:
        await _plain(send, 503, b"")
        return
    try:
        await _answer(stream, scope, receive, send)
    finally:
        hub.forget(stream)


async def _answer(stream: Stream, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        await hub.close_ended([stream])
    except (RedisError, OSError):  # without the broker there is nothing to hear either
        await _plain(send, 503, b"")
        return
    if stream.is_closed:
        await _plain(send, 403, b"")
        return
    origin = dict(scope["headers"]).get(b"origin", SITE)
    await _stream(stream, receive, send, origin if origin in ORIGINS else SITE)


async def _plain(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain"), (b"retry-after", b"5")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _stream(stream: Stream, receive: Receive, send: Send, origin: bytes) -> None:
    gone = asyncio.create_task(_wait_until_gone(receive, stream))
    try:
        headers = [*HEADERS, (b"access-control-allow-origin", origin)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await _write(send, f"retry: {random.randint(2000, 5000)}\n\n")
        # Whatever changed between the page and the stream was not heard: look once more.
        stream.nudge(EVERYTHING, json.dumps({"topic": EVERYTHING}))
        with suppress(TimeoutError):
            await asyncio.wait_for(_write_nudges(stream, send), LIFETIME)
        with suppress(OSError, RuntimeError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()


async def _wait_until_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.close()


async def _write_nudges(stream: Stream, send: Send) -> None:
    spoke_at = time.monotonic()
    while not stream.is_closed:
        stream.bell.clear()
        now = time.monotonic()
        due = stream.take_due(now)
        if due:
            await _write(send, "".join(f"event: nudge\ndata: {text}\n\n" for text in due))
        elif now - spoke_at >= HEARTBEAT:
            await _write(send, ": still here\n\n")
        if due or now - spoke_at >= HEARTBEAT:
            spoke_at = now
        with suppress(TimeoutError):
            await asyncio.wait_for(stream.bell.wait(), max(stream.pause(now), 0.01))


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
