"""Text messages through Twilio: sending, looking a message up, checking an account."""

import json
import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from urllib.parse import quote_plus

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest.api.v2010.account.message import MessageInstance

from channels_out.enums import FailureReason, MessageState, Outcome
from channels_out.exceptions import ChannelMisconfigured
from channels_out.kinds.base import (
    Absent,
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
from channels_out.kinds.sms.client import PooledTwilioHttpClient, resource_client
from channels_out.kinds.sms.errors import meaning, refused
from channels_out.kinds.sms.lines import Answer, Exchange, Line
from channels_out.kinds.sms.senders import SenderType, sender_type
from channels_out.kinds.sms.states import STATES
from channels_out.kinds.sms.texts import MAX_TEXT, pieces, rendered

CONNECTIONS = 32
MAX_VALIDITY = 14_400
_LOOK_BACK = timedelta(minutes=2)  # between Twilio's clock and ours
_LOOKED_AT = 100


class TwilioSender:
    """Sends from a number, a short code, a name or a messaging service of one Twilio account."""

    def capabilities(self, config: Config) -> Capabilities:
        """Whether it can be answered depends on what the messages are sent from."""
        kind = sender_type(config.sender)
        declared = config.options.get("two_way") == "True"
        return Capabilities(
            two_way=declared if kind is SenderType.SERVICE else kind is not SenderType.NAME,
            has_hours=True,
            max_text=MAX_TEXT,
            rate_per_second=float(config.options["rate"]) if config.options.get("rate") else None,
            territories=frozenset(config.options.get("territories", "").split()),
            can_be_looked_up=True,
        )

    async def send(
        self, envelopes: Sequence[Envelope], config: Config, deadline: float | None = None
    ) -> list[Attempt]:
        """Send a chunk over connections that the next chunk uses again."""
        try:
            sid, token = config.credential("account_sid"), config.credential("auth_token")
        except ChannelMisconfigured as error:
            return [_misconfigured(error)] * len(envelopes)
        exchange = Exchange(sid, token, config.api_base)
        lines = [exchange.line() for _ in range(min(CONNECTIONS, len(envelopes)))]
        try:
            workers = [partial(_deliver, line, config) for line in lines]
            return await attempt_each(envelopes, workers, deadline)
        finally:
            await exchange.close()

    async def find(
        self, envelope: Envelope, config: Config, known: Collection[str] = frozenset()
    ) -> Evidence:
        """Look for the text among what Twilio sent to this number since the claim."""
        since = (envelope.claimed_at or datetime.now(UTC) - timedelta(days=1)) - _LOOK_BACK
        try:
            candidates = await _sent_to(envelope.to, since, config)
        except (TwilioException, aiohttp.ClientError, TimeoutError, ValueError):
            return None
        text = rendered(envelope)
        for candidate in candidates:
            created = candidate.date_created
            is_new = created is None or created >= since.replace(microsecond=0)
            if candidate.body == text and candidate.sid not in known and is_new:
                state = STATES.get(str(candidate.status), MessageState.ACCEPTED)
                return Receipt(str(candidate.sid), state, str(candidate.error_code or ""))
        return Absent()

    async def check(self, config: Config) -> Problem | None:
        """Ask Twilio for the account itself."""
        if not config.sender:
            return Problem(FailureReason.SENDER_REFUSED, "sender")
        try:
            account_sid, token = config.credential("account_sid"), config.credential("auth_token")
            async with _open(config) as http:
                account = await (
                    resource_client(http, account_sid, token)
                    .api.v2010.accounts(account_sid)
                    .fetch_async()
                )
        except ChannelMisconfigured as error:
            return Problem(FailureReason.CREDENTIALS, error.field)
        except TwilioRestException as error:
            return Problem(meaning(error.status, error.code or 0).reason, str(error.msg))
        except (TwilioException, aiohttp.ClientError, TimeoutError, ValueError) as error:
            return Problem(FailureReason.NETWORK, str(error))
        if str(account.status) != "active":
            return Problem(FailureReason.ACCOUNT_SUSPENDED, str(account.status))
        return None


def _open(config: Config) -> PooledTwilioHttpClient:
    return PooledTwilioHttpClient(
        config.credential("account_sid"), config.credential("auth_token"), config.api_base
    )


async def _deliver(line: Line, config: Config, envelope: Envelope) -> Attempt:
    text = pieces(envelope)
    if sum(map(len, text)) > MAX_TEXT:
        return DeliveryError(
            "text too long", outcome=Outcome.FAILED, reason=FailureReason.TOO_LONG, code="21617"
        )
    try:
        answer = await line.post(_form(envelope, config, text))
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError) as error:
        return DeliveryError(str(error), outcome=Outcome.BREAKER, reason=FailureReason.CERTIFICATE)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        return _unconnected(error)
    except TimeoutError as error:
        return _unknown(FailureReason.TIMEOUT, str(error))
    except (aiohttp.ClientError, HttpProcessingError, UnicodeDecodeError) as error:
        return _unknown(FailureReason.BAD_REPLY, str(error) or type(error).__name__)
    return _read(answer)


