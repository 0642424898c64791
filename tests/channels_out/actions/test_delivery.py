"""Whole deliveries against the Twilio double: outcome by outcome."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from channels_out.actions import claims, delivery, results
from channels_out.actions.delivery import deliver_messages
from channels_out.kinds.loop import run_in_loop
from channels_out.models import Message, MessageEvent
from cxhub.lib.sealing import seal
from events.models import DomainEvent
from tests.doubles import faults
from tests.factories.channels_out import MessageFactory


def deliver(*messages):
    deliver_messages(
        organisation_id=str(messages[0].organisation_id),
        message_ids=[str(m.pk) for m in messages],
    )
    for message in messages:
        message.refresh_from_db()


def carried(claim):
    """What the provider made of a claim; nothing is recorded."""
    work = delivery.carry(claim, delivery._envelopes(claim), time.monotonic() + 40)
    return run_in_loop(work)


def message_on(channel, **fields):
    return MessageFactory(organisation=channel.organisation, channel=channel, **fields)


def test_a_message_that_is_taken_is_accepted_with_its_sid(twilio, double, settings):
    message = message_on(twilio, to="+33639980001", sealed_slots=seal({"link": "https://x.y/r/1"}))

    deliver(message)

    sent = double.messages[0]
    assert (message.state, message.provider_id) == ("accepted", sent.sid)
    assert sent.body == "How was it? https://x.y/r/1"
    assert sent.status_callback == (
        f"{settings.SITE_URL}/hooks/sms/twilio/{twilio.pk}/status/{message.pk}"
    )
    assert (message.sealed_slots, message.sent_at is None) == ("", False)


def test_two_hundred_messages_are_one_chunk(twilio, double):
    messages = [message_on(twilio) for _ in range(200)]

    deliver(*messages)

    assert {m.state for m in messages} == {"accepted"}
    assert len({sent.sid for sent in double.messages}) == 200
    assert MessageEvent.objects.count() == 0  # a message that left tells so itself


@pytest.mark.parametrize(
    ("fault", "state", "reason", "attempts"),
    [
        (faults.refusal(400, 21211), "failed", "invalid_address", 1),
        (faults.refusal(400, 21614), "failed", "not_sms_capable", 1),
        (faults.OPTED_OUT, "failed", "opted_out", 1),
        (faults.too_many(), "retry_wait", "rate_limited", 0),
        (faults.CREDENTIALS, "retry_wait", "breaker", 0),
        (faults.server_error(), "unknown", "provider_error", 1),
        (faults.reset(), "unknown", "bad_reply", 1),
        (faults.html(), "unknown", "bad_reply", 1),
        (faults.truncated(), "unknown", "bad_reply", 1),
        (faults.without_sid(), "unknown", "bad_reply", 1),
    ],
)
def test_every_answer_has_its_state(twilio, double, fault, state, reason, attempts):
    double.script(fault)
    message = message_on(twilio)

    deliver(message)

    assert (message.state, message.reason, message.attempts) == (state, reason, attempts)


def test_a_provider_that_is_not_there_is_tried_again(twilio, settings):
    settings.TWILIO_API_BASE = "http://127.0.0.1:9"
    message = message_on(twilio)

    deliver(message)

    assert (message.state, message.reason, message.attempts) == ("retry_wait", "network", 1)
    wait = (message.next_attempt_at - timezone.now()).total_seconds()
    assert 20 < wait < 40


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 30), (2, 120), (3, 600), (4, 1800)], ids=str)
def test_waits_grow_with_the_attempts(twilio, settings, attempts, seconds):
    settings.TWILIO_API_BASE = "http://127.0.0.1:9"
    message = message_on(twilio, attempts=attempts - 1)

    deliver(message)

    wait = (message.next_attempt_at - timezone.now()).total_seconds()
    assert message.state == "retry_wait"
    assert seconds * 0.8 - 2 <= wait <= seconds * 1.2


def test_the_fifth_failure_is_the_last(twilio, settings):
    settings.TWILIO_API_BASE = "http://127.0.0.1:9"
    message = message_on(twilio, attempts=4)

    deliver(message)

    assert (message.state, message.reason, message.attempts) == ("failed", "network", 5)


def test_a_bounce_is_announced_with_its_address(twilio, double):
    double.script(faults.refusal(400, 21211))
    message = message_on(twilio, to="+33639980001")

    deliver(message)

    event = DomainEvent.objects.get(kind="message.bounced")
    assert event.payload == {
        "message": str(message.pk),
        "contact": None,
        "reason": "invalid_address",
        "address": "+33639980001",
        "address_kind": "phone",
    }


def test_refused_credentials_open_the_breaker(twilio, double):
    double.always(faults.CREDENTIALS)
    messages = [message_on(twilio) for _ in range(3)]

    deliver(*messages)
    deliver(*messages)

    twilio.refresh_from_db()
    assert twilio.breaker_open_until > timezone.now()
    assert twilio.breaker_reason == "credentials"
    assert {(m.state, m.attempts) for m in messages} == {("retry_wait", 0)}


def test_half_of_twenty_calls_failing_opens_the_breaker(twilio, double):
    double.script(*[faults.server_error() if n % 2 else None for n in range(20)])
    messages = [message_on(twilio) for _ in range(20)]

    deliver(*messages)

    twilio.refresh_from_db()
    assert twilio.breaker_open_until > timezone.now()


def test_fewer_than_twenty_calls_do_not_open_the_breaker(twilio, double):
    double.always(faults.server_error())
    messages = [message_on(twilio) for _ in range(19)]

    deliver(*messages)

    twilio.refresh_from_db()
    assert twilio.breaker_open_until is None
    assert (twilio.window_calls, twilio.window_errors) == (19, 19)


def test_f03_a_process_that_was_frozen_does_not_send_late(twilio, double, monkeypatch):
    message = message_on(twilio)
    real = claims.claim_messages

    def frozen(**arguments):
        found = real(**arguments)
        for claim in found:
            object.__setattr__(claim, "started", time.monotonic() - 61)
        return found

    monkeypatch.setattr(delivery, "claim_messages", frozen)

    deliver(message)

    assert double.requests == []
    assert (message.state, message.reason, message.attempts) == ("retry_wait", "late", 0)


def test_a_stale_claim_writes_evidence_only(twilio, double):
    message = message_on(twilio)
    claim = claims.claim_messages(
        organisation_id=twilio.organisation_id, message_ids=[str(message.pk)]
    )[0]
    Message.objects.filter(pk=message.pk).update(state="unknown")

    attempts = carried(claim)
    results.record_attempts(claim, attempts)

    message.refresh_from_db()
    event = MessageEvent.objects.get()
    assert (message.state, message.provider_id) == ("unknown", "")
    assert (event.status, event.provider_id) == ("accepted", double.messages[0].sid)
    assert event.note.startswith("fenced")


def test_a_provider_id_that_is_taken_spoils_its_row_only(twilio, double):
    first, second, third = (message_on(twilio) for _ in range(3))
    deliver(first)
    claim = claims.claim_messages(
        organisation_id=twilio.organisation_id, message_ids=[str(second.pk), str(third.pk)]
    )[0]
    receipts = carried(claim)
    object.__setattr__(receipts[0], "provider_id", first.provider_id)

    results.record_attempts(claim, receipts)

    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.state, second.reason) == ("unknown", "sid_conflict")
    assert third.state == "accepted"


def test_mail_carries_its_unsubscribe_link(email, ledger):
    link = "https://x.y/u/1"
    message = message_on(email, to="ada@shop.example", sealed_slots=seal({"unsubscribe_url": link}))

    deliver(message)

    headers = ledger.find(str(message.pk)).headers
    assert headers["List-Unsubscribe"] == f"<{link}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_paced_sender_keeps_to_its_rate(twilio, double):
    twilio.options = {"rate": "20"}
    twilio.save()
    messages = [message_on(twilio) for _ in range(20)]

    began = time.monotonic()
    deliver(*messages)
    took = time.monotonic() - began

    assert {m.state for m in messages} == {"accepted"}
    assert 0.9 < took < 3
    # Each left when the provider took it, not when the last one of its chunk did.
    created = {sent.sid: sent.created for sent in double.messages}
    assert all(abs(m.sent_at - created[m.provider_id]) < timedelta(seconds=0.3) for m in messages)


def test_a_paced_sender_takes_what_it_can_carry_and_leaves_the_rest(twilio, double):
    twilio.options = {"rate": "0.1"}
    twilio.save()
    messages = [message_on(twilio) for _ in range(5)]
    claim = claims.claim_messages(
        organisation_id=twilio.organisation_id, message_ids=[str(m.pk) for m in messages]
    )[0]

    rest = Message.objects.filter(state="queued")
    assert len(claim.messages) == 2
    assert {m.reason for m in rest} == {"paced"}
    assert all(m.next_attempt_at > timezone.now() + timedelta(seconds=10) for m in rest)


def test_a_task_is_worked_through_slice_by_slice(twilio, double, monkeypatch):
    monkeypatch.setattr(delivery, "SLICE", 3)
    messages = [message_on(twilio) for _ in range(10)]

    deliver(*messages)

    assert {m.state for m in messages} == {"accepted"}
    assert len({m.claim_token for m in messages}) == 4
    assert len(double.messages) == 10


def test_a_slice_that_was_claimed_and_never_began_is_given_back(twilio, double, monkeypatch):
    """The slice before it breaks in our own hands: what was claimed ahead was not sent."""
    monkeypatch.setattr(delivery, "SLICE", 2)
    messages = [message_on(twilio) for _ in range(4)]
    real, calls = delivery.carry, []

    def breaks_once(*arguments):
        calls.append(arguments)
        if len(calls) == 1:
            raise RuntimeError("broken")
        return real(*arguments)

    async def carry(*arguments):
        return await breaks_once(*arguments)

    monkeypatch.setattr(delivery, "carry", carry)

    with pytest.raises(RuntimeError, match="broken"):
        deliver(*messages)

    for message in messages:
        message.refresh_from_db()
    assert [m.state for m in messages] == ["sending"] * 2 + ["retry_wait"] * 2
    assert [(m.reason, m.attempts) for m in messages[2:]] == [("late", 0)] * 2
    assert double.requests == []


def test_what_there_is_no_time_for_stays_queued(twilio, double, monkeypatch):
    monkeypatch.setattr(delivery, "SLICE", 2)
    monkeypatch.setattr(delivery, "CLAIM_WITHIN", -1.0)
    messages = [message_on(twilio) for _ in range(4)]

    deliver(*messages)

    assert {(m.state, m.attempts) for m in messages} == {("queued", 0)}
    assert double.requests == []
