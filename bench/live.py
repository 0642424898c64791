"""From the committed answer to the moved number on fifty open dashboards, and to the alert's mail.

Everything is real: web, live, worker and clock processes, a mail server, dashboards that keep
an event stream open and fetch their fragment when they are nudged.
"""

import asyncio
import json
import logging
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from uuid import UUID, uuid4

import aiohttp

from bench.ratios import Target, show
from bench.servers import free_port, granian, wait_until_ready
from bench.world import World, world

from django.conf import settings  # isort: skip
from accounts.models import Membership, Organisation, User
from alerts.actions.rules import create_detractor_rule
from channels_out.actions.channels import create_channel
from cxhub.celery import app
from cxhub.lib.tenancy import tenant
from surveys.models import Survey
from tests.doubles.smtp import SmtpSink

DASHBOARDS = 50
PEOPLE = 10
ANSWERS = 20
ALERTS = 20
PAUSE = 1.3  # seconds between answers: the stream tells a page at most once a second
COUNT = re.compile(rb'data-live-count="(\d+)"')
FAST = "events,alerts,inbound,rollup"
BULK = "sms,email,webhooks,bulk,maintenance"


@contextmanager
def process(*command: str) -> Iterator["subprocess.Popen[bytes]"]:
    running = subprocess.Popen([sys.executable, "-m", *command], env={**os.environ})
    try:
        yield running
    finally:
        running.terminate()
        running.wait(30)


