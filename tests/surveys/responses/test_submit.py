"""`submit_response`: one rule behind every door."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cxhub.lib.ids import uuid7
from cxhub.subscriptions import SUBSCRIPTIONS
from events.models import DomainEvent
from surveys.actions.doubts import Signs
from surveys.actions.publishing import publish_survey
from surveys.actions.responses import Door, Submission, submit_response
from surveys.models import Invitation, Response, Score, Survey
from tests.surveys.responses.conftest import invite, make_survey


def submission(door, answers=None, **options):
    answers = {"q1": 3, "q2": "Two days late"} if answers is None else answers
    options.setdefault("submission_id", uuid4())
    if not isinstance(door, Door):
        door = Door.of_token(door.token)
    return Submission(door=door, answers=answers, **options)


def test_an_answer_becomes_a_response_with_its_score_and_its_event(survey, door):
    outcome = submit_response(submission(door, language="en"))

    response = Response.objects.get()
    assert outcome.kind == "created"
    assert (str(response.id), response.state) == (outcome.response_id, "completed")
    assert response.answers == {"q1": 3, "q2": "Two days late"}
    assert (response.survey_id, response.version_id) == (survey.pk, survey.current_version_id)
    assert (response.channel, response.language, response.flags) == ("email", "en", [])
    assert list(Score.objects.values_list("response", "question_key", "metric", "value")) == [
        (response.id, "q1", "nps", 3)
    ]
    event = DomainEvent.objects.get(kind="response.completed")
    assert event.payload == {
        "response": str(response.id),
        "survey": str(survey.pk),
        "invitation": str(door.invitation.pk),
        "contact": None,
    }
    assert event.pending == SUBSCRIPTIONS["response.completed"] != []
    assert Invitation.objects.get().completed_at is not None


def test_a_public_door_takes_many_answers(collector):
    first = submit_response(submission(Door(code=collector.code.lower())))
    second = submit_response(submission(Door(code=collector.code)))

    assert [first.kind, second.kind] == ["created", "created"]
    assert set(Response.objects.values_list("channel", "collector", "invitation")) == {
        ("web", collector.pk, None)
    }


def test_the_same_submission_twice_is_one_response(door):
    """AB-29"""
    sheet = submission(door)

    first, second = submit_response(sheet), submit_response(sheet)

    assert (first.kind, second.kind) == ("created", "replayed")
    assert first.response_id == second.response_id
    assert DomainEvent.objects.filter(kind="response.completed").count() == 1
    assert Score.objects.count() == 1


def test_other_answers_after_completion_are_refused(door):
    """AB-29"""
    sheet = submission(door)
    submit_response(sheet)

    changed = submit_response(submission(door, {"q1": 9}, submission_id=sheet.submission_id))

    assert changed.kind == "already_answered"
    assert Response.objects.get().answers["q1"] == 3


def test_a_public_submission_id_cannot_be_changed_afterwards(collector):
    """AB-29"""
    sheet = submission(Door(code=collector.code))
    submit_response(sheet)

    again = submit_response(sheet)
    changed = submit_response(
        submission(Door(code=collector.code), {"q1": 9}, submission_id=sheet.submission_id)
    )

    assert (again.kind, changed.kind) == ("replayed", "already_answered")
    assert Response.objects.get().answers["q1"] == 3


def test_a_personal_link_takes_one_answer(door):
    """AB-22"""
    submit_response(submission(door))

    second = submit_response(submission(door, {"q1": 10}))

    assert second.kind == "already_answered"
    assert second.response_id is None
    assert Response.objects.count() == 1


def test_what_a_script_sent_does_not_count_until_a_person_confirms(door):
    """AB-19"""
    scripted = submit_response(submission(door, {"q1": 0}, signs=Signs(has_script=True)))

    assert scripted.kind == "created"
    assert Response.objects.get().state == "quarantined"
    assert not Score.objects.exists()
    assert not DomainEvent.objects.filter(kind="response.completed").exists()
    assert Invitation.objects.get().completed_at is None

    confirmed = submit_response(submission(door, {"q1": 9}))

    assert (confirmed.kind, confirmed.response_id) == ("created", scripted.response_id)
    response = Response.objects.get()
    assert (response.state, response.answers) == ("completed", {"q1": 9})
    assert Score.objects.get().value == 9
    assert DomainEvent.objects.filter(kind="response.completed").count() == 1


def test_partial_answers_are_kept_and_then_completed(door):
    sheet = submission(door, {"q1": 7}, is_complete=False)

    saved = submit_response(sheet)
    more = submit_response(
        submission(door, {"q1": 8}, submission_id=sheet.submission_id, is_complete=False)
    )

    assert [saved.kind, more.kind] == ["saved", "saved"]
    assert Response.objects.get().state == "partial"
    assert not Score.objects.exists()

    done = submit_response(submission(door, {"q1": 8}, submission_id=sheet.submission_id))

    assert (done.kind, done.response_id) == ("created", saved.response_id)
    assert Response.objects.get().state == "completed"


def test_another_device_finishes_the_same_sheet(door):
    begun = submit_response(submission(door, {"q1": 7}, is_complete=False))

    done = submit_response(submission(door, {"q1": 2}))

    assert (done.kind, done.response_id) == ("created", begun.response_id)
    assert Response.objects.get().answers == {"q1": 2}


def test_a_late_partial_does_not_touch_a_completed_answer(door):
    sheet = submission(door)
    submit_response(sheet)

    late = submit_response(
        submission(door, {"q1": 3}, submission_id=sheet.submission_id, is_complete=False)
    )

    assert late.kind == "already_answered"
    assert Response.objects.get().state == "completed"


def test_a_closed_survey_takes_nothing(survey, door, collector):
    """AB-20"""
    Survey.objects.update(state="paused")

    assert submit_response(submission(door)).kind == "closed"
    assert submit_response(submission(Door(code=collector.code))).kind == "closed"
    assert not Response.objects.exists()


def test_an_expired_link_takes_nothing(survey):
    expired = invite(survey, days=-1)

    assert submit_response(submission(expired)).kind == "expired"


def test_a_link_opened_before_the_close_may_finish_within_a_day(survey, door, collector):
    """AB-30"""
    opened_at = timezone.now() - timedelta(hours=3)
    Survey.objects.update(state="closed", closed_at=timezone.now() - timedelta(hours=2))

    assert submit_response(submission(door)).kind == "closed"
    assert submit_response(submission(Door(code=collector.code))).kind == "closed"
    assert submit_response(submission(door, started_at=opened_at)).kind == "created"

    second = invite(survey)
    Survey.objects.update(closed_at=timezone.now() - timedelta(hours=25))
    early = timezone.now() - timedelta(hours=30)
    assert submit_response(submission(second, started_at=early)).kind == "closed"


def test_an_answer_keeps_the_version_it_was_opened_with(survey, door):
    """AB-30"""
    opened = survey.current_version_id
    survey.draft["brand"] = "Northwind"
    survey.save()
    publish_survey(survey=survey, actor=None)
    survey.refresh_from_db()
    assert survey.current_version_id != opened

    outcome = submit_response(submission(door, version_id=opened))

    assert outcome.kind == "created"
    assert Response.objects.get().version_id == opened


def test_the_version_of_another_survey_is_refused(organisation, door):
    other = make_survey(organisation, "csat")

    outcome = submit_response(submission(door, version_id=other.current_version_id))
    unknown = submit_response(submission(door, version_id=uuid4()))
    invalid = submit_response(submission(door, {"zz": 1}, version_id=other.current_version_id))

    assert [outcome.kind, unknown.kind, invalid.kind] == ["changed"] * 3
    assert not Response.objects.exists()


def test_an_unknown_token_is_unknown(survey):
    assert submit_response(submission(Door.of_token("nobody"))).kind == "unknown"
    assert submit_response(submission(Door(code="NOBODY"))).kind == "unknown"
    known_version = submission(Door.of_token("nobody"), version_id=survey.current_version_id)
    assert submit_response(known_version).kind == "unknown"


def test_a_suspended_organisation_takes_nothing(organisation, door):
    organisation.is_suspended = True
    organisation.save()

    assert submit_response(submission(door)).kind == "closed"


def test_wrong_answers_are_told_and_not_stored(door):
    outcome = submit_response(submission(door, {"q1": 11, "zz": 1}))

    assert outcome.kind == "invalid"
    assert [(problem.path, problem.code) for problem in outcome.problems] == [
        ("answers.q1", "invalid_answer"),
        ("answers.zz", "unknown_question"),
    ]
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "flags"), [(-30, ["suspect"]), (0.2, ["suspect"]), (60, []), (30 * 86400, [])]
)
def test_an_answer_faster_than_reading_is_flagged(door, seconds, flags):
    started_at = timezone.now() - timedelta(seconds=seconds)

    submit_response(submission(door, started_at=started_at))

    response = Response.objects.get()
    assert (response.state, response.flags) == ("completed", flags)
    assert response.answered_at - timedelta(days=7, seconds=5) < response.started_at
    assert response.started_at <= response.answered_at + timedelta(seconds=1)


def test_the_seed_sets_the_time_of_an_answer(door):
    answered_at = timezone.now() - timedelta(days=40)

    submit_response(submission(door, answered_at=answered_at))

    assert Response.objects.get().answered_at == answered_at
    assert Invitation.objects.get().completed_at == answered_at


def test_a_submission_of_another_door_is_not_shown(survey, door):
    """AB-22: knowing a submission id opens nothing."""
    sheet = submission(door)
    submit_response(sheet)
    other = invite(survey)

    outcome = submit_response(submission(other, submission_id=sheet.submission_id))

    assert (outcome.kind, outcome.response_id) == ("already_answered", None)


def test_ids_of_responses_are_time_ordered(door):
    before = uuid7().int >> 80
    submit_response(submission(door))

    assert before <= Response.objects.get().id.int >> 80 <= uuid7().int >> 80
