"""Live: from a refreshed rollup to the browser's stream, through the real processes."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from accounts.actions.organisations import remove_member
from cxhub.lib import live
from cxhub.lib.tenancy import tenant
from cxhub.lib.tickets import issue_ticket, read_ticket
from dashboards.tasks import push_live
from events.models import DomainEvent
from surveys.actions.rollups import roll_up
from tests.dashboards.answers import answer, live_survey

ROOT = Path(__file__).parents[2]
SUBSCRIBER = f"live-{os.getpid()}"


@pytest.fixture(scope="module")
def live_port():
    """The live process, as it runs in production."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--no-access-log", "cxhub.asgi:application"]
    env = {
        **os.environ,
        "SITE_URL": "http://127.0.0.1:8000",
        "SECRET_KEY": settings.SECRET_KEY,
        "REDIS_URL": f"{settings.REDIS_URL}?client_name={SUBSCRIBER}",
    }
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if _get(port, "/live/health").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the live process did not start")


def _get(port, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers=headers)
    return connection.getresponse()


@contextmanager
def stream(port, *topics):
    """An open stream: calling it reads the next nudge's content."""
    ticket = issue_ticket(settings.SECRET_KEY, topics=list(topics))
    response = _get(port, f"/live/?ticket={ticket}")
    assert response.status == 200

    def read():
        for line in response:
            nudge = json.loads(line[6:]) if line.startswith(b"data: ") else {"topic": "*"}
            if nudge["topic"] != "*":  # "look once more", after opening
                return nudge
        return None

    time.sleep(0.2)  # until the process has subscribed
    try:
        yield read
    finally:
        response.close()


def ticket_of(client, organisation, query=""):
    answered = client.get(f"/o/{organisation.slug}/live-ticket/{query}")
    return answered, dict(
        part.split("=", 1) for part in urlsplit(answered.json()["url"]).query.split("&")
    )["ticket"]


@pytest.mark.slow
def test_a_counted_answer_nudges_the_pages_of_its_survey(
    live_port, organisation, django_capture_on_commit_callbacks
):
    """From the answer to the open page: the version comes, and no number."""
    survey = live_survey(organisation)
    with stream(live_port, live.survey_topic(survey.pk)) as read:
        answer(survey, 9)
        with django_capture_on_commit_callbacks(execute=True):
            roll_up(organisation.pk)

        nudge = read()

    survey.refresh_from_db()
    assert nudge == {"topic": f"survey:{survey.pk}", "version": survey.results_version}
    assert list(DomainEvent.objects.filter(kind="rollup.refreshed").values_list("pending")) == [
        ([],)
    ]


@pytest.mark.slow
def test_many_nudges_become_one_a_second(live_port):
    """The first goes out at once; of the rest only the last, a second later."""
    with stream(live_port, "survey:1") as read:
        began = time.monotonic()
        live.nudge({"survey:1": 1})
        first, at_once = read(), time.monotonic() - began
        for version in range(2, 30):
            live.nudge({"survey:1": version})
        second, later = read(), time.monotonic() - began

    assert (first["version"], second["version"]) == (1, 29)
    assert at_once < 0.9
    assert later > 0.9


@pytest.mark.slow
def test_streams_hear_only_their_topics(live_port):
    """Two organisations: what happens in one is not heard in the other."""
    with (
        stream(live_port, "organisation:a") as read,
        stream(live_port, "organisation:b") as read_other,
    ):
        live.nudge({"organisation:a": 1})
        live.nudge({"organisation:b": 2})

        assert (read()["version"], read_other()["version"]) == (1, 2)


@pytest.mark.slow
def test_tickets_that_are_forged_expired_or_missing_are_refused(live_port):
    """AB-06: no ticket, no stream."""
    good = issue_ticket(settings.SECRET_KEY, topics=["survey:1"])
    old = issue_ticket(settings.SECRET_KEY, topics=["survey:1"], now=time.time() - 3600)
    body, _, signature = good.partition(".")
    other = issue_ticket("another secret", topics=["survey:2"]).partition(".")[0]

    for ticket in ("", "x", old, f"{other}.{signature}", f"{body}.{signature[:-1]}", "%C3%A9.%00"):
        assert _get(live_port, f"/live/?ticket={ticket}").status == 403


@pytest.mark.slow
@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost:9000", "http://127.0.0.1:8000"),
        ("https://evil.example", "http://127.0.0.1:8000"),
        ("null", "http://127.0.0.1:8000"),
    ],
)
def test_only_our_own_pages_may_read_a_stream(live_port, origin, allowed):
    ticket = issue_ticket(settings.SECRET_KEY, topics=["survey:1"])

    answered = _get(live_port, f"/live/?ticket={ticket}", Origin=origin)

    assert answered.headers["Access-Control-Allow-Origin"] == allowed
    answered.close()


