"""A closed-loop HTTP client: some kept-alive connections, each sends its next request at once.

One thread and one epoll, requests prebuilt as bytes: it costs the machine as little as Python
can, since client, server and database share the same cores.
"""

import select
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Result:
    """What one run of load saw."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[bytes] = field(default_factory=Counter)
    bytes_of_one: int = 0

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the requests was answered."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class Connection:
    """One kept-alive connection and the request it waits for."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.started = 0.0

    def send(self, request: bytes) -> None:
        self.buffer = b""
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Read what has come; whether the answer is whole."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("the server closed a connection")
        self.buffer = buffer = self.buffer + part if self.buffer else part
        end = buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        place = buffer.find(b"ontent-", 0, end)
        while place >= 0 and buffer[place + 7 : place + 14].lower() != b"length:":
            place = buffer.find(b"ontent-", place + 1, end)
        if place < 0:
            return True
        return len(buffer) - end - 4 >= int(buffer[place + 14 : buffer.index(b"\r", place)])


def load(url: str, requests: Iterator[bytes], *, seconds: float, connections: int = 32) -> Result:
    """Send requests for some seconds; every one that was begun is waited for."""
    parts = urlsplit(url)
    address = (parts.hostname or "127.0.0.1", parts.port or 80)
    poll, waiting = select.epoll(), {}
    started = time.perf_counter()
    result = Result(seconds)
    open_now = 0
    for _ in range(connections):
        connection = Connection(address)
        poll.register(connection.socket, select.EPOLLIN)
        waiting[connection.socket.fileno()] = connection
        connection.send(next(requests))
        open_now += 1
    deadline = started + seconds
    while open_now:
        for number, _event in poll.poll(5):
            connection = waiting[number]
            if not connection.receive():
                continue
            now = time.perf_counter()
            result.latencies.append(now - connection.started)
            result.statuses[connection.buffer[9:12]] += 1
            result.bytes_of_one = len(connection.buffer)
            request = next(requests, None) if now < deadline else None
            if request is None:
                poll.unregister(number)
                connection.socket.close()
                open_now -= 1
            else:
                connection.send(request)
    result.seconds = time.perf_counter() - started
    return result


def get(path: str, headers: str = "") -> bytes:
    """One GET as bytes."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{headers}\r\n"
    ).encode()


def post_form(path: str, body: str, headers: str = "") -> bytes:
    """One form POST as bytes."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        f"{headers}\r\n{body}"
    ).encode()
