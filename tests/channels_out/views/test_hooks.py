"""Twilio's requests, signed as Twilio signs them (reliability tables 4.2 and 4.3)."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from channels_out.models import InboundMessage, MessageEvent
from cxhub.lib.ids import uuid7
from cxhub.lib.sealing import seal
from cxhub.lib.tenancy import tenant
from tests.doubles.twilio import TOKEN
from tests.factories.channels_out import (
    SHORT_CODE,
    ChannelFactory,
    MessageFactory,
    TwilioChannelFactory,
)

NUMBER = "+33639980001"
SID = "SM" + "1" * 32


class Twilio:
    """Posts to our hooks like the double's account."""

    def __init__(self, double, settings, client):
        self.double, self.settings, self.client = double, settings, client

    def post(self, path, parameters, *, signed=None, signed_path="", **extra):
        url = f"{self.settings.SITE_URL}{signed_path or path}"
        signature = self.double.signature(url, parameters if signed is None else signed)
        return self.client.post(
            path, parameters, headers={"X-Twilio-Signature": signature, **extra}
        )


@pytest.fixture
def poster(double, settings, client):
    return Twilio(double, settings, client)


def inbound_path(channel):
    return f"/hooks/sms/twilio/{channel.pk}/in"


def status_path(channel, message_id):
    return f"/hooks/sms/twilio/{channel.pk}/status/{message_id}"


def reported(double, message, status, **more):
    return {
        "AccountSid": double.account_sid,
        "From": SHORT_CODE,
        "MessageSid": SID,
        "MessageStatus": status,
        "To": message.to,
        **more,
    }


def test_the_paths_are_those_given_to_the_provider(twilio):
    assert reverse(
        "channels_out:hook-inbound",
        kwargs={"kind": "sms", "provider": "twilio", "channel": twilio.pk},
    ) == inbound_path(twilio)


def test_a_signed_text_is_stored_and_answered_with_nothing(twilio, double, poster):
    parameters = double.inbound_parameters(NUMBER, SHORT_CODE, "9 très bien")

    response = poster.post(inbound_path(twilio), parameters)

    assert (response.status_code, response["Content-Type"]) == (200, "text/xml")
    assert response.content.endswith(b"<Response></Response>")
    assert InboundMessage.objects.get().text == "9 très bien"


def test_a_replayed_text_has_no_effect(twilio, double, poster):
    """AB-32"""
    parameters = double.inbound_parameters(NUMBER, SHORT_CODE, "9")

    codes = [poster.post(inbound_path(twilio), parameters).status_code for _ in range(3)]

    assert codes == [200, 200, 200]
    assert InboundMessage.objects.count() == 1


@pytest.mark.parametrize(
    "forge",
    [
        {"signed": {}},
        {"signed_path": "/hooks/sms/twilio/other/in"},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "bm90IGEgc2lnbmF0dXJl"},
        {"X-Twilio-Signature": "é"},
    ],
    ids=["body", "path", "empty", "wrong", "not-ascii"],
)
def test_a_forged_text_is_refused_and_not_stored(twilio, double, poster, forge):
    """AB-32"""
    parameters = double.inbound_parameters(NUMBER, SHORT_CODE, "9")

    response = poster.post(inbound_path(twilio), parameters, **forge)

    assert (response.status_code, response.content) == (403, b"")
    assert InboundMessage.objects.count() == 0


def test_an_unsigned_text_is_refused(twilio, double, client, caplog):
    """AB-32: nothing is stored but a line that can be counted."""
    parameters = double.inbound_parameters(NUMBER, SHORT_CODE, "9")

    assert client.post(inbound_path(twilio), parameters).status_code == 403
    assert InboundMessage.objects.count() == 0
    assert [record.why for record in caplog.records if record.name == "security"] == [
        "bad_signature"
    ]


@pytest.mark.parametrize("field", ["AccountSid", "To"])
def test_another_account_or_number_is_refused(twilio, double, poster, caplog, field):
    """AB-32"""
    parameters = double.inbound_parameters(NUMBER, SHORT_CODE, "9") | {field: "36999"}

    response = poster.post(inbound_path(twilio), parameters)

    assert response.status_code == 403
    assert InboundMessage.objects.count() == 0
    assert [record.why for record in caplog.records if record.name == "security"] == [
        "foreign_account"
    ]


def test_the_host_header_does_not_decide_what_was_signed(twilio, double, settings):
    """AB-32"""
    settings.ALLOWED_HOSTS = ["*"]
    poster = Twilio(double, settings, Client(HTTP_HOST="evil.example"))
    parameters = double.inbound_parameters(NUMBER, SHORT_CODE, "9")

    assert poster.post(inbound_path(twilio), parameters).status_code == 200


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
def test_a_signed_text_without_its_fields_is_a_bad_request(twilio, double, poster, missing):
    parameters = double.inbound_parameters(NUMBER, SHORT_CODE, "9")
    del parameters[missing]

    response = poster.post(inbound_path(twilio), parameters)

    assert (response.status_code, response.content) == (400, b"")


