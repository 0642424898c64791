"""From an answer to an incident: once, and only for what counts."""

import pytest

from alerts.actions.evaluation import evaluate
from alerts.actions.rules import create_rule, switch_rule
from alerts.models import Incident, Notification
from alerts.tasks import evaluate_response
from cases.models import Case
from events.actions.outbox import publish
from events.models import DomainEvent
from tests.alerts.actions.test_rules import wish
from tests.factories.alerts import answered, watched


def completed(response):
    return publish(
        organisation=response.organisation,
        kind="response.completed",
        payload={"response": str(response.pk), "survey": str(response.survey_id)},
    )


def test_a_bad_score_opens_an_incident_with_its_reactions(organisation, alice, bob):
    survey, rule = watched(organisation, alice, bob)
    response = answered(survey, 2, "Two days late.", name="Ann")

    (incident,) = evaluate(response=response)

    assert (incident.rule, incident.response) == (rule, response)
    assert incident.rule_version.revision == rule.revision
    case = Case.objects.get()
    assert (case.response, case.contact, case.is_automatic) == (response, response.contact, True)
    assert set(Notification.objects.values_list("incident", "member", "state")) == {
        (incident.pk, alice.pk, "pending"),
        (incident.pk, bob.pk, "pending"),
    }


@pytest.mark.parametrize("score", [7, 10])
def test_a_good_score_opens_nothing(organisation, alice, score):
    survey, _rule = watched(organisation, alice)

    assert evaluate(response=answered(survey, score)) == []
    assert Case.objects.count() == 0


@pytest.mark.parametrize("state", ["partial", "quarantined", "excluded", "withdrawn"])
def test_an_unconfirmed_answer_never_alerts(organisation, alice, state):
    """AB-18: what nobody confirmed opens no incident, whatever its score (D-AL-4)."""
    survey, _rule = watched(organisation, alice)
    response = answered(survey, 0, state=state)

    completed(response)
    evaluate_response(str(organisation.pk), event_ids())

    assert Incident.objects.count() == 0
    assert evaluate(response=response) == []


def test_the_event_consumed_twice_alerts_once(organisation, alice):
    survey, _rule = watched(organisation, alice)
    completed(answered(survey, 1))

    evaluate_response(str(organisation.pk), event_ids())
    evaluate_response(str(organisation.pk), event_ids())

    assert (Incident.objects.count(), Notification.objects.count()) == (1, 1)


def test_two_events_of_one_response_alert_once(organisation, alice):
    survey, _rule = watched(organisation, alice)
    response = answered(survey, 1)
    completed(response)
    completed(response)

    evaluate_response(str(organisation.pk), event_ids())

    assert (Incident.objects.count(), Notification.objects.count(), Case.objects.count()) == (
        1,
        1,
        1,
    )


def test_two_rules_are_two_incidents_and_one_case(organisation, alice):
    survey, _rule = watched(organisation, alice)
    other = wish(survey, alice, reactions=["open_case", "email"])
    create_rule(organisation=organisation, wish=other, created_by=None)

    evaluate(response=answered(survey, 1))

    assert (Incident.objects.count(), Case.objects.count()) == (2, 1)


def test_a_rule_that_is_off_watches_nothing(organisation, alice):
    survey, rule = watched(organisation, alice)
    switch_rule(rule=rule, is_active=False, actor=None)

    assert evaluate(response=answered(survey, 0)) == []


def test_another_survey_is_not_watched(organisation, alice):
    watched(organisation, alice)
    other, rule = watched(organisation, alice)
    switch_rule(rule=rule, is_active=False, actor=None)

    assert evaluate(response=answered(other, 0)) == []


@pytest.mark.parametrize("count", [1, 3])
def test_answers_that_nobody_watches_cost_one_look(
    organisation, alice, django_assert_num_queries, count
):
    survey, rule = watched(organisation, alice)
    switch_rule(rule=rule, is_active=False, actor=None)
    for _ in range(count):
        completed(answered(survey, 0))
    ids = event_ids()

    # The same for one and for three: nothing is asked per answer.
    with django_assert_num_queries(10):
        evaluate_response(str(organisation.pk), ids)


def event_ids():
    return [str(pk) for pk in DomainEvent.objects.values_list("pk", flat=True)]
