"""A Twilio that checks what the real one checks, over HTTP, and signs what it posts."""

import argparse
import asyncio
import json
import re
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator

from cxhub.lib.simulator import Entry, Ledger
from tests.doubles.faults import Fault
from tests.doubles.threads import LoopThread

ACCOUNT = "AC" + "0" * 32
TOKEN = "double-auth-token"


@dataclass
class Sent:
    """A message the double accepted."""

    sid: str
    to: str
    sender: str
    body: str
    status_callback: str
    validity_period: str
    created: datetime
    status: str = "queued"
    error_code: int | None = None
    connection: int = 0


@dataclass
class TwilioDouble:
    """API version 2010-04-01: create, list and fetch messages, fetch the account."""

    account_sid: str = ACCOUNT
    auth_token: str = TOKEN
    port: int = 0
    latency: float = 0.0
    ledger_path: Path | None = None
    reports: tuple[str, ...] = ()
    messages: list[Sent] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._faults: deque[Fault] = deque()
        self._by_number: dict[str, Fault] = {}
        self._always: Fault | None = None
        self._thread = LoopThread("twilio-double")
        self._ledger = Ledger(self.ledger_path) if self.ledger_path else None
        self._tasks: set[asyncio.Task[None]] = set()

    # -- life -------------------------------------------------------------------------------

    def __enter__(self) -> "TwilioDouble":
        self._thread.start()
        self._thread.call(self._serve())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.call(self._close())
        self._thread.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # -- the script -------------------------------------------------------------------------

    def script(self, *faults: Fault | None) -> None:
        """Answer the next requests to create a message so; None: as usual."""
        self._faults.extend(fault or Fault(-1) for fault in faults)

    def answer(self, number: str, fault: Fault) -> None:
        """Answer every message to this number so."""
        self._by_number[number] = fault

    def always(self, fault: Fault | None) -> None:
        """Answer everything so, until told otherwise."""
        self._always = fault

    # -- what it posts ----------------------------------------------------------------------

    def signature(self, url: str, parameters: dict[str, str]) -> str:
        return RequestValidator(self.auth_token).compute_signature(url, parameters)

    def status_parameters(
        self, sent: Sent, status: str, error: int | None = None
    ) -> dict[str, str]:
        parameters = {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "From": sent.sender,
            "MessageSid": sent.sid,
            "MessageStatus": status,
            "SmsSid": sent.sid,
            "SmsStatus": status,
            "To": sent.to,
        }
        return parameters if error is None else {**parameters, "ErrorCode": str(error)}

    def inbound_parameters(self, sender: str, to: str, body: str, **more: str) -> dict[str, str]:
        sid = "SM" + secrets.token_hex(16)
        return {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "Body": body,
            "From": sender,
            "MessageSid": sid,
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsMessageSid": sid,
            "SmsSid": sid,
            "SmsStatus": "received",
            "To": to,
            **more,
        }

    def report(self, sent: Sent, status: str, error: int | None = None) -> int:
        """Post a signed status callback to the message's own URL; return what was answered."""
        sent.status, sent.error_code = status, error
        parameters = self.status_parameters(sent, status, error)
        return self._thread.call(self._post(sent.status_callback, parameters))

    def inbound(self, url: str, sender: str, to: str, body: str, **more: str) -> int:
        """Post a signed inbound message; return what was answered."""
        parameters = self.inbound_parameters(sender, to, body, **more)
        return self._thread.call(self._post(url, parameters))

    async def _post(self, url: str, parameters: dict[str, str]) -> int:
        headers = {
            "X-Twilio-Signature": self.signature(url, parameters),
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
        }
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session,
            session.post(url, data=parameters, headers=headers) as response,
        ):
            return response.status

    # -- the server -------------------------------------------------------------------------

    async def _serve(self) -> None:
        app = web.Application()
        account = "/2010-04-01/Accounts/{account}"
        app.router.add_post(account + "/Messages.json", self._create)
        app.router.add_get(account + "/Messages.json", self._list)
        app.router.add_get(account + "/Messages/{sid}.json", self._fetch)
        app.router.add_get(account + ".json", self._account)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self._runner.cleanup()

    def _unauthorised(self, request: web.Request) -> web.Response | None:
        expected = aiohttp.encode_basic_auth(self.account_sid, self.auth_token)
        if request.headers.get("Authorization") != expected:
            return _error(Fault(401, 20003, "Authenticate"))
        if request.match_info["account"] != self.account_sid:
            return _error(Fault(404, 20404, "The requested resource was not found"))
        return None

    async def _create(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.requests.append(form)
        if self.latency:
            await asyncio.sleep(self.latency)
        refused = self._unauthorised(request) or _invalid(form)
        if refused is not None:
            return refused
        fault = self._next_fault(form["To"])
        if fault is None:
            return web.json_response(self._shown(self._accept(form, request)), status=201)
        return await self._go_wrong(fault, form, request)

    def _next_fault(self, number: str) -> Fault | None:
        if self._always is not None:
            return self._always
        if number in self._by_number:
            return self._by_number[number]
        fault = self._faults.popleft() if self._faults else None
        return None if fault is None or fault.status == -1 else fault

    def _accept(self, form: dict[str, str], request: web.Request) -> Sent:
        sent = Sent(
            sid="SM" + secrets.token_hex(16),
            to=form["To"],
            sender=form.get("From") or form["MessagingServiceSid"],
            body=form["Body"],
            status_callback=form.get("StatusCallback", ""),
            validity_period=form.get("ValidityPeriod", ""),
            created=datetime.now(UTC),
            connection=id(request.transport),
        )
        self.messages.append(sent)
        if self._ledger is not None:
            self._ledger.record(_entry(sent))
        if self.reports and sent.status_callback:
            task = asyncio.get_running_loop().create_task(self._report_all(sent))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return sent

    async def _report_all(self, sent: Sent) -> None:
        for status in self.reports:
            sent.status = status
            await self._post(sent.status_callback, self.status_parameters(sent, status))

    async def _go_wrong(
        self, fault: Fault, form: dict[str, str], request: web.Request
    ) -> web.StreamResponse:
        sent = self._accept(form, request) if fault.accepts else None
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.resets:
            assert request.transport is not None
            request.transport.abort()
            raise asyncio.CancelledError
        if fault.truncates:
            text = json.dumps(self._shown(sent) if sent else {})[:40]
            return web.Response(status=fault.status, text=text, content_type="application/json")
        if fault.body is not None:
            return web.Response(
                status=fault.status, text=fault.body, content_type=fault.content_type
            )
        return _error(fault)

    async def _list(self, request: web.Request) -> web.Response:
        refused = self._unauthorised(request)
        if refused is not None:
            return refused
        found = [m for m in reversed(self.messages) if self._matches(m, request)]
        page, size = int(request.query.get("Page", 0)), int(request.query.get("PageSize", 50))
        shown = found[page * size : (page + 1) * size]
        more = len(found) > (page + 1) * size
        query = {**request.query, "Page": str(page + 1)}
        following = str(request.rel_url.with_query(query)) if more else None
        return web.json_response(
            {
                "messages": [self._shown(message) for message in shown],
                "page": page,
                "page_size": size,
                "next_page_uri": following,
                "uri": str(request.rel_url),
            }
        )

    def _matches(self, message: Sent, request: web.Request) -> bool:
        to, sender = request.query.get("To"), request.query.get("From")
        since = request.query.get("DateSent>")
        return (
            to in (None, message.to)
            and sender in (None, message.sender)
            and (since is None or message.created.date().isoformat() >= since[:10])
        )

    async def _fetch(self, request: web.Request) -> web.Response:
        refused = self._unauthorised(request)
        if refused is not None:
            return refused
        for message in self.messages:
            if message.sid == request.match_info["sid"]:
                return web.json_response(self._shown(message))
        return _error(Fault(404, 20404, "The requested resource was not found"))

    async def _account(self, request: web.Request) -> web.Response:
        refused = self._unauthorised(request)
        if refused is not None:
            return refused
        return web.json_response(
            {"sid": self.account_sid, "status": "active", "friendly_name": "Double", "type": "Full"}
        )

    def _shown(self, message: Sent) -> dict[str, object]:
        created = format_datetime(message.created)
        path = f"/2010-04-01/Accounts/{self.account_sid}/Messages/{message.sid}"
        return {
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "body": message.body,
            "date_created": created,
            "date_sent": None if message.status == "queued" else created,
            "date_updated": created,
            "direction": "outbound-api",
            "error_code": message.error_code,
            "error_message": None,
            "from": message.sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "EUR",
            "sid": message.sid,
            "status": message.status,
            "subresource_uris": {"media": f"{path}/Media.json"},
            "to": message.to,
            "uri": f"{path}.json",
        }


def _invalid(form: dict[str, str]) -> web.Response | None:
    """Refuse what Twilio refuses before it looks at anything else."""
    to, body = form.get("To", ""), form.get("Body", "")
    callback, validity = form.get("StatusCallback", ""), form.get("ValidityPeriod", "1")
    has_sender = form.get("From") or form.get("MessagingServiceSid")
    checks = [
        (not to, 21604, "A 'To' phone number is required."),
        (not re.fullmatch(r"\+[1-9]\d{6,14}", to), 21211, f"Invalid 'To' Phone Number: {to}"),
        (not has_sender, 21603, "A 'From' phone number is required."),
        (not body, 21602, "Message body is required."),
        (len(body) > 1600, 21617, "The concatenated message body exceeds 1600 characters"),
        (
            urlsplit(callback).scheme not in ("", "http", "https"),
            21609,
            "The StatusCallback URL is not a valid URL.",
        ),
        (
            not validity.isdecimal() or not 1 <= int(validity) <= 36_000,
            30036,
            "Validity Period is out of range.",
        ),
    ]
    found = next(((code, message) for wrong, code, message in checks if wrong), None)
    return _error(Fault(400, *found)) if found else None


def _error(fault: Fault) -> web.Response:
    answer = {
        "code": fault.code,
        "message": fault.message,
        "more_info": f"https://www.twilio.com/docs/errors/{fault.code}",
        "status": fault.status,
    }
    return web.json_response(answer, status=fault.status, headers=fault.headers)


def _entry(sent: Sent) -> Entry:
    return Entry(
        message_id=sent.status_callback.rstrip("/").rpartition("/")[2],
        channel="sms",
        to=sent.to,
        sender=sent.sender,
        text=sent.body,
        headers={"sid": sent.sid},
        sent_at=sent.created,
    )


def main() -> None:
    """Run as a process of its own, for fault runs and benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9900)
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--reports", nargs="*", default=[])
    options = parser.parse_args()
    double = TwilioDouble(
        port=options.port,
        ledger_path=options.ledger,
        latency=options.latency,
        reports=tuple(options.reports),
    )
    with double:
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
