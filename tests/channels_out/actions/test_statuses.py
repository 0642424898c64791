"""Status callbacks in any order, any number of times (F28)."""

import time
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels_out.actions.statuses import record_status
from channels_out.enums import RANKS, TRANSITIONS, FailureReason, MessageState
from channels_out.kinds.base import StatusUpdate
from channels_out.kinds.loop import run_in_loop
from channels_out.models import Message, MessageEvent
from events.models import DomainEvent
from tests.factories.channels_out import MessageFactory

SID = "SM1"


def update(word, state=None, sid=SID, code="", reason=None):
    return StatusUpdate(sid, word, state, code, reason)


REPORTS = {
    "queued": update("queued", MessageState.ACCEPTED),
    "sent": update("sent", MessageState.SENT),
    "delivered": update("delivered", MessageState.DELIVERED),
    "undelivered": update(
        "undelivered", MessageState.UNDELIVERED, code="30003", reason=FailureReason.UNREACHABLE
    ),
    "failed": update("failed", MessageState.FAILED, code="30007", reason=FailureReason.BLOCKED),
}


def message_in(channel, state, **fields):
    return MessageFactory(organisation=channel.organisation, channel=channel, state=state, **fields)


def report(channel, message, update):
    found = record_status(channel=channel, message_id=message.pk, update=update)
    message.refresh_from_db()
    return found


@pytest.mark.parametrize("word", REPORTS)
def test_a_report_moves_a_message_up_and_never_down(twilio, word):
    reported, after, noted = REPORTS[word].state, {}, []

    for before in MessageState:
        message = message_in(twilio, before)
        report(twilio, message, replace(REPORTS[word], provider_id=f"SM-{message.pk}"))
        after[before] = message.state
        noted.append(MessageEvent.objects.filter(message=message).count())

    assert after == {
        before: reported if RANKS[before] < RANKS[reported] else before for before in MessageState
    }
    assert noted == [1] * len(after)


def test_the_table_of_states_never_goes_down():
    for before, allowed in TRANSITIONS.items():
        if before.is_terminal:
            assert allowed == frozenset()
        # The ways back: a definite non-delivery, evidence that nothing was sent, being held back.
        back = (MessageState.RETRY_WAIT, MessageState.DRAFT)
        assert all(RANKS[after] >= RANKS[before] or after in back for after in allowed)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    words=st.lists(
        st.sampled_from(["queued", "sent", "delivered"]), min_size=1, max_size=12
    ).filter(lambda words: "delivered" in words),
    start=st.sampled_from(["sending", "unknown", "accepted"]),
)
def test_f28_the_final_state_is_the_true_one_in_any_order(twilio, words, start):
    message = message_in(twilio, start)

    for word in words:
        report(twilio, message, replace(REPORTS[word], provider_id=f"SM-{message.pk}"))

    events = MessageEvent.objects.filter(message=message)
    assert message.state == "delivered"
    assert sorted(events.values_list("status", flat=True)) == sorted(set(words))


def test_f28_a_report_before_our_own_commit_wins_over_it(twilio, double):
    from channels_out.actions import claims, delivery, results

    message = message_in(twilio, "queued")
    claim = claims.claim_messages(
        organisation_id=twilio.organisation_id, message_ids=[str(message.pk)]
    )[0]
    attempts = run_in_loop(delivery.carry(claim, delivery._envelopes(claim), time.monotonic() + 40))
    sid = double.messages[0].sid
    report(twilio, message, update("delivered", MessageState.DELIVERED, sid=sid))

    results.record_attempts(claim, attempts)

    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("delivered", sid)


@pytest.mark.parametrize("before", ["sending", "unknown"])
def test_a_report_gives_its_sid_to_a_message_without_one(twilio, before):
    message = message_in(twilio, before)

    report(twilio, message, REPORTS["queued"])

    assert (message.state, message.provider_id) == ("accepted", SID)


def test_another_sid_is_a_conflict_and_changes_nothing(twilio, caplog):
    message = message_in(twilio, "accepted", provider_id="SM-ours")

    report(twilio, message, REPORTS["delivered"])

    event = MessageEvent.objects.get()
    assert (message.state, message.provider_id) == ("accepted", "SM-ours")
    assert (event.note, event.provider_id) == ("sid_conflict", SID)
    assert "sid_conflict" in [record.message for record in caplog.records]


def test_a_sid_that_another_message_has_is_not_taken_twice(twilio, caplog):
    message_in(twilio, "accepted", provider_id=SID)
    message = message_in(twilio, "unknown")

    report(twilio, message, REPORTS["delivered"])

    assert (message.state, message.provider_id) == ("unknown", "")


def test_an_unknown_word_is_kept_and_moves_nothing(twilio):
    message = message_in(twilio, "accepted", provider_id=SID)

    report(twilio, message, update("teleported"))

    event = MessageEvent.objects.get()
    assert message.state == "accepted"
    assert (event.status, event.note) == ("teleported", "unmapped")


def test_delivery_after_undelivered_is_a_note(twilio):
    message = message_in(twilio, "undelivered", provider_id=SID)

    report(twilio, message, REPORTS["delivered"])

    assert message.state == "undelivered"
    assert MessageEvent.objects.get().note == "late_delivery"


def test_a_failure_keeps_code_and_reason_and_is_announced_once(twilio):
    message = message_in(twilio, "sent", provider_id=SID)
    bounce = update(
        "failed", MessageState.FAILED, code="30006", reason=FailureReason.NOT_SMS_CAPABLE
    )

    report(twilio, message, bounce)
    report(twilio, message, bounce)

    assert (message.state, message.error_code, message.reason) == (
        "failed",
        "30006",
        "not_sms_capable",
    )
    assert DomainEvent.objects.filter(kind="message.bounced").count() == 1
    assert message.settled_at is not None


def test_a_message_of_another_channel_is_not_found(twilio, sms):
    message = message_in(sms, "accepted")

    assert report(twilio, message, REPORTS["delivered"]) is None
    assert record_status(channel=twilio, message_id=uuid4(), update=REPORTS["sent"]) is None
    assert MessageEvent.objects.count() == 0


def test_events_cannot_be_rewritten(twilio):
    message = message_in(twilio, "accepted", provider_id=SID)
    report(twilio, message, REPORTS["sent"])

    with pytest.raises(Exception, match="append-only"):
        MessageEvent.objects.update(status="delivered")


def test_evidence_wins_over_a_wait_for_another_try(twilio):
    message = message_in(twilio, "retry_wait")

    report(twilio, message, REPORTS["sent"])

    assert message.state == "sent"
    assert Message.objects.get().provider_id == SID
