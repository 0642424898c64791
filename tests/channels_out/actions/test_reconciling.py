"""Messages whose fate is unknown (F24, F27)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from channels_out.actions.delivery import deliver_messages
from channels_out.actions.reconciling import sweep, sweep_organisation
from channels_out.models import Message
from cxhub.lib.sealing import seal
from tests.doubles import faults
from tests.doubles.smtp import CUT_BEFORE_REPLY, SmtpSink
from tests.factories.channels_out import ChannelFactory, MessageFactory


def deliver(message):
    deliver_messages(organisation_id=str(message.organisation_id), message_ids=[str(message.pk)])
    message.refresh_from_db()


def look(message):
    """Two minutes, or one more, have passed."""
    Message.objects.filter(pk=message.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep_organisation(message.organisation_id)
    message.refresh_from_db()


def message_on(channel, **fields):
    return MessageFactory(organisation=channel.organisation, channel=channel, **fields)


def test_a_lease_that_ran_out_leaves_an_unknown_message(twilio, double):
    message = message_on(twilio, state="sending", lease_until=timezone.now() - timedelta(seconds=1))

    sweep()

    message.refresh_from_db()
    assert (message.state, message.reason) == ("unknown", "lease_expired")


def test_a_lease_that_runs_is_left_alone(twilio, double):
    message = message_on(
        twilio, state="sending", lease_until=timezone.now() + timedelta(seconds=60)
    )

    sweep()

    message.refresh_from_db()
    assert message.state == "sending"


@pytest.mark.parametrize(
    "fault",
    [faults.reset(), faults.html(), faults.truncated(), faults.without_sid()],
    ids=["f24-reset", "f27-html", "f27-truncated", "f27-no-sid"],
)
def test_what_the_provider_has_is_adopted(twilio, double, fault):
    double.script(fault)
    message = message_on(twilio)
    deliver(message)

    look(message)

    assert (message.state, message.provider_id) == ("accepted", double.messages[0].sid)
    assert len(double.messages) == 1


def test_absent_twice_is_sent_again_once(twilio, double):
    double.script(faults.server_error())
    message = message_on(twilio)
    deliver(message)

    look(message)
    assert (message.state, message.looks) == ("unknown", 1)
    look(message)

    assert (message.state, message.is_resent) == ("retry_wait", True)
    deliver(message)
    assert message.state == "accepted"
    assert len(double.messages) == 1


def test_absent_twice_after_the_second_try_is_ambiguous(twilio, double):
    double.script(faults.server_error(), faults.server_error())
    message = message_on(twilio)
    deliver(message)
    for _ in range(2):
        look(message)
    deliver(message)
    for _ in range(2):
        look(message)

    assert (message.state, message.reason) == ("failed", "ambiguous")
    assert double.messages == []


def test_two_looks_are_a_minute_apart(twilio, double):
    double.script(faults.server_error())
    message = message_on(twilio)
    deliver(message)
    look(message)

    sweep()

    message.refresh_from_db()
    assert message.looks == 1
    assert message.lease_until > timezone.now() + timedelta(seconds=50)


def test_a_provider_that_cannot_be_asked_proves_nothing(twilio, double, settings):
    double.script(faults.reset())
    message = message_on(twilio)
    deliver(message)
    settings.TWILIO_API_BASE = "http://127.0.0.1:9"

    look(message)

    assert (message.state, message.looks) == ("unknown", 0)


def test_a_stranger_with_the_same_words_is_not_taken_for_ours(twilio, double):
    first = message_on(twilio, to="+33639980001")
    deliver(first)
    double.script(faults.server_error())
    second = message_on(twilio, to="+33639980001", body=first.body)
    deliver(second)

    look(second)

    assert (second.state, second.looks) == ("unknown", 1)


def test_the_simulator_is_asked_as_well(sms, ledger):
    message = message_on(sms, state="unknown", claimed_at=timezone.now())

    look(message)
    look(message)
    deliver(message)

    assert message.state == "delivered"
    assert ledger.count(str(message.pk)) == 1


@pytest.mark.parametrize(
    ("purpose", "state"), [("alert", "retry_wait"), ("reply", "failed")], ids=str
)
def test_mail_of_unknown_fate_is_sent_again_for_alerts_only(organisation, purpose, state):
    with SmtpSink() as sink:
        channel = ChannelFactory(
            organisation=organisation,
            kind="email",
            provider="smtp",
            sender="Shop <hello@shop.example>",
            options={"host": sink.host, "port": str(sink.port), "security": "none"},
        )
        sink.script.content.append(CUT_BEFORE_REPLY)
        message = message_on(
            channel,
            to="ada@shop.example",
            purpose=purpose,
            sealed_slots=seal({"link": "https://x.y"}),
        )
        deliver(message)
        assert message.state == "unknown"

        look(message)

        assert message.state == state
        if state == "retry_wait":
            deliver(message)
            ids = {mail.message["Message-ID"] for mail in sink.received}
            assert (message.state, len(sink.received), len(ids)) == ("accepted", 2, 1)
        else:
            assert message.reason == "ambiguous"