@pytest.mark.slow
def test_a_person_has_five_streams_at_most(live_port):
    ticket = issue_ticket(settings.SECRET_KEY, topics=["survey:1", live.user_topic("p")])
    answers = [_get(live_port, f"/live/?ticket={ticket}") for _ in range(6)]

    assert [answered.status for answered in answers] == [200] * 5 + [503]


@pytest.mark.slow
def test_a_persons_streams_end_at_a_word(live_port):
    """AB-06: a removed member's stream is closed."""
    with stream(live_port, "survey:9", live.user_topic("q")) as read:
        live.close_streams(["q"])

        assert read() is None


@pytest.mark.slow
def test_a_removed_members_stream_ends_and_his_ticket_opens_no_other(
    live_port, organisation, alice, bob, django_capture_on_commit_callbacks
):
    """AB-06: within a second, not when the ticket has expired."""
    topics = [live.organisation_topic(organisation.pk), live.user_topic(bob.user_id)]
    old = issue_ticket(settings.SECRET_KEY, topics=topics)
    with stream(live_port, *topics) as read:
        began = time.monotonic()
        with django_capture_on_commit_callbacks(execute=True):
            remove_member(membership=bob, actor=alice.user)

        assert read() is None
        assert time.monotonic() - began < 2
    assert _get(live_port, f"/live/?ticket={old}").status == 403
    newer = issue_ticket(settings.SECRET_KEY, topics=topics, now=time.time() + 1)
    assert _get(live_port, f"/live/?ticket={newer}").status == 200


@pytest.mark.slow
def test_whoever_is_shown_out_while_nobody_listens_is_out_as_well(live_port):
    """AB-06: the process has lost its subscription, or is only just subscribing."""
    with (
        stream(live_port, "survey:9", live.user_topic("r")) as read,
        stream(live_port, "survey:9", live.user_topic("s")) as read_other,
    ):
        broker = live._client()
        for known in broker.client_list(_type="pubsub"):
            if known["name"] == SUBSCRIBER:
                broker.client_kill_filter(_id=known["id"])
        live.close_streams(["r"])

        assert read() is None
        live.nudge({"survey:9": 7})
        assert read_other()["version"] == 7


@pytest.mark.slow
def test_nonsense_on_the_channel_stops_nothing(live_port):
    with stream(live_port, "survey:3") as read:
        for text in (b"", b"[]", b"{}", b"\xff", b'{"topic": []}', b"5"):
            live._client().publish(live.CHANNEL, text)
        live.nudge({"survey:3": 4})

        assert read()["version"] == 4


def test_a_ticket_names_the_survey_and_the_person(organisation, alice, alice_client):
    survey = live_survey(organisation)

    answered, ticket = ticket_of(alice_client, organisation, f"?survey={survey.pk}")
    _home, for_home = ticket_of(alice_client, organisation)

    assert answered["Cache-Control"] == "no-store"
    person = live.user_topic(alice.user.pk)
    assert read_ticket(settings.SECRET_KEY, ticket) == [live.survey_topic(survey.pk), person]
    assert read_ticket(settings.SECRET_KEY, for_home) == [
        live.organisation_topic(organisation.pk),
        person,
    ]


def test_no_ticket_for_what_belongs_to_others(organisation, other_organisation, alice_client):
    """AB-01 on the event channel: the same 404 as for nothing."""
    with tenant(other_organisation.pk):
        theirs = live_survey(other_organisation)

    answered = alice_client.get(f"/o/{organisation.slug}/live-ticket/?survey={theirs.pk}")

    assert answered.status_code == 404


def test_the_web_process_sends_streams_to_the_live_process(client):
    answered = client.get("/live/?ticket=abc")

    assert answered.status_code == 307
    assert answered["Location"] == f"{settings.LIVE_URL}?ticket=abc"


def test_a_lost_nudge_is_harmless(settings, organisation, django_capture_on_commit_callbacks):
    """The broker is down: the event is handled all the same, and pages poll."""
    survey = live_survey(organisation)
    answer(survey, 9)
    roll_up(organisation.pk)
    event = DomainEvent.objects.get(kind="rollup.refreshed")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    with django_capture_on_commit_callbacks(execute=True):
        push_live(str(organisation.pk), [str(event.pk)])

    event.refresh_from_db()
    assert event.pending == []
