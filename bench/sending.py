"""Sending through the whole path (claim, provider, recorded) beside the bare client loops.

Both sides use two processes, the same number of connections and the same fake provider; the bare
loop runs before and after each pass, and medians are compared. A chunk is what one task carries
when a send is planned.
"""

import asyncio
import contextlib
import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import aiosmtplib
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxhub.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Organisation  # noqa: E402
from bench.ratios import Target, anchored, show  # noqa: E402
from channels_out.actions import messages  # noqa: E402
from channels_out.actions.channels import create_channel  # noqa: E402
from channels_out.actions.delivery import deliver_messages  # noqa: E402
from channels_out.kinds.base import Envelope  # noqa: E402
from channels_out.kinds.email.rendering import render  # noqa: E402
from channels_out.models import Message  # noqa: E402
from contacts.models import ConsentEvent, Contact, Identity  # noqa: E402
from cxhub.lib import hours  # noqa: E402
from cxhub.lib.ids import uuid7  # noqa: E402
from cxhub.lib.tenancy import tenant  # noqa: E402

PROCESSES = 2
CHUNK = 500
WARM_UP = 20
PASSES = 3
SMS, EMAIL = "sms", "email"
COUNT = {SMS: 10_000, EMAIL: 6_000}
CONNECTIONS = {SMS: 32, EMAIL: 8}
ACCOUNT = "AC" + "0" * 32
TEXT = "Maison Lune: how was your delivery? Answer here: {link} STOP 38123"
HTML = "<html><body><h1>How was it?</h1>{paragraph}<a href='{{link}}'>Answer</a></body></html>"


# --- the bare loops ---------------------------------------------------------------------------


async def bare_sms(port: int, number: int) -> None:
    """The same requests from one aiohttp session, nothing else."""
    url = f"http://127.0.0.1:{port}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    headers = {
        "Authorization": aiohttp.encode_basic_auth(ACCOUNT, "token"),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    waiting = iter(range(number))
    connector = aiohttp.TCPConnector(limit=CONNECTIONS[SMS])
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def work() -> None:
            for index in waiting:
                form = {
                    "To": _number(index),
                    "From": "38123",
                    "Body": TEXT.replace("{link}", _link(index)),
                    "ValidityPeriod": "14400",
                    "StatusCallback": f"https://example.org/hooks/{index:036}",
                }
                async with session.post(url, data=urlencode(form).encode()) as response:
                    await response.json()

        await asyncio.gather(*(work() for _ in range(CONNECTIONS[SMS])))


async def bare_email(port: int, number: int) -> None:
    """Prebuilt bytes over connections that stay open, nothing else."""
    content = _prebuilt()
    waiting = iter(range(number))

    async def work() -> None:
        smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        await smtp.connect()
        for index in waiting:
            await smtp.mail("hello@shop.example")
            await smtp.rcpt(_address(index))
            await smtp.data(content)
        await smtp.quit()

    await asyncio.gather(*(work() for _ in range(CONNECTIONS[EMAIL])))


def _run_bare(kind: str, port: int, number: int) -> None:
    asyncio.run((bare_sms if kind == SMS else bare_email)(port, number))


# --- our path ---------------------------------------------------------------------------------


def _warm_up(organisation_id: str, chunks: list[list[str]], sms_port: int) -> None:
    """A worker's first task reads calendars and number plans; later ones do not."""
    connections.close_all()
    settings.TWILIO_API_BASE = f"http://127.0.0.1:{sms_port}"
    settings.ALLOW_INTERNAL_HOSTS = True  # the fake mail server listens here
    hours.SURVEYS_BY_SMS = hours.ALWAYS  # a benchmark works at night; the check itself stays
    deliver_messages(organisation_id=organisation_id, message_ids=chunks[0])


def _run_ours(organisation_id: str, chunks: list[list[str]], sms_port: int) -> None:
    """What a worker does with its share of the tasks."""
    for chunk in chunks[1:]:
        deliver_messages(organisation_id=organisation_id, message_ids=chunk)


