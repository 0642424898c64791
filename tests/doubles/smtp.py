"""A mail server that keeps what it is given and replies as it is told."""

import email
import email.policy
import ssl
from collections import deque
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CUT = "cut"
CUT_BEFORE_REPLY = "cut before reply"


@dataclass(frozen=True)
class Received:
    """A mail that was taken in full (whatever was replied)."""

    sender: str
    to: str
    raw: bytes
    connection: int

    @property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def text(self) -> str:
        return _part(self.message, "plain")

    @property
    def html(self) -> str:
        return _part(self.message, "html")


@dataclass
class Script:
    """What is replied, in order, at each step; empty: what a friendly server replies."""

    mail: deque[str] = field(default_factory=deque)
    rcpt: deque[str] = field(default_factory=deque)
    content: deque[str] = field(default_factory=deque)
    by_address: dict[str, str] = field(default_factory=dict)


class SmtpSink:
    """Context manager: `host`, `port`, `received`, `script`."""

    def __init__(
        self,
        username: str = "",
        password: str = "",
        tls: ssl.SSLContext | None = None,
        *,
        starttls: bool = False,
    ) -> None:
        self.received: list[Received] = []
        self.script = Script()
        self.connections = 0
        self.host = "127.0.0.1"
        self._handler = _Handler(self)
        options: dict[str, Any] = {}
        if username:
            known = LoginPassword(username.encode(), password.encode())
            options = {
                "authenticator": lambda *a: AuthResult(success=a[-1] == known, handled=False),
                "auth_require_tls": False,
            }
        if starttls:
            options |= {"tls_context": tls, "require_starttls": True}
        self._controller = _AnyPort(
            self._handler,
            hostname=self.host,
            port=0,
            ssl_context=None if starttls else tls,
            **options,
        )

    @property
    def port(self) -> int:
        return self._controller.bound_port

    def __enter__(self) -> "SmtpSink":
        self._controller.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._controller.stop(no_assert=True)


class _AnyPort(Controller):
    """A controller that says which free port it was given."""

    bound_port = 0

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.bound_port = self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class _Handler:
    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's names)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = _next(self._sink.script.mail)
        if reply == CUT:
            _cut(server)
        if reply is None:
            envelope.mail_from = address
            return "250 OK"
        return reply

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._sink.script.by_address.get(address) or _next(self._sink.script.rcpt)
        if reply == CUT:
            _cut(server)
        if reply is None:
            envelope.rcpt_tos.append(address)
            return "250 OK"
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        reply = _next(self._sink.script.content)
        if reply == CUT:
            _cut(server)
            return "451 cut"
        raw = envelope.original_content or b""
        if reply is None or reply == CUT_BEFORE_REPLY:
            sender = envelope.mail_from or ""
            for to in envelope.rcpt_tos:
                self._sink.received.append(Received(sender, to, raw, id(server)))
        if reply == CUT_BEFORE_REPLY:
            _cut(server)
            return "451 cut"
        return reply or "250 OK"


def _next(replies: deque[str]) -> str | None:
    return (replies.popleft() or None) if replies else None


def _cut(server: SMTP) -> None:
    assert server.transport is not None
    server.transport.abort()


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n")
