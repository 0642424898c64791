"""Texts that Twilio hands on, signed as Twilio signs them (reliability table 4.2)."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from channels_out.models import InboundMessage, MessageEvent
from cxhub.lib.sealing import seal
from cxhub.lib.tenancy import tenant
from tests.channels_out.views.twilio import NUMBER, Twilio, inbound_path, reported, status_path
from tests.doubles.twilio import TOKEN
from tests.factories.channels_out import (
    SHORT_CODE,
    ChannelFactory,
    MessageFactory,
    TwilioChannelFactory,
)


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


def test_an_unsigned_text_is_refused(twilio, double, client, caplog, noticed):
    """AB-32: nothing is stored but a line and a count."""
    parameters = double.inbound_parameters(NUMBER, SHORT_CODE, "9")

    assert client.post(inbound_path(twilio), parameters).status_code == 403
    assert InboundMessage.objects.count() == 0
    assert noticed() == {"hook_refused": 1}
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


def test_a_hook_works_without_any_tenant_or_session(twilio, double, settings):
    assert Organisation.objects.count() == 1
    poster = Twilio(double, settings, Client(enforce_csrf_checks=True))
    parameters = double.inbound_parameters(NUMBER, SHORT_CODE, "9")

    assert poster.post(inbound_path(twilio), parameters).status_code == 200
