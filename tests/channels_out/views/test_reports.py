"""What Twilio reports of messages (reliability table 4.3)."""

import pytest

from channels_out.models import MessageEvent
from cxhub.lib.ids import uuid7
from cxhub.lib.tenancy import tenant
from tests.channels_out.views.twilio import SID, reported, status_path
from tests.factories.channels_out import ChannelFactory, MessageFactory


def test_a_report_moves_its_message(twilio, double, poster):
    message = MessageFactory(organisation=twilio.organisation, channel=twilio, state="sending")

    response = poster.post(status_path(twilio, message.pk), reported(double, message, "delivered"))

    message.refresh_from_db()
    assert response.status_code == 204
    assert (message.state, message.provider_id) == ("delivered", SID)


def test_an_unknown_word_is_stored_as_unmapped_and_told(
    twilio, double, poster, caplog, noticed, django_capture_on_commit_callbacks
):
    """reliability 4.3"""
    message = MessageFactory(organisation=twilio.organisation, channel=twilio, state="accepted")

    with django_capture_on_commit_callbacks(execute=True):
        response = poster.post(
            status_path(twilio, message.pk), reported(double, message, "teleported")
        )

    message.refresh_from_db()
    assert (response.status_code, message.state) == (204, "accepted")
    assert MessageEvent.objects.get().note == "unmapped"
    assert [r.word for r in caplog.records if r.message == "status_unmapped"] == ["teleported"]
    assert noticed() == {"status_unmapped": 1}


@pytest.mark.parametrize(
    ("before", "words", "after", "events"),
    [
        ("accepted", ["delivered", "sent", "queued"], "delivered", 3),
        ("sent", ["delivered", "delivered"], "delivered", 1),
        ("failed", ["delivered"], "failed", 1),
        ("undelivered", ["delivered"], "undelivered", 1),
        ("unknown", ["sent"], "sent", 1),
    ],
    ids=["out-of-order", "repeated", "after-terminal", "late", "adopts"],
)
def test_reports_are_taken_whatever_their_order(
    twilio, double, poster, before, words, after, events
):
    """reliability 4.3: 204, stored once, the state by rank."""
    message = MessageFactory(organisation=twilio.organisation, channel=twilio, state=before)
    path = status_path(twilio, message.pk)

    codes = {poster.post(path, reported(double, message, word)).status_code for word in words}

    message.refresh_from_db()
    assert (codes, message.state) == ({204}, after)
    assert MessageEvent.objects.count() == events


def test_another_sid_is_taken_as_a_conflict(
    twilio, double, poster, caplog, noticed, django_capture_on_commit_callbacks
):
    """reliability 4.3: perhaps the customer has it twice; an operator is told."""
    message = MessageFactory(
        organisation=twilio.organisation, channel=twilio, state="accepted", provider_id="SM-ours"
    )

    with django_capture_on_commit_callbacks(execute=True):
        response = poster.post(
            status_path(twilio, message.pk), reported(double, message, "delivered")
        )

    message.refresh_from_db()
    assert (response.status_code, message.state) == (204, "accepted")
    assert MessageEvent.objects.get().note == "sid_conflict"
    assert [r.levelname for r in caplog.records if r.message == "sid_conflict"] == ["ERROR"]
    assert noticed() == {"sid_conflict": 1}


def test_a_message_of_another_channel_or_organisation_is_not_found(
    twilio, other_organisation, double, poster
):
    ours = MessageFactory(
        organisation=twilio.organisation, channel=ChannelFactory(organisation=twilio.organisation)
    )
    with tenant(other_organisation.pk):
        foreign = MessageFactory(
            organisation=other_organisation,
            channel=ChannelFactory(organisation=other_organisation),
        )

    codes = [
        poster.post(status_path(twilio, m.pk), reported(double, m, "delivered")).status_code
        for m in (ours, foreign)
    ]

    assert codes == [404, 404]
    assert MessageEvent.objects.count() == 0


def test_an_unknown_error_code_keeps_its_number(twilio, double, poster):
    message = MessageFactory(organisation=twilio.organisation, channel=twilio, state="accepted")

    poster.post(
        status_path(twilio, message.pk), reported(double, message, "failed", ErrorCode="39999")
    )

    message.refresh_from_db()
    assert (message.state, message.error_code, message.reason) == ("failed", "39999", "rejected")


def test_an_unsigned_report_is_refused(twilio, double, client):
    """AB-41"""
    message = MessageFactory(organisation=twilio.organisation, channel=twilio, state="accepted")

    response = client.post(
        status_path(twilio, message.pk), reported(double, message, "failed", ErrorCode="30005")
    )

    message.refresh_from_db()
    assert response.status_code == 403
    assert (message.state, MessageEvent.objects.count()) == ("accepted", 0)


@pytest.mark.parametrize("forge", ["body", "path", "account"])
def test_a_forged_report_is_refused_and_not_stored(twilio, double, poster, forge):
    """AB-32: nor does a report of one message, signed by the provider, move another one."""
    message, other = (
        MessageFactory(organisation=twilio.organisation, channel=twilio, state="accepted")
        for _ in range(2)
    )
    said = reported(double, message, "failed")
    sent = {
        "body": {"parameters": said, "signed": said | {"MessageStatus": "delivered"}},
        "path": {"parameters": said, "signed_path": status_path(twilio, other.pk)},
        "account": {"parameters": said | {"AccountSid": "AC" + "f" * 32}},
    }

    response = poster.post(status_path(twilio, message.pk), **sent[forge])

    message.refresh_from_db()
    assert (response.status_code, response.content) == (403, b"")
    assert (message.state, MessageEvent.objects.count()) == ("accepted", 0)


def test_a_report_of_an_unknown_message_adopts_its_sid(twilio, double, poster):
    """reliability 4.3: the process died before it knew; the provider's report says what it was."""
    message = MessageFactory(organisation=twilio.organisation, channel=twilio, state="unknown")

    response = poster.post(status_path(twilio, message.pk), reported(double, message, "sent"))

    message.refresh_from_db()
    assert response.status_code == 204
    assert (message.state, message.provider_id) == ("sent", SID)


@pytest.mark.parametrize("message_id", [uuid7(), "x", "../../in"])
def test_a_message_that_is_not_the_channels_is_not_found(twilio, double, poster, message_id):
    message = MessageFactory(organisation=twilio.organisation, channel=twilio)

    response = poster.post(status_path(twilio, message_id), reported(double, message, "delivered"))

    assert response.status_code in (403, 404)
    assert MessageEvent.objects.count() == 0
