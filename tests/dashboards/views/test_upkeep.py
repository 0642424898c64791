"""What an operator's tools see, and that nobody else sees it."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.db import Error
from django.utils import timezone
from django.utils.module_loading import import_string

from alerts.models import Notification
from cxhub.lib import heartbeats
from cxhub.lib.heartbeats import beat
from cxhub.lib.misses import MISSES
from cxhub.lib.silence import BROKER
from cxhub.lib.tallies import tallies, tally
from cxhub.schedule import SCHEDULE
from dashboards.queries import upkeep
from events.models import DomainEvent
from tests.api.rows import make_incident
from tests.dashboards.answers import answer, live_survey
from tests.factories.accounts import MembershipFactory
from tests.factories.channels_out import MessageFactory

TOKEN = "an-operators-token"
PATHS = ("/healthz/deep", "/metrics")


@pytest.fixture(autouse=True)
def _token(settings, monkeypatch):
    settings.OPERATOR_TOKEN = TOKEN
    monkeypatch.setattr(upkeep, "broker_answers", lambda: not BROKER.is_silent)
    MISSES.forget()
    caches["shared"].clear()
    for name in upkeep.ROUNDS:
        beat(name)


def look(client, path="/healthz/deep", token=TOKEN):
    return client.get(path, headers={"Authorization": f"Bearer {token}"})


def unwell(answer):
    return {name for name, check in answer.json()["checks"].items() if not check["is_well"]}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x", f"Basic {TOKEN}", "Bearer é"]
)
@pytest.mark.parametrize("token", [TOKEN, ""])
def test_nobody_looks_without_the_token(client, db, settings, path, header, token):
    settings.OPERATOR_TOKEN = token

    answer = client.get(path, headers={"Authorization": header} if header else {})

    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="cxhub"'


def test_whoever_guesses_the_token_waits(client, db):
    statuses = [look(client, token=str(number)).status_code for number in range(31)]

    assert statuses == [401] * 30 + [429]


def test_all_is_well_where_nothing_waits(client, organisation):
    answer = look(client)

    assert (answer.status_code, answer.json()["status"]) == (200, "well")
    assert answer.json()["checks"].keys() == {"database", "broker", *upkeep.PATIENCE}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("late", upkeep.QUEUES)
@pytest.mark.parametrize(("seconds", "status"), [(-30, 200), (30, 503)])
def test_work_that_waits_too_long_is_seen_whoever_owns_it(
    client, organisation, late, seconds, status
):
    at = timezone.now() - timedelta(seconds=upkeep.PATIENCE[late] + seconds)
    WORK[late](organisation, at)

    found = look(client)

    assert found.status_code == status
    assert unwell(found) == ({late} if status == 503 else set())
    age = found.json()["checks"][late]["oldest_waiting_seconds"]
    assert age == pytest.approx(upkeep.PATIENCE[late] + seconds, abs=20)
    assert str(organisation.pk) not in found.text


@pytest.mark.parametrize(
    ("task", "name"),
    [("events.tasks.relay", heartbeats.CLOCK), ("channels_out.tasks.sweep", heartbeats.SWEEPER)],
)
def test_a_round_that_does_not_come_is_seen(client, organisation, task, name):
    late = time.time() + upkeep.ROUNDS[name] + 30
    others = set(upkeep.ROUNDS) - {name}
    assert task in SCHEDULE
    with time_machine.travel(late, tick=False):
        for other in others:
            beat(other)
        found, figures = look(client), look(client, "/metrics").text
        import_string(task)()
        again = look(client)

    assert (found.status_code, unwell(found)) == (503, {name})
    assert found.json()["checks"][name]["last_round_seconds"] > upkeep.ROUNDS[name]
    assert f'cxhub_last_round_seconds{{round="{name}"}}' in figures
    assert (again.status_code, unwell(again)) == (200, set())


def test_a_round_that_never_came_is_seen(client, organisation):
    caches["shared"].clear()

    assert unwell(look(client)) == set(upkeep.ROUNDS)


def test_a_silent_broker_is_seen(client, organisation, settings):
    settings.CACHES = {"shared": {"BACKEND": "cxhub.lib.patience.ImpatientCache",
                                  "LOCATION": "redis://127.0.0.1:1"}}  # fmt: skip
    BROKER.fell_silent()
    try:
        tally("hook_refused")
        beat(heartbeats.CLOCK)
        found, figures = look(client), look(client, "/metrics").text
    finally:
        BROKER.forget()

    assert (found.status_code, unwell(found)) == (503, {"broker"})
    assert 'cxhub_is_well{check="broker"} 0.0' in figures
    assert "cxhub_noticed_total{" not in figures


def test_a_database_that_is_away_is_seen(client, db, monkeypatch):
    def away():
        raise Error("gone")

    monkeypatch.setattr(upkeep, "_queues", away)

    found = look(client)

    assert (found.status_code, unwell(found)) == (503, {"database"})


def test_prometheus_reads_the_same(client, organisation):
    WORK["events"](organisation, timezone.now() - timedelta(seconds=300))
    tally("sid_conflict")

    answer = look(client, "/metrics")

    lines = answer.text.splitlines()
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert 'cxhub_is_well{check="database"} 1.0' in lines
    assert 'cxhub_is_well{check="events"} 0.0' in lines
    assert any(line.startswith('cxhub_oldest_waiting_seconds{queue="events"} 3') for line in lines)
    assert f'cxhub_noticed_total{{what="sid_conflict"}} {float(tallies()["sid_conflict"])}' in lines


def late_alert(organisation, at):
    Notification.objects.create(
        organisation=organisation,
        incident=make_incident(organisation),
        member=MembershipFactory(organisation=organisation),
        due_at=at,
    )


WORK = {
    "events": lambda organisation, at: DomainEvent.objects.create(
        organisation=organisation, kind="x", payload={}, pending=["a.task"], created_at=at
    ),
    "alerts": late_alert,
    "messages": lambda organisation, at: MessageFactory(
        organisation=organisation, next_attempt_at=at
    ),
    "answers": lambda organisation, at: answer(live_survey(organisation), 3, at=at),
}
