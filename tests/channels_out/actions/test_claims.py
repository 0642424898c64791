from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from channels_out.actions.bells import deliver_due
from channels_out.actions.claims import claim_messages
from channels_out.actions.delivery import deliver_messages
from channels_out.enums import CLAIMABLE_STATES, MessageState
from channels_out.models import Message
from contacts.actions.holds import hold_surveys
from contacts.actions.suppression import opt_out
from contacts.models import Identity
from tests.factories.channels_out import MessageFactory, TwilioChannelFactory
from tests.factories.contacts import ContactFactory, IdentityFactory, reachable

FAR = datetime(2100, 1, 1, tzinfo=UTC)  # the database's clock goes on


def claim(*messages):
    claims = claim_messages(
        organisation_id=messages[0].organisation_id, message_ids=[str(m.pk) for m in messages]
    )
    for message in messages:
        message.refresh_from_db()
    return [UUID(message.id) for claim in claims for message in claim.messages]


def survey(organisation, channel, contact, number=0, **fields):
    return MessageFactory(
        organisation=organisation,
        channel=channel,
        contact=contact,
        to=f"+3363998{number:04d}",
        purpose="survey",
        **fields,
    )


@pytest.mark.parametrize("state", MessageState)
def test_claim_takes_waiting_messages_only(organisation, sms, state):
    message = MessageFactory(organisation=organisation, channel=sms, state=state)

    claimed = claim(message)

    is_waiting = state in CLAIMABLE_STATES
    assert claimed == ([message.pk] if is_waiting else [])
    assert message.state == ("sending" if is_waiting else state)


def test_claim_sets_token_lease_and_attempt(organisation, sms):
    message = MessageFactory(organisation=organisation, channel=sms)

    claim(message)

    assert message.attempts == 1
    assert message.claim_token is not None
    assert message.lease_until - message.claimed_at == timedelta(seconds=120)


def test_claim_takes_a_message_once(organisation, sms):
    message = MessageFactory(organisation=organisation, channel=sms)

    assert [claim(message), claim(message)] == [[message.pk], []]


def test_claim_leaves_what_is_not_due(organisation, sms):
    later = timezone.now() + timedelta(minutes=1)
    message = MessageFactory(organisation=organisation, channel=sms, next_attempt_at=later)

    assert claim(message) == []
    assert message.state == "queued"


def test_claim_expires_what_is_late(organisation, sms):
    message = MessageFactory(
        organisation=organisation, channel=sms, expires_at=timezone.now() - timedelta(seconds=1)
    )

    assert claim(message) == []
    assert (message.state, message.reason) == ("expired", "expired")


def test_a_survey_with_consent_is_claimed(organisation, sms):
    """AB-39"""
    message = survey(organisation, sms, reachable(organisation, 0))

    assert claim(message) == [message.pk]


def test_a_survey_without_consent_is_refused(organisation, sms):
    """AB-39"""
    contact = ContactFactory(organisation=organisation)
    IdentityFactory(contact=contact, kind="phone", value="+33639980000")
    message = survey(organisation, sms, contact)

    assert claim(message) == []
    assert (message.state, message.reason) == ("suppressed", "no_consent")


@pytest.mark.parametrize("state", sorted(CLAIMABLE_STATES))
def test_a_survey_after_withdrawal_is_refused(organisation, sms, state):
    """AB-39: nor is one sent again, which had been tried before the refusal."""
    message = survey(organisation, sms, reachable(organisation, 0), state=state)
    opt_out(
        organisation=organisation,
        kind="phone",
        value="+33639980000",
        channel="sms",
        purpose="survey",
        source="sms",
        reason="stop",
    )

    assert claim(message) == []
    assert (message.state, message.reason) == ("suppressed", "suppressed")


def test_an_address_that_is_no_longer_the_contacts_is_refused(organisation, sms):
    """AB-39"""
    contact = reachable(organisation, 0)
    message = survey(organisation, sms, contact)
    Identity.objects.filter(contact=contact, kind="phone").update(value="+33639980099")

    assert claim(message) == []
    assert (message.state, message.reason) == ("suppressed", "address_changed")


def test_a_reply_needs_no_consent(organisation, sms):
    """AB-39"""
    contact = ContactFactory(organisation=organisation)
    IdentityFactory(contact=contact, kind="phone", value="+33639980000")
    first = MessageFactory(
        organisation=organisation, channel=sms, contact=contact, to="+33639980000"
    )
    second = MessageFactory(organisation=organisation, channel=sms, to="+33639980001")

    taken = claim(first, second)

    assert set(taken) == {first.pk, second.pk}