def _prepare(kind: str, email_port: int) -> tuple[str, list[list[str]]]:
    """An organisation whose customers all agreed, and a survey message queued for each."""

    messages.ring = lambda *_: None  # the bell is not measured; the chunks are handed out here
    name = f"bench-{uuid7()}"
    organisation = Organisation.objects.create(name=name, slug=name, fatigue_per_contact=9)
    count, is_sms = COUNT[kind] + PROCESSES * WARM_UP, kind == SMS
    with tenant(organisation.pk):
        channel = create_channel(
            organisation=organisation,
            kind=kind,
            provider="twilio" if is_sms else "smtp",
            name=kind,
            sender="38123" if is_sms else "Shop <hello@shop.example>",
            credentials={"account_sid": ACCOUNT, "auth_token": "token"} if is_sms else {},
            options={}
            if is_sms
            else {"host": "127.0.0.1", "port": str(email_port), "security": "none"},
        )
        people = Contact.objects.bulk_create(
            Contact(organisation=organisation) for _ in range(count)
        )
        address = _number if is_sms else _address
        Identity.objects.bulk_create(
            Identity(
                organisation=organisation,
                contact=contact,
                kind="phone" if is_sms else "email",
                value=address(n),
            )
            for n, contact in enumerate(people)
        )
        ConsentEvent.objects.bulk_create(
            ConsentEvent(
                organisation=organisation,
                contact=contact,
                channel=kind,
                purpose="survey",
                state="granted",
                source="api",
                effective_at=timezone.now(),
            )
            for contact in people
        )
        html = HTML.format(paragraph="<p>" + "Words about the delivery. " * 60 + "</p>")
        body = messages.Body(
            subject="" if is_sms else "How was it?", text=TEXT, html="" if is_sms else html
        )
        queued = messages.queue_messages(
            organisation=organisation,
            channel=channel,
            letters=[
                messages.Letter(
                    to=address(n),
                    language="fr",
                    body=body,
                    purpose="survey",
                    dedupe_key=f"bench-{n}",
                    expires_at=timezone.now() + timedelta(hours=6),
                    secret_slots={"link": _link(n)},
                    contact=contact,
                )
                for n, contact in enumerate(people)
            ],
        )
    ids = [str(message.pk) for message in queued]
    first = [ids[n : n + WARM_UP] for n in range(0, PROCESSES * WARM_UP, WARM_UP)]
    rest = ids[PROCESSES * WARM_UP :]
    return str(organisation.pk), [
        *first,
        *(rest[n : n + CHUNK] for n in range(0, len(rest), CHUNK)),
    ]


def _all_recorded(organisation_id: str) -> bool:

    with tenant(organisation_id):
        return not Message.objects.exclude(state="accepted").exists()


# --- side by side -----------------------------------------------------------------------------


def _number(index: int) -> str:
    return f"+336{10_000_000 + index}"


def _address(index: int) -> str:
    return f"customer{index}@shop.example"


def _link(index: int) -> str:
    return f"https://example.org/r/{index:022}"


def _prebuilt() -> bytes:

    html = HTML.format(paragraph="<p>" + "Words about the delivery. " * 60 + "</p>")
    envelope = Envelope(
        message_id="0", to="a@shop.example", subject="How was it?", text=TEXT, html=html,
        slots={"link": _link(0)},
    )  # fmt: skip
    return render(envelope, "Shop <hello@shop.example>")


def _seconds(
    target: Callable[..., None],
    shares: list[tuple[object, ...]],
    warm_up: Callable[..., None] | None = None,
) -> float:
    """Wall time of all processes together, from the moment when all of them are ready."""
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(len(shares) + 1)

    def run(arguments: tuple[object, ...]) -> None:
        if warm_up is not None:
            warm_up(*arguments)
        barrier.wait()
        target(*arguments)

    processes = [context.Process(target=run, args=(share,)) for share in shares]
    for process in processes:
        process.start()
    barrier.wait()
    began = time.perf_counter()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise RuntimeError("a sending process failed")
    return time.perf_counter() - began


@contextlib.contextmanager
def provider(kind: str) -> Iterator[int]:
    """The fake provider, listening."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    argv = [sys.executable, "-m", "bench.providers", "http" if kind == SMS else "smtp", str(port)]
    process = subprocess.Popen(argv, cwd=Path(__file__).resolve().parents[1])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def measure(kind: str) -> tuple[float, float]:
    """Messages per second of the bare loop, and our whole path over it (medians)."""
    count = COUNT[kind]
    with provider(kind) as port:

        def bare() -> float:
            return count / _seconds(_run_bare, [(kind, port, count // PROCESSES)] * PROCESSES)

        def ours() -> float:
            organisation_id, chunks = _prepare(kind, port)
            connections.close_all()
            shares = [(organisation_id, chunks[n::PROCESSES], port) for n in range(PROCESSES)]
            rate = count / _seconds(_run_ours, shares, _warm_up)
            if not _all_recorded(organisation_id):
                raise RuntimeError("not every message was recorded as accepted")
            return rate

        return anchored(bare, ours, rounds=PASSES)


def run() -> int:
    """Measure both kinds; returns how many targets are missed."""
    targets = []
    for kind, name in ((SMS, "the bare aiohttp loop"), (EMAIL, "the bare aiosmtplib loop")):
        bare, ratio = measure(kind)
        print(f"  {kind}: bare {bare:,.0f}/s, whole path {bare * ratio:,.0f}/s", flush=True)
        targets.append(Target(f"{kind} through the whole path / {name}", 100 * ratio, 70))
    return show(targets)
