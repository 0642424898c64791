"""Sending through the whole path (claim, provider, recorded) beside the bare client loops.

Both sides use two warm processes, the same number of connections, the same words and the same fake
provider. Rounds of the bare loop and of the product take turns; each of the product's is compared
with the mean of the bare ones before and after it, every round counts, and the median is what is
promised. A chunk is what one task carries when a send is planned.
"""

import contextlib
import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxhub.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Organisation  # noqa: E402
from bench import loops  # noqa: E402
from bench.loops import EMAIL, SMS, WARM_UP, Clock  # noqa: E402
from bench.ratios import Target, show  # noqa: E402
from channels_out.actions import messages  # noqa: E402
from channels_out.actions.channels import create_channel  # noqa: E402
from channels_out.actions.delivery import deliver_messages  # noqa: E402
from channels_out.models import Channel, Message  # noqa: E402
from contacts.models import ConsentEvent, Contact, Identity  # noqa: E402
from cxhub.lib import hours  # noqa: E402
from cxhub.lib.ids import uuid7  # noqa: E402
from cxhub.lib.tenancy import tenant  # noqa: E402

PROCESSES = 2
CHUNK = 500  # what planning rings for at once
ROUNDS = 5
COUNT = {SMS: 12_000, EMAIL: 8_000}  # as many chunks for each process
PATIENCE = 60  # seconds until every process must be warm


# --- our path ---------------------------------------------------------------------------------


def _run_ours(organisation_id: str, chunks: list[list[str]], sms_port: int, clock: Clock) -> None:
    """What a worker does with its share of the tasks, after a first one that warms it up."""
    connections.close_all()
    settings.TWILIO_API_BASE = f"http://127.0.0.1:{sms_port}"
    settings.ALLOW_INTERNAL_HOSTS = True  # the fake mail server listens here
    hours.SURVEYS_BY_SMS = hours.ALWAYS  # a benchmark works at night; the check itself stays
    deliver_messages(organisation_id=organisation_id, message_ids=chunks[0])
    clock.start()
    for chunk in chunks[1:]:
        deliver_messages(organisation_id=organisation_id, message_ids=chunk)
    clock.stop()


def _prepare(kind: str, port: int) -> tuple[str, list[list[str]]]:
    """An organisation whose customers all agreed, a message queued for each, and their chunks."""
    messages.ring = lambda *_: None  # the bell is not measured; the chunks are handed out here
    name = f"bench-{uuid7()}"
    organisation = Organisation.objects.create(name=name, slug=name, fatigue_per_contact=9)
    with tenant(organisation.pk):
        channel = _channel(organisation, kind, port)
        people = _people(organisation, kind, COUNT[kind] + PROCESSES * WARM_UP)
        queued = messages.queue_messages(
            organisation=organisation, channel=channel, letters=_letters(kind, people)
        )
    ids = [str(message.pk) for message in queued]
    first, rest = ids[: PROCESSES * WARM_UP], ids[PROCESSES * WARM_UP :]
    return str(organisation.pk), [*_cut(first, WARM_UP), *_cut(rest, CHUNK)]


def _cut(ids: list[str], size: int) -> list[list[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _channel(organisation: Organisation, kind: str, port: int) -> Channel:
    is_sms = kind == SMS
    mail_server = {"host": "127.0.0.1", "port": str(port), "security": "none"}
    return create_channel(
        organisation=organisation,
        kind=kind,
        provider="twilio" if is_sms else "smtp",
        name=kind,
        sender=loops.SENDER[kind],
        credentials={"account_sid": loops.ACCOUNT, "auth_token": "token"} if is_sms else {},
        options={} if is_sms else mail_server,
    )


def _people(organisation: Organisation, kind: str, count: int) -> list[Contact]:
    """Customers with an address, who agreed to be asked."""
    people = Contact.objects.bulk_create(Contact(organisation=organisation) for _ in range(count))
    Identity.objects.bulk_create(
        Identity(
            organisation=organisation,
            contact=contact,
            kind="phone" if kind == SMS else "email",
            value=loops.address(kind, number),
        )
        for number, contact in enumerate(people)
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
    return people


def _letters(kind: str, people: Sequence[Contact]) -> list[messages.Letter]:
    is_sms = kind == SMS
    body = messages.Body(
        subject="" if is_sms else loops.SUBJECT, text=loops.TEXT, html="" if is_sms else loops.HTML
    )
    return [
        messages.Letter(
            to=loops.address(kind, number),
            language="fr",
            body=body,
            purpose="survey",
            dedupe_key=f"bench-{number}",
            expires_at=timezone.now() + timedelta(hours=6),
            secret_slots={"link": loops.link(number)},
            contact=contact,
        )
        for number, contact in enumerate(people)
    ]


def _all_recorded(organisation_id: str) -> bool:
    with tenant(organisation_id):
        return not Message.objects.exclude(state="accepted").exists()


# --- side by side -----------------------------------------------------------------------------


def _seconds(target: Callable[..., None], shares: Sequence[tuple[object, ...]]) -> float:
    """Wall time of all processes together, from the moment when all of them are warm."""
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(len(shares))
    began, ended = context.Array("d", len(shares)), context.Array("d", len(shares))

    def run(place: int, share: tuple[object, ...]) -> None:
        def start() -> None:
            barrier.wait(PATIENCE)
            began[place] = time.monotonic()

        def stop() -> None:
            ended[place] = time.monotonic()

        target(*share, Clock(start, stop))

    processes = [context.Process(target=run, args=each) for each in enumerate(shares)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise RuntimeError("a sending process failed")
    return float(max(ended) - min(began))


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


def bare_rate(kind: str, port: int) -> float:
    """Messages per second of the bare loop."""
    share = (kind, port, COUNT[kind] // PROCESSES)
    return COUNT[kind] / _seconds(loops.run_bare, [share] * PROCESSES)


def our_rate(kind: str, port: int) -> float:
    """Messages per second of the product, all of them recorded."""
    organisation_id, chunks = _prepare(kind, port)
    connections.close_all()
    shares = [(organisation_id, chunks[n::PROCESSES], port) for n in range(PROCESSES)]
    rate = COUNT[kind] / _seconds(_run_ours, shares)
    if not _all_recorded(organisation_id):
        raise RuntimeError("not every message was recorded as accepted")
    return rate


def measure(kind: str) -> list[float]:
    """The product over the bare loop, of every round."""
    with provider(kind) as port:
        bare, ours = [bare_rate(kind, port)], []
        for _ in range(ROUNDS):
            ours.append(our_rate(kind, port))
            bare.append(bare_rate(kind, port))
    ratios = [
        rate / ((before + after) / 2)
        for rate, (before, after) in zip(ours, pairwise(bare), strict=True)
    ]
    print(f"  {kind}: bare {median(bare):,.0f}/s, whole path {median(ours):,.0f}/s;", end="")
    print(f" rounds {', '.join(f'{100 * ratio:.0f}' for ratio in ratios)} %", flush=True)
    return ratios


def run() -> int:
    """Measure both kinds; returns how many targets are missed."""
    names = {SMS: "the bare aiohttp loop", EMAIL: "the bare aiosmtplib loop"}
    return show(
        [
            Target(f"{kind} through the whole path / {name}", 100 * median(measure(kind)), 70)
            for kind, name in names.items()
        ]
    )
