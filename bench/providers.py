"""Fake providers to measure against: as little work as a provider can do, in its own process."""

import asyncio
import sys

ANSWER = b'{"sid": "SM%032x", "status": "queued"}'


class HttpProvider(asyncio.Protocol):
    """Answers 201 with a fresh sid to every request, on connections kept alive."""

    number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.buffer = transport, b""

    def data_received(self, content: bytes) -> None:
        self.buffer += content
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            HttpProvider.number += 1
            body = ANSWER % HttpProvider.number
            self.transport.write(  # type: ignore[attr-defined]
                b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
            )


class MailProvider(asyncio.Protocol):
    """Takes every mail without looking at it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.buffer, self.in_content = transport, b"", False
        self._say(b"220 ready")

    def data_received(self, content: bytes) -> None:
        self.buffer += content
        while True:
            mark = b"\r\n.\r\n" if self.in_content else b"\r\n"
            end = self.buffer.find(mark)
            if end < 0:
                return
            line, self.buffer = self.buffer[:end], self.buffer[end + len(mark) :]
            if self.in_content:
                self.in_content = False
                self._say(b"250 taken")
            else:
                self._command(line[:4].upper())

    def _command(self, verb: bytes) -> None:
        if verb == b"EHLO":
            self._say(b"250-fake\r\n250 8BITMIME")
        elif verb == b"DATA":
            self.in_content = True
            self._say(b"354 go on")
        elif verb == b"QUIT":
            self._say(b"221 bye")
            self.transport.close()
        else:
            self._say(b"250 OK")

    def _say(self, reply: bytes) -> None:
        self.transport.write(reply + b"\r\n")  # type: ignore[attr-defined]


async def serve(kind: str, port: int) -> None:
    factory = HttpProvider if kind == "http" else MailProvider
    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