@pytest.mark.parametrize("purpose", ["reply", "test"])
def test_a_stopped_number_of_nobody_is_written_nothing(organisation, sms, purpose):
    """AB-39"""
    message = MessageFactory(
        organisation=organisation, channel=sms, to="+33639980001", purpose=purpose
    )
    opt_out(
        organisation=organisation,
        kind="phone",
        value="+33639980001",
        channel="sms",
        purpose="survey",
        source="sms",
        reason="stop",
    )

    assert claim(message) == []
    assert (message.state, message.reason) == ("suppressed", "suppressed")


def test_the_budget_holds_inside_one_chunk(organisation, sms):
    """AB-39"""
    contact = reachable(organisation, 0)
    messages = [survey(organisation, sms, contact) for _ in range(3)]

    taken = claim(*messages)

    assert len(taken) == organisation.fatigue_per_contact == 2
    assert sorted(m.reason for m in messages) == ["", "", "fatigue"]


def test_the_budget_counts_what_was_sent_before(organisation, sms):
    """AB-39"""
    contact = reachable(organisation, 0)
    for _ in range(2):
        survey(organisation, sms, contact, state="delivered", claimed_at=timezone.now())
    message = survey(organisation, sms, contact)

    assert claim(message) == []
    assert (message.state, message.reason) == ("suppressed", "fatigue")


@pytest.mark.parametrize(
    ("state", "days"), [("failed", 1), ("suppressed", 1), ("retry_wait", 1), ("delivered", 31)]
)
def test_the_budget_forgets_what_did_not_arrive_or_is_old(organisation, sms, state, days):
    """AB-39"""
    contact = reachable(organisation, 0)
    for _ in range(2):
        survey(
            organisation,
            sms,
            contact,
            state=state,
            claimed_at=timezone.now() - timedelta(days=days),
        )
    message = survey(organisation, sms, contact)

    assert claim(message) == [message.pk]


def _at_hour(monkeypatch, instant):
    """The database's clock decides; the verdict is asked as of another instant."""
    from channels_out.actions import claims

    real = claims._candidates
    monkeypatch.setattr(
        claims,
        "_candidates",
        lambda *args: [candidate._replace(now=instant) for candidate in real(*args)],
    )


@pytest.mark.parametrize(
    ("instant", "opens"),
    [
        (datetime(2026, 11, 23, 10, 0, tzinfo=UTC), None),
        (datetime(2026, 11, 23, 20, 0, tzinfo=UTC), datetime(2026, 11, 24, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 22, 10, 0, tzinfo=UTC), datetime(2026, 11, 23, 7, 0, tzinfo=UTC)),
        (datetime(2026, 12, 25, 10, 0, tzinfo=UTC), datetime(2026, 12, 26, 7, 0, tzinfo=UTC)),
    ],
    ids=["weekday", "evening", "sunday", "christmas"],
)
def test_texts_wait_for_the_customers_hours(organisation, settings, monkeypatch, instant, opens):
    """AB-39"""
    channel = TwilioChannelFactory(organisation=organisation)
    message = survey(organisation, channel, reachable(organisation, 0), expires_at=FAR)
    _at_hour(monkeypatch, instant)

    taken = claim(message)

    assert taken == ([] if opens else [message.pk])
    if opens:
        assert (message.state, message.reason) == ("queued", "quiet_hours")
        assert message.next_attempt_at == opens


@pytest.mark.parametrize(
    ("purpose", "state"), [("survey", "suppressed"), ("reply", "sending"), ("alert", "sending")]
)
def test_whoever_has_an_open_case_is_answered_but_not_surveyed(organisation, sms, purpose, state):
    """AB-39: also when the case was opened after the question was queued."""
    contact = reachable(organisation, 1)
    message = MessageFactory(
        organisation=organisation, channel=sms, contact=contact, to="+33639980001", purpose=purpose
    )
    hold_surveys(organisation_id=organisation.pk, contact_id=contact.pk, held_by=message.pk)

    claim(message)

    assert (message.state, message.reason) == (state, "open_case" if purpose == "survey" else "")


@pytest.mark.parametrize(("hour", "state"), [(10, "sending"), (20, "suppressed")])
def test_a_test_keeps_the_hours_and_does_not_wait(organisation, monkeypatch, hour, state):
    """AB-39"""
    channel = TwilioChannelFactory(organisation=organisation)
    message = MessageFactory(
        organisation=organisation, channel=channel, purpose="test", expires_at=FAR
    )
    _at_hour(monkeypatch, datetime(2026, 11, 23, hour, 0, tzinfo=UTC))

    claim(message)

    assert (message.state, message.reason) == (state, "quiet_hours" if hour == 20 else "")


