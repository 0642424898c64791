"""Email over SMTP: a few connections kept for a chunk, and every reply of a server understood."""

import asyncio
import ssl
from collections.abc import Collection, Sequence

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPStatus,
    SMTPTimeoutError,
)

from channels_out.enums import FailureReason, MessageState, Outcome
from channels_out.exceptions import ChannelMisconfigured
from channels_out.kinds.base import (
    Attempt,
    Capabilities,
    Config,
    DeliveryError,
    Envelope,
    Evidence,
    Problem,
    Receipt,
)
from channels_out.kinds.chunks import attempt_each
from channels_out.kinds.email import rendering
from channels_out.kinds.email.headers import mailbox
from channels_out.kinds.email.idle import IdleConnections, goodbye
from channels_out.kinds.email.replies import Stage, for_reply
from channels_out.kinds.hosts import HostNotAllowed, connected
from channels_out.kinds.loop import kept
from cxhub.lib import emails

CONNECTIONS = 8
CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
TOTAL_SECONDS = 15.0

_TAKEN = frozenset({250, 251})


class SmtpSender:
    """Sends through the organisation's own mail server."""

    def capabilities(self, config: Config) -> Capabilities:
        """A mailbox can be answered, has no legal hours, and remembers nothing we could ask."""
        return Capabilities(two_way=False, has_hours=False)

    async def send(
        self, envelopes: Sequence[Envelope], config: Config, deadline: float | None = None
    ) -> list[Attempt]:
        """Send a chunk over at most eight connections, which the next chunk uses again."""
        number = min(CONNECTIONS, len(envelopes))
        connections = [_Connection(config) for _ in range(number)]
        try:
            return await attempt_each(envelopes, [c.deliver for c in connections], deadline)
        finally:
            await asyncio.gather(*(connection.release() for connection in connections))

    async def find(
        self, envelope: Envelope, config: Config, known: Collection[str] = frozenset()
    ) -> Evidence:
        """SMTP forgets: only a bounce could tell."""
        return None

    async def check(self, config: Config) -> Problem | None:
        """Connect, encrypt, sign in, leave."""
        connection = _Connection(config)
        try:
            mailbox(config.sender)
            await connection.open()
        except ChannelMisconfigured as error:
            return Problem(FailureReason.SENDER_REFUSED, error.field)
        except DeliveryError as error:
            return Problem(error.reason, str(error))
        finally:
            await connection.close()
        return None


class _Connection:
    """One connection, opened when first needed and opened again when the server left."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._smtp: SMTP | None = None
        self._idle = kept("smtp", IdleConnections)

    async def deliver(self, envelope: Envelope) -> Attempt:
        """Send one mail; the error, if any, is returned."""
        try:
            content, bounce, to = self._prepared(envelope)
            async with asyncio.timeout(TOTAL_SECONDS):
                await self._address(bounce, to)
            return await self._hand_over(content, envelope)
        except DeliveryError as error:
            return error
        except TimeoutError:
            await self._drop()
            return _not_sent(FailureReason.TIMEOUT, "the server did not answer in time")

    async def open(self) -> SMTP:
        """Return a connection on which mail can be sent; nothing has been sent when it raises."""
        if self._smtp is not None and self._smtp.is_connected:
            return self._smtp
        self._smtp = self._idle.take(self._config) if self._idle else None
        if self._smtp is None:
            self._smtp = await _connected(self._config)
        return self._smtp

    async def release(self) -> None:
        """Leave the connection to the next chunk, where there can be one."""
        if self._idle is None:
            await self.close()
        elif self._smtp is not None:
            self._idle.put(self._config, self._smtp)
            self._smtp = None

    async def close(self) -> None:
        """Say goodbye."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            await goodbye(smtp)

    def _prepared(self, envelope: Envelope) -> tuple[bytes, str, str]:
        sender = envelope.sender or self._config.sender
        try:
            bounce = mailbox(self._config.options.get("bounce_address") or sender)[1]
            to = emails.normalise(envelope.to)
            mailto = self._config.options.get("unsubscribe_mailto", "")
            return rendering.render(envelope, sender, mailto), bounce, to
        except ChannelMisconfigured as error:
            raise _account(FailureReason.SENDER_REFUSED, error.field) from error
        except emails.EmailError as error:
            raise DeliveryError(
                error.code, outcome=Outcome.FAILED, reason=FailureReason.INVALID_ADDRESS
            ) from error

    async def _address(self, bounce: str, to: str) -> None:
        """Tell the server who writes to whom; a connection found dead is opened again, once."""
        for is_last in (False, True):
            smtp = await self.open()
            try:
                stage = Stage.SENDER
                await _command(smtp, b"MAIL", b"FROM:<%b>" % bounce.encode("ascii"))
                stage = Stage.RECIPIENT
                await _command(smtp, b"RCPT", b"TO:<%b>" % to.encode("ascii"))
            except SMTPResponseException as error:
                await self._start_over(error.code)
                # A goodbye to an idle connection says nothing about this mail.
                if error.code != 421 or is_last:
                    raise for_reply(error.code, error.message, stage) from error
            except (SMTPServerDisconnected, SMTPTimeoutError, OSError) as error:
                await self._drop()
                if is_last:
                    raise _not_sent(FailureReason.NETWORK, str(error)) from error
            else:
                return

    async def _hand_over(self, content: bytes, envelope: Envelope) -> Receipt:
        """Send the content; from here on a silence means that the mail may have left."""
        smtp = await self.open()
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                reply = await _content(smtp, content)
        except SMTPResponseException as error:
            await self._start_over(error.code)
            raise for_reply(error.code, error.message, Stage.CONTENT) from error
        except (SMTPException, OSError, TimeoutError) as error:
            await self._drop()
            raise DeliveryError(
                str(error) or "no reply after the content",
                outcome=Outcome.UNKNOWN,
                reason=FailureReason.TIMEOUT,
            ) from error
        sender = envelope.sender or self._config.sender
        identity = rendering.message_id(envelope, sender)
        return Receipt(identity, MessageState.ACCEPTED, reply.message[:200])

    async def _start_over(self, code: int) -> None:
        """Clear the refused mail from the connection, or leave the connection."""
        if self._smtp is None or code == 421 or code < 0:
            await self._drop()
            return
        try:
            async with asyncio.timeout(READ_SECONDS):
                await self._smtp.rset()
        except (SMTPException, OSError, TimeoutError):
            await self._drop()

    async def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