def _form(envelope: Envelope, config: Config, text: list[str]) -> bytes:
    """The parameters in Twilio's words; what the messages of a chunk share is encoded once."""
    # Twilio may hold a message for hours: never past the end of the allowed ones.
    validity = max(1, min(MAX_VALIDITY, envelope.valid_for))
    sender = _sender_field(envelope.sender or config.sender)
    body = "".join([_quoted(p) if place % 2 else _encoded(p) for place, p in enumerate(text)])
    form = f"To={_quoted(envelope.to)}&{sender}&Body={body}&ValidityPeriod={validity}"
    if envelope.status_url:
        form += f"&StatusCallback={_quoted(envelope.status_url)}"
    return form.encode("ascii")


def _quoted(value: str) -> str:
    """A value of this message alone: of links and numbers only the end differs, and is plain."""
    start = max(value.rfind("/"), value.rfind("+")) + 1
    shared, own = _encoded(value[:start]), value[start:]
    return shared + (own if _PLAIN.fullmatch(own) else quote_plus(own))


_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")
_encoded = lru_cache(maxsize=512)(quote_plus)


@lru_cache(maxsize=64)
def _sender_field(sender: str) -> str:
    is_service = sender_type(sender) is SenderType.SERVICE
    return f"{'MessagingServiceSid' if is_service else 'From'}={quote_plus(sender)}"


def _read(response: Answer) -> Attempt:
    """Return a receipt only for an answer that names the message it accepted."""
    answer = _answer(response.text)
    status = response.status
    if 200 <= status < 300:
        identity = answer.get("sid")
        if isinstance(identity, str) and identity:
            state = STATES.get(str(answer.get("status")), MessageState.ACCEPTED)
            return Receipt(identity, state, str(answer.get("status", "")))
        return _unknown(FailureReason.BAD_REPLY, "no message in the answer")
    code = answer.get("code")
    return refused(
        status,
        code if isinstance(code, int) else 0,
        str(answer.get("message", "")),
        _seconds(response.headers.get("Retry-After", "")),
    )


def _answer(text: str) -> dict[str, object]:
    try:
        answer = json.loads(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


async def _sent_to(to: str, since: datetime, config: Config) -> list[MessageInstance]:
    account_sid, token = config.credential("account_sid"), config.credential("auth_token")
    async with _open(config) as http:
        client = resource_client(http, account_sid, token)
        # The filter knows days only, and a message still queued may carry no date: ask wide.
        day = since.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
        return list(await client.messages.list_async(to=to, date_sent_after=day, limit=_LOOKED_AT))


def _seconds(text: str) -> int | None:
    return min(int(text), 3600) if text.isdecimal() and len(text) < 9 else None


def _unknown(reason: FailureReason, message: str) -> DeliveryError:
    return DeliveryError(message, outcome=Outcome.UNKNOWN, reason=reason)


def _unconnected(error: Exception) -> DeliveryError:
    """Return the error of a connection that never stood: nothing left, and nothing else will."""
    return DeliveryError(
        str(error), outcome=Outcome.RETRY, reason=FailureReason.NETWORK, stops_chunk=True
    )


def _misconfigured(error: ChannelMisconfigured) -> DeliveryError:
    return DeliveryError(
        error.field, outcome=Outcome.BREAKER, reason=FailureReason.CREDENTIALS, code=error.field
    )