@contextmanager
def product() -> Iterator[str]:
    """Every process of the product, as the launcher starts them."""
    port = free_port()
    live = f"http://127.0.0.1:{port}/live/"
    os.environ |= {"LIVE_URL": live, "LOG_LEVEL": "WARNING"}
    asgi = ("granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port))
    celery = ("celery", "-q", "-A", "cxhub.celery:app")
    worker = (*celery, "worker", "-c", "2", "-l", "WARNING", "--without-mingle", "--without-gossip")
    schedule = f"{os.environ.get('CXHUB_HOME', '/tmp')}/bench-schedule"
    with ExitStack() as stack:
        url = stack.enter_context(granian("cxhub.wsgi:application", "/healthz/live"))
        running = stack.enter_context(process(*asgi, "--no-access-log", "cxhub.asgi:application"))
        wait_until_ready(f"{live}health", running)
        stack.enter_context(process(*worker, "-n", "fast@%h", "-Q", FAST))
        stack.enter_context(process(*worker, "-n", "bulk@%h", "-Q", BULK))
        stack.enter_context(process(*celery, "beat", "-l", "WARNING", "-s", schedule))
        wait_for_workers(2)
        yield url


def wait_for_workers(count: int) -> None:
    """Until so many workers answer."""
    deadline = time.monotonic() + 120
    while len(app.control.ping(timeout=1)) < count:
        if time.monotonic() > deadline:
            raise SystemExit("The workers did not start.")


def people(made: World) -> list[str]:
    """The session cookies of some members who look."""
    sessions = import_module(settings.SESSION_ENGINE)
    cookies = []
    for number in range(PEOPLE):
        user = User.objects.create_user(f"bench{number}-{uuid4().hex[:6]}@example.org", name="B")
        with tenant(made.organisation_id):
            Membership.objects.create(
                organisation_id=made.organisation_id, user=user, role="manager"
            )
        session = sessions.SessionStore()
        session["_auth_user_id"] = str(user.pk)
        session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
        session["_auth_user_hash"] = user.get_session_auth_hash()
        session.save()
        cookies.append(session.session_key)
    return cookies


class Dashboard:
    """One open page: a stream, and the number it shows."""

    def __init__(self, base: str, survey: UUID, cookie: str) -> None:
        self.base, self.survey, self.cookie = base, survey, cookie
        self.moved: dict[int, float] = {}
        self.nudged: list[float] = []
        self.fetched: list[float] = []

    async def watch(self, http: aiohttp.ClientSession) -> None:
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={self.cookie}"}
        ticket_url = f"{self.base}/live-ticket/?survey={self.survey}"
        async with http.get(ticket_url, headers=headers) as answered:
            stream_url = (await answered.json())["url"]
        version = ""
        async with http.get(stream_url, timeout=aiohttp.ClientTimeout(total=None)) as stream:
            async for line in stream.content:
                if not line.startswith(b"data: ") or "topic" not in json.loads(line[6:]):
                    continue
                began = time.monotonic()
                self.nudged.append(began)
                url = f"{self.base}/surveys/{self.survey}/results/numbers/?period=30d&v={version}"
                async with http.get(url, headers=headers) as answered:
                    body = await answered.read()
                self.fetched.append(time.monotonic() - began)
                if answered.status == 200:
                    version = re.search(rb"v=([0-9-]+)", body)[1].decode()
                    self.moved[int(COUNT.search(body)[1])] = time.monotonic()
                elif answered.status != 204:
                    raise RuntimeError(f"the fragment answered {answered.status}")


async def answer(http: aiohttp.ClientSession, url: str, code: str, score: int) -> float:
    """One customer answers through the public link; when the answer was committed."""
    form = {
        "submission_id": str(uuid4()),
        "language": "en",
        "js": "1",
        "human": "1",
        "answers.q1": str(score),
        "answers.q2": "The parcel came late.",
    }
    async with http.post(f"{url}/s/{code}", data=form, allow_redirects=False) as answered:
        if answered.status >= 400:
            raise RuntimeError(f"the answer was refused: {answered.status}")
    return time.monotonic()


async def dashboards(url: str, made: World, slug: str, cookies: list[str]) -> list[float]:
    """Seconds from each commit until each of the pages shows it."""
    base = f"{url}/o/{slug}"
    pages = [
        Dashboard(base, made.surveys[0], cookies[number % PEOPLE]) for number in range(DASHBOARDS)
    ]
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        watching = [asyncio.create_task(page.watch(http)) for page in pages]
        await asyncio.sleep(4)
        committed = {}
        for number in range(1, ANSWERS + 1):
            committed[number] = await answer(http, url, made.codes[0], 9)
            await asyncio.sleep(PAUSE)
        await asyncio.sleep(2)
        for task in watching:
            if task.done():
                task.result()
            task.cancel()
    delays = []
    fetches = [took for page in pages for took in page.fetched]
    nudges = [
        min((moment - at for moment in page.nudged if moment > at), default=float("inf"))
        for at in committed.values()
        for page in pages
    ]
    print(f"  nudge after p50 {percentile(nudges, 0.5):.0f}, p99 {percentile(nudges, 0.99):.0f} ms")
    print(f"  fetch in p50 {percentile(fetches, 0.5):.0f}, p99 {percentile(fetches, 0.99):.0f} ms")
    for number, at in committed.items():
        for page in pages:
            shown = [moment for n, moment in page.moved.items() if n >= number]
            delays.append(min(shown) - at if shown else float("inf"))
    return delays


async def alerts(url: str, made: World, sink: SmtpSink) -> list[float]:
    """Seconds from each bad answer until the mail server took the alert."""
    delays = []
    async with aiohttp.ClientSession() as http:
        for number in range(ALERTS):
            before = len(sink.received)
            committed = await answer(http, url, made.codes[1 + number], 1)
            while len(sink.received) == before and time.monotonic() - committed < 20:
                await asyncio.sleep(0.005)
            took = time.monotonic() - committed
            delays.append(took if len(sink.received) > before else float("inf"))
            await asyncio.sleep(0.3)
    return delays


def watch_for_detractors(made: World, sink: SmtpSink) -> None:
    """One rule and one member for each survey: nobody gets so many mails that they wait."""
    organisation = Organisation.objects.get(pk=made.organisation_id)
    with tenant(organisation.pk):
        create_channel(
            organisation=organisation,
            kind="email",
            provider="smtp",
            name="Bench",
            sender="Bench <bench@example.org>",
            options={"host": sink.host, "port": str(sink.port), "security": "none"},
            is_default=True,
        )
        for number in range(ALERTS):
            user = User.objects.create_user(f"lead{number}-{uuid4().hex[:6]}@example.org")
            lead = Membership.objects.create(organisation=organisation, user=user, role="agent")
            survey = Survey.objects.get(pk=made.surveys[1 + number])
            create_detractor_rule(survey=survey, recipients=[lead], is_active=True, created_by=None)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def run() -> int:
    logging.disable(logging.INFO)  # the mail server's chatter
    made = world()
    organisation = Organisation.objects.get(pk=made.organisation_id)
    cookies = people(made)
    with SmtpSink() as sink:
        watch_for_detractors(made, sink)
        with product() as url:
            moved = asyncio.run(dashboards(url, made, organisation.slug, cookies))
            mailed = asyncio.run(alerts(url, made, sink))
    for name, delays in (("number moved", moved), ("alert taken", mailed)):
        print(
            f"  {name}: {len(delays)} times, p50 {statistics.median(delays) * 1000:.0f} ms, "
            f"p90 {percentile(delays, 0.9):.0f} ms, worst {max(delays) * 1000:.0f} ms"
        )
    return show(
        [
            Target(
                "answer committed → number moved on 50 dashboards, p99",
                percentile(moved, 0.99),
                500,
                "ms",
                is_ceiling=True,
            ),
            Target(
                "answer committed → alert accepted by SMTP, p99",
                percentile(mailed, 0.99),
                2000,
                "ms",
                is_ceiling=True,
            ),
        ]
    )