def test_validity_ends_with_the_customers_hours(organisation, monkeypatch):
    channel = TwilioChannelFactory(organisation=organisation)
    instant = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    message = survey(
        organisation,
        channel,
        reachable(organisation, 0),
        expires_at=FAR,
    )
    _at_hour(monkeypatch, instant)

    claims = claim_messages(organisation_id=organisation.pk, message_ids=[str(message.pk)])

    assert claims[0].messages[0].valid_for == 30 * 60


def test_claim_refuses_when_the_simulator_is_off(organisation, sms, settings):
    settings.CXHUB_SIMULATOR = False
    message = MessageFactory(organisation=organisation, channel=sms)

    assert claim(message) == []
    assert (message.state, message.reason) == ("suppressed", "simulator_off")


def test_claim_waits_for_a_channel_that_is_off(organisation, sms):
    sms.is_active = False
    sms.save()
    message = MessageFactory(organisation=organisation, channel=sms)

    assert claim(message) == []
    assert (message.state, message.reason, message.attempts) == ("queued", "channel_off", 0)


def test_claim_refuses_other_countries(organisation):
    channel = TwilioChannelFactory(organisation=organisation, options={"territories": "FR"})
    message = MessageFactory(organisation=organisation, channel=channel, to="+447700900123")

    assert claim(message) == []
    assert (message.state, message.reason) == ("suppressed", "territory")


def test_an_open_breaker_keeps_messages_queued_at_no_cost(organisation, sms):
    sms.breaker_open_until = timezone.now() + timedelta(seconds=20)
    sms.save()
    message = MessageFactory(organisation=organisation, channel=sms)

    assert claim(message) == []
    assert (message.state, message.reason, message.attempts) == ("queued", "breaker", 0)
    assert message.next_attempt_at > sms.breaker_open_until


def test_a_breaker_lets_one_message_probe(organisation, sms):
    sms.breaker_open_until = timezone.now() - timedelta(seconds=1)
    sms.save()
    messages = [MessageFactory(organisation=organisation, channel=sms) for _ in range(3)]

    taken = claim(*messages)

    sms.refresh_from_db()
    assert len(taken) == 1
    assert sorted(m.state for m in messages) == ["queued", "queued", "sending"]
    assert sms.breaker_open_until > timezone.now() + timedelta(seconds=20)


def test_a_probe_that_comes_through_releases_the_rest(organisation, sms, ledger):
    sms.breaker_open_until = timezone.now() - timedelta(seconds=1)
    sms.save()
    messages = [MessageFactory(organisation=organisation, channel=sms) for _ in range(3)]
    ids = [str(m.pk) for m in messages]

    deliver_messages(organisation_id=str(organisation.pk), message_ids=ids)
    deliver_messages(organisation_id=str(organisation.pk), message_ids=ids)

    sms.refresh_from_db()
    assert sms.breaker_open_until is None
    assert set(Message.objects.values_list("state", flat=True)) == {"delivered"}
    assert set(ledger.counts().values()) == {1}


def test_deliver_due_rings_for_what_is_due_once_per_while(
    organisation, sms, ledger, django_capture_on_commit_callbacks
):
    past = timezone.now() - timedelta(minutes=1)
    due = MessageFactory(organisation=organisation, channel=sms, next_attempt_at=past)
    MessageFactory(
        organisation=organisation,
        channel=sms,
        next_attempt_at=timezone.now() + timedelta(minutes=1),
    )

    with django_capture_on_commit_callbacks() as bells:
        first, second = deliver_due(), deliver_due()

    assert (first, second) == (1, 0)
    assert [bell.args[2]["message_ids"] for bell in bells] == [[str(due.pk)]]


def test_deliver_due_expires_what_is_late(organisation, sms):
    past = timezone.now() - timedelta(minutes=1)
    message = MessageFactory(
        organisation=organisation, channel=sms, next_attempt_at=past, expires_at=past
    )

    assert deliver_due() == 0
    message.refresh_from_db()
    assert message.state == "expired"


def test_the_frozen_clock_of_a_test_is_not_the_databases(organisation, sms):
    message = MessageFactory(organisation=organisation, channel=sms)

    with time_machine.travel(datetime(2020, 1, 1, tzinfo=UTC)):
        assert claim(message) == [message.pk]
