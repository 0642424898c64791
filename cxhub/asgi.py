"""The live process: server-sent events without Django.

A browser opens `/live/?ticket=…`; the ticket (signed by the web process) names topics.
One subscription per process listens on the broker and wakes the streams of a topic. A
nudge says that something changed, never what: the browser fetches the fragment itself,
through the page's own permission checks.
"""

import asyncio
import json
import logging
import os
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from redis import asyncio as redis
from redis.exceptions import RedisError

from cxhub.lib.tickets import read_ticket

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

CHANNEL = "cxhub:live"
HEARTBEAT = 15.0
LIFETIME = 15 * 60.0
COALESCE = 1.0
MAX_STREAMS = 300
HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (
        b"access-control-allow-origin",
        os.environ.get("SITE_URL", "*").rstrip("/").encode(),
    ),
]


class Hub:
    """The open streams by topic, and the one subscription that wakes them."""

    def __init__(self, redis_url: str) -> None:
        self.redis_url = redis_url
        self.streams: dict[str, set[asyncio.Queue[str]]] = defaultdict(set)
        self.listener: asyncio.Task[None] | None = None
        self.is_listening = False

    @property
    def size(self) -> int:
        return len({id(queue) for queues in self.streams.values() for queue in queues})

    def open(self, topics: list[str]) -> asyncio.Queue[str]:
        if self.listener is None:
            self.listener = asyncio.create_task(self._listen())
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=50)
        for topic in topics:
            self.streams[topic].add(queue)
        return queue

    def close(self, topics: list[str], queue: asyncio.Queue[str]) -> None:
        for topic in topics:
            self.streams[topic].discard(queue)
            if not self.streams[topic]:
                del self.streams[topic]

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (RedisError, OSError):
                logger.warning("live: broker unreachable")
            self.is_listening = False
            await asyncio.sleep(random.uniform(0.5, 1.5))

    async def _listen_once(self) -> None:
        client = redis.from_url(self.redis_url, health_check_interval=15)
        async with client, client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            self.is_listening = True
            async for message in pubsub.listen():
                if message["type"] == "message":
                    self._wake(json.loads(message["data"]))

    def _wake(self, nudge: dict[str, Any]) -> None:
        for queue in self.streams.get(nudge["topic"], ()):
            with suppress(asyncio.QueueFull):
                queue.put_nowait(json.dumps(nudge))


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
    elif hub.size >= MAX_STREAMS:
        await _plain(send, 503, b"")
    else:
        await _stream(topics, receive, send)


async def _plain(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain"), (b"retry-after", b"5")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _stream(topics: list[str], receive: Receive, send: Send) -> None:
    queue = hub.open(topics)
    gone = asyncio.create_task(_wait_until_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await _write(send, f"retry: {random.randint(2000, 5000)}\n\n")
        await asyncio.wait_for(_write_nudges(queue, gone, send), LIFETIME)
    except TimeoutError:
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
        hub.close(topics, queue)


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write_nudges(queue: asyncio.Queue[str], gone: asyncio.Task[None], send: Send) -> None:
    while not gone.done():
        waiting = asyncio.ensure_future(queue.get())
        await asyncio.wait({waiting, gone}, timeout=HEARTBEAT, return_when="FIRST_COMPLETED")
        if not waiting.done():
            waiting.cancel()
            await _write(send, ": still here\n\n")
            continue
        nudges = {waiting.result()}
        while not queue.empty():
            nudges.add(queue.get_nowait())
        for nudge in nudges:
            await _write(send, f"event: nudge\ndata: {nudge}\n\n")
        await asyncio.sleep(COALESCE)


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
