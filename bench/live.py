"""From an answer to the moved number on fifty open dashboards, and to the alert's mail.

Everything is real: web, live, worker and clock processes, a mail server, dashboards that load
the results page, keep an event stream open, and fetch what the page says when they are nudged.
They were opened at different moments, so each has read the responses up to another one. The
clock starts when an answer is handed in, which is before it is committed.
"""

import asyncio
import html
import json
import logging
import random
import re
import statistics
import time
from importlib import import_module
from uuid import UUID, uuid4

import aiohttp

from bench.product import product
from bench.ratios import Target, show
from bench.world import World, world

from django.conf import settings  # isort: skip
from accounts.models import Membership, Organisation, User
from alerts.actions.rules import create_detractor_rule
from channels_out.actions.channels import create_channel
from cxhub.lib.tenancy import tenant
from surveys.models import Survey
from tests.doubles.smtp import SmtpSink

DASHBOARDS = 50
PEOPLE = 10
ANSWERS_BEFORE = 20  # while the dashboards are opened
ANSWERS = 40
ALERTS = 55
PAUSE = (1.2, 1.9)  # seconds between answers: the stream tells a page at most once a second
ALERT_PAUSE = (0.3, 1.3)
COUNT = re.compile(rb'data-live-count="(\d+)"')
FRAGMENT = re.compile(rb'data-live-fragment\s[^>]*?hx-get="([^"]*)"', re.DOTALL)
SEEN = re.compile(rb'id="feed-seen"[^>]*?value="([^"]*)"', re.DOTALL)


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
    """One open page: its stream, and the number it shows."""

    def __init__(self, site: str, slug: str, survey: UUID, cookie: str) -> None:
        self.site, self.base, self.survey = site, f"{site}/o/{slug}", survey
        self.headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}
        self.fragment = self.seen = ""
        self.moved: dict[int, float] = {}
        self.nudged: list[float] = []
        self.fetched: list[float] = []

    async def open(self, http: aiohttp.ClientSession) -> None:
        page = f"{self.base}/surveys/{self.survey}/results/"
        async with http.get(page, headers=self.headers) as answered:
            body = await answered.read()
        self.read(body)
        self.seen = SEEN.search(body)[1].decode()

    def read(self, body: bytes) -> None:
        """What htmx takes from a page or a fragment: the number, and where the next one is."""
        self.fragment = html.unescape(FRAGMENT.search(body)[1].decode())
        self.moved.setdefault(int(COUNT.search(body)[1]), time.monotonic())

    async def watch(self, http: aiohttp.ClientSession) -> None:
        ticket = f"{self.base}/live-ticket/?survey={self.survey}"
        async with http.get(ticket, headers=self.headers) as answered:
            stream_url = (await answered.json())["url"]
        async with http.get(stream_url, timeout=aiohttp.ClientTimeout(total=None)) as stream:
            async for line in stream.content:
                if line.startswith(b"data: ") and "topic" in json.loads(line[6:]):
                    await self.fetch(http)

    async def fetch(self, http: aiohttp.ClientSession) -> None:
        began = time.monotonic()
        self.nudged.append(began)
        asked = {"params": {"seen": self.seen}, "headers": {**self.headers, "HX-Request": "true"}}
        async with http.get(self.site + self.fragment, **asked) as answered:
            body = await answered.read()
        self.fetched.append(time.monotonic() - began)
        if answered.status == 200:
            self.read(body)
        elif answered.status != 204:
            raise RuntimeError(f"the fragment answered {answered.status}")


async def answer(http: aiohttp.ClientSession, url: str, code: str, score: int) -> float:
    """One customer answers through the public link; when the answer was handed in."""
    form = {
        "submission_id": str(uuid4()),
        "language": "en",
        "js": "1",
        "human": "1",
        "answers.q1": str(score),
        "answers.q2": "The parcel came late.",
    }
    began = time.monotonic()
    async with http.post(f"{url}/s/{code}", data=form, allow_redirects=False) as answered:
        if answered.status >= 400:
            raise RuntimeError(f"the answer was refused: {answered.status}")
    return began


async def dashboards(url: str, made: World, slug: str, cookies: list[str]) -> list[float]:
    """Seconds from each answer until each of the pages shows it."""
    survey, code = made.surveys[0], made.codes[0]
    pages = [Dashboard(url, slug, survey, cookies[number % PEOPLE]) for number in range(DASHBOARDS)]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        for number in range(ANSWERS_BEFORE):
            await answer(http, url, code, 9)
            for page in pages[number::ANSWERS_BEFORE]:
                await page.open(http)
        watching = [asyncio.create_task(page.watch(http)) for page in pages]
        await asyncio.sleep(4)
        handed_in = {}
        for number in range(ANSWERS_BEFORE + 1, ANSWERS_BEFORE + ANSWERS + 1):
            handed_in[number] = await answer(http, url, code, 9)
            await asyncio.sleep(random.uniform(*PAUSE))
        await asyncio.sleep(2)
        for task in watching:
            if task.done():
                task.result()
            task.cancel()
    fetches = [took for page in pages for took in page.fetched]
    nudges = [
        min((moment - at for moment in page.nudged if moment > at), default=float("inf"))
        for at in handed_in.values()
        for page in pages
    ]
    print(f"  nudge after p50 {percentile(nudges, 0.5):.0f}, p99 {percentile(nudges, 0.99):.0f} ms")
    print(f"  fetch in p50 {percentile(fetches, 0.5):.0f}, p99 {percentile(fetches, 0.99):.0f} ms")
    delays = []
    for number, at in handed_in.items():
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
            began = await answer(http, url, made.codes[1 + number], 1)
            while len(sink.received) == before and time.monotonic() - began < 20:
                await asyncio.sleep(0.005)
            took = time.monotonic() - began
            delays.append(took if len(sink.received) > before else float("inf"))
            await asyncio.sleep(random.uniform(*ALERT_PAUSE))
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
                "answer handed in → number moved on 50 dashboards, p99",
                percentile(moved, 0.99),
                500,
                "ms",
                is_ceiling=True,
            ),
            Target(
                "answer handed in → alert accepted by SMTP, p99",
                percentile(mailed, 0.99),
                2000,
                "ms",
                is_ceiling=True,
            ),
        ]
    )
