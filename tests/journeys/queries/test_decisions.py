"""Whether a customer is asked, and when: hours, open cases."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from contacts.actions.holds import hold_surveys
from journeys.queries.decisions import Proposal, decisions
from tests.factories.contacts import reachable
from tests.factories.surveys import LiveSurveyFactory


@pytest.fixture
def survey(organisation):
    return LiveSurveyFactory(organisation=organisation)


@pytest.mark.parametrize(
    ("now", "state", "due"),
    [
        ("2026-11-20T18:30", "planned", "2026-11-20T18:30"),
        ("2026-11-20T19:30", "deferred", "2026-11-21T07:00"),
        ("2026-11-21T19:30", "deferred", "2026-11-23T07:00"),
        ("2026-05-07T20:00", "deferred", "2026-05-09T06:00"),
    ],
)
def test_a_sender_that_keeps_hours_waits_for_them(organisation, survey, now, state, due):
    """AB-39: 08:00-20:00 in the customer's zone, not on Sundays nor on holidays."""
    contact = reachable(organisation, 1)
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    proposal = Proposal(
        survey=survey,
        channel_kind="sms",
        channel_is_ready=True,
        has_hours=True,
        due_at=moment,
        expires_at=moment + timedelta(hours=72),
    )

    decision = decisions(organisation, [contact], proposal, now=moment)[0]

    assert (decision.state, decision.due_at) == (
        state,
        datetime.fromisoformat(due).replace(tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("held_for", "due_in", "state", "eligible_in"),
    [
        (None, 0, "suppressed", None),
        (None, 24, "planned", None),
        (48, 0, "deferred", 48),
        (48, 49, "planned", None),
        (100, 0, "suppressed", 100),
    ],
)
def test_whoever_has_an_open_case_is_asked_later_or_not_at_all(
    organisation, survey, held_for, due_in, state, eligible_in
):
    """A question that is due later is looked at again then: the case may be closed."""
    contact = reachable(organisation, 1)
    now = timezone.now()

    def after(hours):
        return None if hours is None else now + timedelta(hours=hours)

    hold_surveys(
        organisation_id=organisation.pk,
        contact_id=contact.pk,
        held_by=contact.pk,
        until=after(held_for),
    )
    proposal = Proposal(
        survey=survey,
        channel_kind="email",
        channel_is_ready=True,
        has_hours=False,
        due_at=after(due_in),
        expires_at=after(due_in + 72),
    )

    decision = decisions(organisation, [contact], proposal, now=now)[0]

    reason = "" if state == "planned" else "open_case"
    assert (decision.state, decision.reason) == (state, reason)
    assert decision.free_at == after(eligible_in)
