from datetime import timedelta

import pytest
from django.utils import timezone

from channels_out.actions.messages import Body, Letter, queue_messages
from channels_out.models import MessageBody
from cxhub.lib.sealing import unseal

BODY = Body(subject="How was it?", text="Tell us: {link}")


def letter(number=0, **changes):
    values = {
        "to": f"+3363998{number:04d}",
        "language": "fr",
        "body": BODY,
        "purpose": "reply",
        "dedupe_key": f"letter-{number}",
        "expires_at": timezone.now() + timedelta(hours=1),
        "secret_slots": {"link": f"https://example.org/r/{number}"},
        **changes,
    }
    return Letter(**values)


def test_queue_messages_stores_a_message_per_letter_and_one_body(organisation, sms):
    messages = queue_messages(
        organisation=organisation, channel=sms, letters=[letter(n) for n in range(3)]
    )

    assert [m.to for m in messages] == ["+33639980000", "+33639980001", "+33639980002"]
    assert {m.state for m in messages} == {"queued"}
    assert MessageBody.objects.count() == 1


def test_queue_messages_seals_secret_slots(organisation, sms):
    message = queue_messages(organisation=organisation, channel=sms, letters=[letter(7)])[0]

    assert message.slots == {}
    assert "example.org" not in message.sealed_slots
    assert unseal(message.sealed_slots) == {"link": "https://example.org/r/7"}


def test_queue_messages_queues_a_key_once(
    organisation, sms, ledger, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first = queue_messages(organisation=organisation, channel=sms, letters=[letter(1)])
    with django_capture_on_commit_callbacks(execute=True) as bells:
        again = queue_messages(
            organisation=organisation, channel=sms, letters=[letter(1, to="+33639980009")]
        )

    assert [m.pk for m in again] == [m.pk for m in first]
    assert bells == []
    assert [entry.to for entry in ledger.messages()] == ["+33639980001"]


def test_queue_messages_rings_and_the_message_arrives(
    organisation, sms, ledger, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        message = queue_messages(organisation=organisation, channel=sms, letters=[letter(2)])[0]

    message.refresh_from_db()
    assert ledger.messages()[0].text == "Tell us: https://example.org/r/2"
    assert (message.state, message.attempts, message.sealed_slots) == ("delivered", 1, "")


def test_queue_messages_waits_for_not_before(
    organisation, sms, ledger, django_capture_on_commit_callbacks
):
    later = timezone.now() + timedelta(minutes=5)
    with django_capture_on_commit_callbacks(execute=True):
        message = queue_messages(
            organisation=organisation, channel=sms, letters=[letter(3, not_before=later)]
        )[0]

    message.refresh_from_db()
    assert (message.state, message.next_attempt_at) == ("queued", later)
    assert ledger.messages() == []


@pytest.mark.parametrize(
    ("purpose", "queue"),
    [("survey", "sms"), ("reply", "inbound"), ("notice", "inbound"), ("alert", "alerts")],
)
def test_queue_messages_rings_on_the_queue_of_the_purpose(
    organisation, sms, django_capture_on_commit_callbacks, purpose, queue
):
    with django_capture_on_commit_callbacks() as bells:
        queue_messages(organisation=organisation, channel=sms, letters=[letter(4, purpose=purpose)])

    assert [bell.args[-1] for bell in bells] == [queue]