def test_a_get_is_refused_unsigned_and_bad_signed(twilio, double, client, settings):
    path = f"{inbound_path(twilio)}?AccountSid={double.account_sid}"
    signature = double.signature(f"{settings.SITE_URL}{path}", {})

    unsigned = client.get(path)
    signed = client.get(path, headers={"X-Twilio-Signature": signature})

    assert (unsigned.status_code, signed.status_code) == (403, 400)


@pytest.mark.parametrize("sender", ["MaisonLune", "36180", "+999", "anonymous"])
def test_a_text_from_nobody_who_can_be_answered_is_stored(twilio, double, poster, sender):
    parameters = double.inbound_parameters(sender, SHORT_CODE, "9")

    assert poster.post(inbound_path(twilio), parameters).status_code == 200
    assert InboundMessage.objects.get().outcome == "unroutable"


def test_media_are_counted_and_never_fetched(twilio, double, poster):
    parameters = double.inbound_parameters(
        NUMBER, SHORT_CODE, "9", NumMedia="3", MediaUrl0="http://127.0.0.1:9/x"
    )
    parameters["NumMedia"] = "3"

    poster.post(inbound_path(twilio), parameters)

    assert InboundMessage.objects.get().media == 3


def test_twilios_own_reading_of_stop_wins(twilio, double, poster):
    """AB-34"""
    parameters = double.inbound_parameters(NUMBER, SHORT_CODE, "basta", OptOutType="STOP")

    poster.post(inbound_path(twilio), parameters)

    assert InboundMessage.objects.get().outcome == "opt_out"


def test_a_nul_in_a_text_is_no_server_error(twilio, double, poster):
    parameters = double.inbound_parameters(NUMBER, SHORT_CODE, "9\x00!")

    assert poster.post(inbound_path(twilio), parameters).status_code == 200


def test_a_channel_that_is_not_twilios_has_no_hook(organisation, ledger, double, poster):
    channel = ChannelFactory(organisation=organisation)
    parameters = double.inbound_parameters(NUMBER, SHORT_CODE, "9")

    assert poster.post(inbound_path(channel), parameters).status_code == 403


@pytest.mark.parametrize("channel", ["x", "0", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_channel_is_refused(db, double, poster, channel):
    parameters = double.inbound_parameters(NUMBER, SHORT_CODE, "9")

    assert poster.post(f"/hooks/sms/twilio/{channel}/in", parameters).status_code == 403


@pytest.mark.parametrize("at", ["inbound", "status"])
def test_another_organisations_channel_proves_nothing_here(
    twilio, other_organisation, double, poster, at
):
    """AB-32: signed rightly for one channel, with the account or the number of another one."""
    with tenant(other_organisation.pk):
        theirs = TwilioChannelFactory(
            organisation=other_organisation,
            sender="36200",
            credentials=seal({"account_sid": "AC" + "b" * 32, "auth_token": TOKEN}),
        )
    message = MessageFactory(organisation=twilio.organisation, channel=twilio, state="accepted")
    said = {
        "inbound": double.inbound_parameters(NUMBER, SHORT_CODE, "9"),
        "status": reported(double, message, "failed"),
    }[at]
    path = {"inbound": inbound_path(theirs), "status": status_path(theirs, message.pk)}[at]

    response = poster.post(path, said)

    message.refresh_from_db()
    assert (response.status_code, response.content) == (403, b"")
    assert message.state == "accepted"
    assert InboundMessage.objects.count() == MessageEvent.objects.count() == 0


def test_a_report_moves_its_message(twilio, double, poster):
    message = MessageFactory(organisation=twilio.organisation, channel=twilio, state="sending")

    response = poster.post(status_path(twilio, message.pk), reported(double, message, "delivered"))

    message.refresh_from_db()
    assert response.status_code == 204
    assert (message.state, message.provider_id) == ("delivered", SID)


def test_an_unknown_word_is_stored_as_unmapped_and_told(twilio, double, poster, caplog):
    """reliability 4.3"""
    message = MessageFactory(organisation=twilio.organisation, channel=twilio, state="accepted")

    response = poster.post(status_path(twilio, message.pk), reported(double, message, "teleported"))

    message.refresh_from_db()
    assert (response.status_code, message.state) == (204, "accepted")
    assert MessageEvent.objects.get().note == "unmapped"
    assert [r.word for r in caplog.records if r.message == "status_unmapped"] == ["teleported"]


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


def test_another_sid_is_taken_as_a_conflict(twilio, double, poster, caplog):
    """reliability 4.3: perhaps the customer has it twice; an operator is told."""
    message = MessageFactory(
        organisation=twilio.organisation, channel=twilio, state="accepted", provider_id="SM-ours"
    )

    response = poster.post(status_path(twilio, message.pk), reported(double, message, "delivered"))

    message.refresh_from_db()
    assert (response.status_code, message.state) == (204, "accepted")
    assert MessageEvent.objects.get().note == "sid_conflict"
    assert "sid_conflict" in [record.message for record in caplog.records]


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


def test_a_hook_works_without_any_tenant_or_session(twilio, double, settings):
    assert Organisation.objects.count() == 1
    poster = Twilio(double, settings, Client(enforce_csrf_checks=True))
    parameters = double.inbound_parameters(NUMBER, SHORT_CODE, "9")

    assert poster.post(inbound_path(twilio), parameters).status_code == 200
