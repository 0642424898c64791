"""Changing and counting an answer while others do: each answer counts once."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import Organisation
from cxhub.lib.ids import uuid7
from cxhub.lib.tenancy import tenant
from events.models import DomainEvent
from surveys.actions import holding, rollups
from surveys.actions.changing import Wanted, change_response
from surveys.actions.doubts import PERSON, Signs
from surveys.actions.releasing import release_response
from surveys.actions.responses import Door, Submission, submit_response
from surveys.models import EarlierAnswer, Response, Score, ScoreRollup
from surveys.queries import openings
from tests.conftest import member
from tests.surveys.responses.conftest import invite, make_survey


@pytest.fixture
def survey(committed):
    organisation = Organisation.objects.create(name="Committed", slug=f"c-{uuid7().hex[-8:]}")
    with tenant(organisation.pk):
        survey = make_survey(organisation)
    yield survey
    connections.close_all()


def change(token, score):
    """Change the answer of a link, in a thread and a connection of its own."""
    try:
        opening = openings.opening_of_token(token)
        wanted = Wanted(lambda _definition: {"q1": score}, "en", PERSON)
        done = change_response(
            opening=opening, door=Door.of_token(token), submission_id=None, wanted=wanted
        )
        return done.kind
    finally:
        connections.close_all()


def recount(survey, how):
    try:
        with tenant(survey.organisation_id):
            how(survey)
    finally:
        connections.close_all()


def test_whatever_meets_a_change_each_answer_counts_once(survey):
    with tenant(survey.organisation_id):
        tokens = [invite(survey).token for _ in range(3)]
    for token in tokens:
        submit_response(Submission(Door.of_token(token), uuid4(), {"q1": 2}))
    rollups.roll_up(survey.organisation_id)

    tick = partial(recount, survey, lambda one: rollups.roll_up(one.organisation_id))
    anew = partial(recount, survey, lambda one: rollups.recompute(one.organisation, one))
    with ThreadPoolExecutor(8) as threads:
        work = [
            task
            for token in tokens
            for task in (partial(change, token, 9), tick, partial(change, token, 9), anew)
        ]
        done = [future.result(timeout=30) for future in [threads.submit(one) for one in work]]

    rollups.roll_up(survey.organisation_id)
    with tenant(survey.organisation_id):
        kept = [row.counts for row in ScoreRollup.objects.all()]
        assert done.count("changed") == 2 * len(tokens)
        assert {row.answers["q1"] for row in Response.objects.all()} == {9}
        assert set(Score.objects.values_list("value", flat=True)) == {9}
        totals = [sum(counts[value] for counts in kept) for value in (2, 9)]
        assert totals == [0, len(tokens)]
        assert EarlierAnswer.objects.count() == len(tokens)
        assert DomainEvent.objects.filter(kind="response.changed").count() == len(tokens)
    assert rollups.drift(survey.organisation, survey) == 0


def release(organisation_id, actor):
    with tenant(organisation_id):
        for response in Response.objects.within(organisation_id):
            release_response(response=response, actor=actor)


def answer(organisation_id, door):
    with tenant(organisation_id):
        return submit_response(Submission(door, uuid4(), {"q1": 9}))


def closing(work, *arguments):
    """Do it in a thread and a connection of its own."""
    try:
        return work(*arguments)
    finally:
        connections.close_all()


def begin(organisation_id, door):
    with tenant(organisation_id):
        return submit_response(Submission(door, uuid4(), {"q2": "Words"}, is_complete=False))


def test_whoever_meets_an_answer_that_waits_it_counts_once(survey):
    """Two clocks, a member who lets it count, and its customer who goes on with his own hand."""
    organisation_id = survey.organisation_id
    with tenant(organisation_id):
        actor = member(survey.organisation, "manager").user
        doors = [Door.of_token(invite(survey).token) for _ in range(3)]
    for door in doors:
        submit_response(Submission(door, uuid4(), {"q1": 4}, is_complete=False))
        submit_response(Submission(door, uuid4(), {"q1": 2}, signs=Signs(note="2")))
    with tenant(organisation_id):
        Response.objects.update(answered_at=timezone.now() - 2 * holding.HELD_FOR)

    own = [(way, organisation_id, door) for door in doors for way in (begin, answer)]
    clock, lets = (holding.settle_held, organisation_id), (release, organisation_id, actor)
    with ThreadPoolExecutor(6) as threads:
        done = [threads.submit(closing, *one) for one in [clock, lets, clock, *own]]
        kinds = [one.result(timeout=30).kind for one in done[3:]]

    rollups.roll_up(organisation_id)
    with tenant(organisation_id):
        assert set(kinds) <= {"created", "saved", "already_answered"}
        assert [row.begun for row in Response.objects.all()] == [None] * len(doors)
        assert [row.state for row in Response.objects.all()] == ["completed"] * len(doors)
        assert Score.objects.count() == len(doors)
        assert DomainEvent.objects.filter(kind="response.completed").count() == len(doors)
        assert sum(sum(row.counts) for row in ScoreRollup.objects.all()) == len(doors)
