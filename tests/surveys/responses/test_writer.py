"""The group-commit writer on real connections: rows that are committed, threads that race."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import count
from types import SimpleNamespace
from uuid import uuid4

import psycopg2
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import RequestFactory

from accounts.models import Organisation
from cxhub.lib.ids import uuid7
from cxhub.lib.tenancy import tenant
from surveys.actions import rollups
from surveys.actions.responses import Door, fingerprint
from surveys.actions.writer import (
    LOOK_AGAIN,
    MOST_QUEUED,
    GroupWriter,
    Waiting,
    WriterBusyError,
)
from surveys.models import Response, ScoreRollup, Survey
from surveys.views import respond
from tests.surveys.responses.conftest import invite, make_survey


@pytest.fixture
def committed(committed):
    """A live survey that other connections see; it is deleted afterwards."""
    organisation = Organisation.objects.create(name="Committed", slug=f"c-{uuid7().hex[-8:]}")
    with tenant(organisation.pk):
        survey = make_survey(organisation)
    yield survey
    connections.close_all()


@pytest.fixture
def doors(committed):
    with tenant(committed.organisation_id):
        return [invite(committed).token for _ in range(40)]


@pytest.fixture
def writers():
    """Two writers, as two processes have them."""
    rung: list = []
    pair = [GroupWriter(on_stored=rung.extend) for _ in range(2)]
    for writer in pair:
        writer.thread.start()
    yield pair
    for writer in pair:
        assert writer.thread.is_alive()


def sheet(survey, token, score=9, submission=None):
    answers = {"q1": score}
    return {
        "token_hash": Door.of_token(token).token_hash,
        "collector": None,
        "id": str(uuid7()),
        "submission": str(submission or uuid4()),
        "version": str(survey.current_version_id),
        "channel": None,
        "language": "en",
        "state": "completed",
        "fingerprint": fingerprint(answers),
        "answers": answers,
        "flags": [],
        "scores": [{"question_key": "q1", "metric": "nps", "value": score}],
        "started_at": None,
        "answered_at": None,
    }


def store(writer, one):
    return writer.store(lambda: one)


def stored_by(survey):
    with tenant(survey.organisation_id):
        return list(Response.objects.within(survey.organisation_id).values_list("state", "answers"))


@pytest.mark.parametrize("version", [True, False], ids=["version", "no version"])
def test_twenty_at_once_are_one_response(committed, doors, version):
    """AB-29, reliability 4.1: twenty clicks at the same instant, on a personal link."""
    named = {"version": str(committed.current_version_id)} if version else {}
    body = {"submission_id": str(uuid4()), "answers": {"q1": 3}, **named}
    start = threading.Barrier(20)

    def post(_number):
        request = RequestFactory().post(f"/r/{doors[0]}", body, "application/json")
        start.wait()
        try:
            return respond.response_open(request, doors[0])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(post, range(20)))

    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert stored_by(committed) == [("completed", {"q1": 3})]


def test_two_writers_take_each_door_once(committed, doors, writers):
    work = [(writer, sheet(committed, token)) for token in doors for writer in writers]
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda job: store(*job).outcome, work))

    assert outcomes.count("created") == len(doors)
    assert outcomes.count("already_answered") == len(doors)
    assert len(stored_by(committed)) == len(doors)


def test_one_bad_sheet_fails_alone(committed, doors, writers):
    bad = sheet(committed, doors[0])
    bad["scores"][0]["value"] = 10**9
    good = [sheet(committed, token) for token in doors[1:]]

    def outcome_of(one):
        try:
            return store(writers[0], one).outcome
        except WriterBusyError:
            return "refused"

    with ThreadPoolExecutor(40) as pool:
        outcomes = list(pool.map(outcome_of, [*good[:20], bad, *good[20:]]))

    assert outcomes.count("created") == len(good)
    assert outcomes[20] == "refused"
    assert len(stored_by(committed)) == len(good)


def test_what_goes_wrong_in_making_a_sheet_is_told_to_its_request_alone(committed, doors, writers):
    def broken():
        raise LookupError("no such thing")

    def unwritable():
        return {**sheet(committed, doors[9]), "answers": {"q1": object()}}

    makers = [*(partial(sheet, committed, token) for token in doors[:9])]
    makers += [broken, unwritable, lambda: None]

    def outcome_of(make):
        try:
            return getattr(writers[0].store(make), "outcome", None)
        except (LookupError, TypeError):
            return "broken"

    with ThreadPoolExecutor(len(makers)) as pool:
        outcomes = list(pool.map(outcome_of, makers))

    assert outcomes == ["created"] * 9 + ["broken", "broken", None]
    assert len(stored_by(committed)) == 9


def test_a_lost_connection_is_made_again(committed, doors, writers):
    store(writers[0], sheet(committed, doors[0]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [writers[0].connection.info.backend_pid])

    assert store(writers[0], sheet(committed, doors[1])).outcome == "created"
    assert len(stored_by(committed)) == 2


def test_a_commit_of_which_nobody_heard_is_not_stored_twice(committed, doors, writers):
    """The connection is lost between the commit and its word: the batch is stored once more."""
    once = sheet(committed, doors[0])
    store(writers[0], once)
    again = Waiting(lambda: once)
    assert again.has_sheet()

    writers[1]._store_alone(again)

    assert again.result.outcome == "replayed"
    assert again.result.response_id == once["id"]
    assert len(stored_by(committed)) == 1


def test_a_full_queue_refuses_at_once(committed, doors):
    writer = GroupWriter(on_stored=lambda _batch: None)  # its thread never starts
    for _ in range(MOST_QUEUED):
        writer.queue.put(None)

    with pytest.raises(WriterBusyError):
        store(writer, sheet(committed, doors[0]))
    assert writer.queue.qsize() == MOST_QUEUED


@pytest.mark.parametrize(("waiting", "looks"), [(0, 4), (3, 1), (4, 0), (9, 0)])
def test_a_pause_ends_when_as_many_wait_again(monkeypatch, waiting, looks):
    writer = GroupWriter(on_stored=lambda _batch: None)  # its thread never starts
    slept: list[float] = []

    def one_more_comes(seconds):
        slept.append(seconds)
        writer.queue.put(None)

    ticks = count(0, 0.0001)
    clock = SimpleNamespace(monotonic=lambda: next(ticks), sleep=one_more_comes)
    monkeypatch.setattr("surveys.actions.writer.time", clock)
    for _ in range(waiting):
        writer.queue.put(None)

    writer._pause(60, enough=4)

    assert slept == [LOOK_AGAIN] * looks


def test_a_pause_ends_when_nobody_comes():
    writer = GroupWriter(on_stored=lambda _batch: None)  # its thread never starts
    began = time.monotonic()

    writer._pause(0.002, enough=4)

    assert time.monotonic() - began >= 0.002


def test_two_ticks_at_once_count_each_answer_once(committed, doors, writers):
    for number, token in enumerate(doors):
        store(writers[number % 2], sheet(committed, token, score=number % 11))
    start = threading.Barrier(4)

    def tick(_number):
        try:
            start.wait()
            return rollups.roll_up(committed.organisation_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        counted = list(pool.map(tick, range(4)))

    with tenant(committed.organisation_id):
        survey = Survey.objects.get(pk=committed.pk)
        counts = [sum(row.counts) for row in ScoreRollup.objects.filter(survey=survey)]
        assert rollups.drift(survey.organisation, survey) == 0
    assert sum(counted) == sum(counts) == len(doors)


def test_a_door_is_read_outside_of_any_transaction(committed, doors):
    from surveys.queries.openings import opening_of_token

    first = opening_of_token(doors[0])
    connection.connection.close()  # as a server that restarted would do

    assert opening_of_token(doors[0]) == first
    assert first.takes_answers
    assert opening_of_token("nobody") is None


def test_no_table_is_read_whole_after_it_was_analysed_small(committed, doors, writers):
    with closing(psycopg2.connect(settings.DATABASE_OWNER_URL)) as owner, owner.cursor() as cursor:
        owner.autocommit = True
        cursor.execute("ANALYZE surveys_response")
    store(writers[0], sheet(committed, doors[0]))
    before = whole_reads(writers[0])
    store(writers[0], sheet(committed, doors[1]))

    assert whole_reads(writers[0]) == before


def whole_reads(writer):
    """How often the writer's transactions read all of the responses' table."""
    with writer.connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'surveys_response'"
        )
        return cursor.fetchone()


def test_the_database_is_never_asked_as_its_owner(committed):
    with psycopg2.connect(**connection.get_connection_params()) as raw, raw.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM surveys_response")
        assert cursor.fetchone() == (0,)
    raw.close()