async def _command(smtp: SMTP, verb: bytes, argument: bytes) -> None:
    """Send MAIL or RCPT: the address is normalised already, and the caller keeps the time."""
    reply = await smtp.execute_command(verb, argument, timeout=None)
    if reply.code not in _TAKEN:
        raise SMTPResponseException(reply.code, reply.message)


async def _content(smtp: SMTP, content: bytes) -> SMTPResponse:
    """Send DATA and a mail whose lines are as SMTP wants them (rendering sees to that).

    The library would search every mail for bare line ends and leading dots once more.
    """
    reply = await smtp.execute_command(b"DATA", timeout=None)
    if reply.code != SMTPStatus.start_input:
        raise SMTPResponseException(reply.code, reply.message)
    protocol = smtp.protocol
    if protocol is None:
        raise SMTPServerDisconnected("connection lost")
    protocol.write(content + b".\r\n")
    reply = await protocol.read_response(timeout=None)
    if reply.code != SMTPStatus.completed:
        raise SMTPResponseException(reply.code, reply.message)
    return reply


async def _connected(config: Config) -> SMTP:
    """A connection on which mail can be sent; nothing has been sent when it raises."""
    security = config.options.get("security", "starttls")
    host, port = config.options.get("host", ""), config.options.get("port", "")
    if not host or not port.isdecimal():
        raise _account(FailureReason.CREDENTIALS, "host and port")
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            sock = await connected(
                host,
                int(port),
                is_internal_allowed=config.internal_hosts,
                own_host=config.own_host,
            )
    except HostNotAllowed as error:
        raise _account(FailureReason.URL_NOT_ALLOWED, "") from error
    except (OSError, UnicodeError) as error:
        raise _no_connection(str(error) or "no connection in time") from error
    smtp = SMTP(
        hostname=host,
        port=None,
        sock=sock,
        username=config.credentials.get("username") or None,
        password=config.credentials.get("password") or None,
        use_tls=security == "tls",
        start_tls=security == "starttls",
        timeout=READ_SECONDS,
    )
    await _greet(smtp)
    return smtp


async def _greet(smtp: SMTP) -> None:
    """Encrypt, sign in, say who we are."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS + READ_SECONDS):
            await smtp.connect()
            if smtp.is_ehlo_or_helo_needed:
                await smtp.ehlo()
    except ssl.SSLCertVerificationError as error:
        raise _account(FailureReason.CERTIFICATE, str(error)) from error
    except SMTPAuthenticationError as error:
        raise _account(FailureReason.CREDENTIALS, error.message, str(error.code)) from error
    except SMTPResponseException as error:
        raise for_reply(error.code, error.message, Stage.GREETING) from error
    except (SMTPException, OSError, TimeoutError) as error:
        if isinstance(error.__cause__, ssl.SSLCertVerificationError):
            raise _account(FailureReason.CERTIFICATE, str(error)) from error
        raise _no_connection(str(error)) from error


def _account(reason: FailureReason, message: str, code: str = "") -> DeliveryError:
    return DeliveryError(message, outcome=Outcome.BREAKER, reason=reason, code=code)


def _not_sent(reason: FailureReason, message: str) -> DeliveryError:
    return DeliveryError(message, outcome=Outcome.RETRY, reason=reason)


def _no_connection(message: str) -> DeliveryError:
    """Return the error that spares the rest of the chunk from waiting for the same silence."""
    return DeliveryError(
        message, outcome=Outcome.RETRY, reason=FailureReason.NETWORK, stops_chunk=True
    )
