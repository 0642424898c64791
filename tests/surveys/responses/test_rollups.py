"""Every answer counts once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from cxhub.lib.tenancy import tenant
from events.models import DomainEvent
from surveys.actions import rollups
from surveys.actions.collectors import create_collector
from surveys.actions.doubts import Signs
from surveys.actions.responses import Door
from surveys.models import Response, Score, ScoreRollup, Survey
from surveys.tasks import check_rollups, refresh_rollup, roll_up
from tests.factories.accounts import OrganisationFactory, PlaceFactory
from tests.factories.surveys import ResponseFactory, SurveyFactory, SurveyVersionFactory
from tests.surveys.responses.conftest import invite, make_survey
from tests.surveys.responses.test_submit import submission, submit_response


def answer(survey, score, **options):
    answers = {} if score is None else {"q1": score}
    return submit_response(submission(invite(survey), answers, **options))


def buckets():
    return {
        (row.hour, row.channel, row.place_id): (row.counts, row.skipped)
        for row in ScoreRollup.objects.all()
    }


def counts(**values):
    return [values.get(f"n{value}", 0) for value in range(11)]


def test_a_tick_counts_what_waits_once(organisation, survey):
    at = datetime(2026, 3, 14, 10, 59, 59, tzinfo=UTC)
    for score, minutes in ((3, 0), (3, -20), (10, 1)):
        answer(survey, score, answered_at=at + timedelta(minutes=minutes))

    assert rollups.roll_up(organisation.pk) == 3
    assert rollups.roll_up(organisation.pk) == 0

    ten, eleven = at.replace(minute=0, second=0), at.replace(hour=11, minute=0, second=0)
    assert buckets() == {
        (ten, "email", None): (counts(n3=2), 0),
        (eleven, "email", None): (counts(n10=1), 0),
    }
    assert not Response.objects.filter(rolled_up_at=None).exists()
    assert Survey.objects.get().results_version == 1
    assert DomainEvent.objects.get(kind="rollup.refreshed").payload == {
        "survey": str(survey.pk),
        "version": 1,
    }


def test_later_answers_are_added_to_their_bucket(organisation, survey):
    at = timezone.now().replace(minute=5)
    for score in (0, 7, 7):
        answer(survey, score, answered_at=at)
        rollups.roll_up(organisation.pk)

    [(values, skipped)] = buckets().values()
    assert (values, skipped) == (counts(n0=1, n7=2), 0)
    assert rollups.drift(organisation, survey) == 0


def test_the_nightly_check_repairs_and_reports_what_differs(organisation, survey, caplog):
    make_survey(organisation)
    answer(survey, 3)
    rollups.roll_up(organisation.pk)
    before = buckets()
    check_rollups()
    assert not caplog.records
    ScoreRollup.objects.update(skipped=7)

    check_rollups()

    assert [(line.buckets, line.survey_id) for line in caplog.records] == [(1, str(survey.pk))]
    assert buckets() == before
    assert rollups.drift(organisation, survey) == 0


def test_only_completed_answers_count(organisation, survey):
    answer(survey, 3, is_complete=False)
    answer(survey, 3, signs=Signs(has_script=True))

    assert rollups.roll_up(organisation.pk) == 0


def test_a_question_left_out_is_counted_as_skipped(organisation):
    survey = make_survey(organisation)
    answer(survey, 9)
    Response.objects.update(state="completed")
    Score.objects.all().delete()
    rollups.roll_up(organisation.pk)

    [(values, skipped)] = buckets().values()
    assert (values, skipped) == (counts(), 1)


def test_places_and_channels_have_their_own_buckets(organisation, survey):
    place = PlaceFactory(organisation=organisation)
    code = create_collector(survey=survey, kind="qr", place=place).code
    submit_response(submission(Door(code=code), {"q1": 9}))
    answer(survey, 9)

    rollups.roll_up(organisation.pk)

    assert {key[1:] for key in buckets()} == {("qr", place.pk), ("email", None)}


def test_recomputing_repairs_drift(organisation, survey):
    for score in (2, 9):
        answer(survey, score)
    rollups.roll_up(organisation.pk)
    answer(survey, 5)
    Response.objects.filter(answers__q1=2).update(state="excluded")
    assert rollups.drift(organisation, survey) == 1

    rollups.recompute(organisation, survey)

    [(values, _skipped)] = buckets().values()
    assert values == counts(n9=1, n5=1)
    assert rollups.drift(organisation, survey) == 0
    assert rollups.roll_up(organisation.pk) == 0


def test_the_event_and_the_clock_both_count(
    organisation, survey, django_capture_on_commit_callbacks
):
    answer(survey, 4)
    event = DomainEvent.objects.get(kind="response.completed")

    refresh_rollup(str(organisation.pk), [str(event.pk)])
    event.refresh_from_db()
    answer(survey, 4)
    roll_up()

    assert "surveys.tasks.refresh_rollup" not in event.pending
    assert sum(sum(values) for values, _skipped in buckets().values()) == 2


def test_one_organisation_that_cannot_be_counted_stops_no_other(organisation, caplog):
    broken = SurveyFactory(organisation=organisation)
    version = SurveyVersionFactory(survey=broken, definition={"questions": [{}]})
    ResponseFactory(organisation=organisation, survey=broken, version=version)
    others = OrganisationFactory.create_batch(2)
    for other in others:
        with tenant(other.pk):
            sound = SurveyFactory(organisation=other)
            version = SurveyVersionFactory(survey=sound)
            ResponseFactory(organisation=other, survey=sound, version=version)

    roll_up()

    assert "round_failed" in caplog.text
    for other in others:
        with tenant(other.pk):
            assert Response.objects.get().rolled_up_at is not None


@pytest.mark.parametrize("template", ["csat", "ces"])
def test_every_metric_counts_by_raw_value(organisation, template):
    survey = make_survey(organisation, template)
    answer(survey, 5)

    rollups.roll_up(organisation.pk)

    rollup = ScoreRollup.objects.get()
    assert (rollup.metric, rollup.question_key, rollup.counts) == (template, "q1", counts(n5=1))


def test_a_bell_counts_one_batch_and_the_clock_the_rest(organisation, survey, monkeypatch):
    monkeypatch.setattr(rollups, "BATCH", 2)
    for _ in range(5):
        answer(survey, 9)
    event = DomainEvent.objects.filter(kind="response.completed").first()

    refresh_rollup(str(organisation.pk), [str(event.pk)])

    counted = Response.objects.exclude(rolled_up_at=None)
    assert counted.count() == 2
    roll_up()
    assert counted.count() == 5
