"""Creating messages at Twilio, a thousand times a second: one connection, one request at a time.

Connecting (names, TLS, keeping alive) and reading answers are aiohttp's; its session is left out,
because what it does for each request costs more than the request.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from yarl import URL

from channels_out.kinds.loop import kept
from channels_out.kinds.sms.client import (
    CONNECT_SECONDS,
    READ_SECONDS,
    agent_headers,
    messages_url,
)

# Shorter than any provider waits before it hangs up on an idle connection.
KEPT_SECONDS = 10.0
_TIMEOUT = aiohttp.ClientTimeout(connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers, text."""

    status: int
    headers: Mapping[str, str]
    text: str


class Exchange:
    """Where the lines of one chunk start: closes only what no later chunk could use."""

    def __init__(self, account_sid: str, auth_token: str, base: str) -> None:
        url = URL(messages_url(account_sid, base))
        self._request = ClientRequest("POST", url, loop=asyncio.get_running_loop())
        self._head = _head(url, account_sid, auth_token)
        shared = kept("twilio", _connector)
        self._connector = shared or _connector()
        self._is_shared = shared is not None
        self._lines: list[Line] = []

    def line(self) -> "Line":
        """Return a line that is not connected yet."""
        line = Line(self._connector, self._request, self._head)
        self._lines.append(line)
        return line

    async def close(self) -> None:
        """Give every connection back."""
        for line in self._lines:
            line.release()
        if not self._is_shared:
            await self._connector.close()


class Line:
    """One connection: opened when first needed, opened again after a failure."""

    def __init__(
        self, connector: aiohttp.TCPConnector, request: ClientRequest, head: bytes
    ) -> None:
        self._connector, self._request, self._head = connector, request, head
        self._connection: Connection | None = None

    async def post(self, body: bytes) -> Answer:
        """Send a form and read the answer; whatever goes wrong leaves no connection behind."""
        protocol = await self._opened()
        try:
            # One timer for the whole answer; aiohttp would set two more for its parts.
            async with asyncio.timeout(READ_SECONDS):
                answer = await self._exchanged(protocol, body)
        except BaseException:
            self._drop()
            raise
        if protocol.should_close:
            self._drop()
        return answer

    def release(self) -> None:
        """Leave the connection to whoever needs one next."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.release()

    async def _opened(self) -> ResponseHandler:
        connection = self._connection
        if connection is not None and connection.protocol is not None:
            if connection.protocol.is_connected():
                return connection.protocol
            self._drop()
        try:
            connection = await self._connector.connect(self._request, [], _TIMEOUT)
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError("no connection in time") from error
        protocol = connection.protocol
        if protocol is None:
            raise aiohttp.ServerDisconnectedError
        protocol.set_response_params()
        self._connection = connection
        return protocol

    async def _exchanged(self, protocol: ResponseHandler, body: bytes) -> Answer:
        transport = protocol.transport
        if transport is None:
            raise aiohttp.ServerDisconnectedError
        transport.write(b"%b%d\r\n\r\n%b" % (self._head, len(body), body))
        message, payload = await protocol.read()
        while message.code < 200:
            message, payload = await protocol.read()
        content = await payload.read()
        return Answer(message.code, message.headers, content.decode())

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _connector() -> aiohttp.TCPConnector:
    return aiohttp.TCPConnector(limit=0, ttl_dns_cache=300, keepalive_timeout=KEPT_SECONDS)


@lru_cache(maxsize=64)
def _head(url: URL, account_sid: str, auth_token: str) -> bytes:
    """The request up to its length; every value is ours or was checked by aiohttp."""
    lines = [f"POST {url.raw_path_qs} HTTP/1.1", f"Host: {_host(url)}"]
    lines += [f"{k}: {v}" for k, v in agent_headers(account_sid, auth_token).items()]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a line break in a header")
    return "\r\n".join([*lines, "Content-Length: "]).encode("ascii")


def _host(url: URL) -> str:
    host = url.host_subcomponent or ""
    return host if url.is_default_port() else f"{host}:{url.port}"
