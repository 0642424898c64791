"""The settings of channels."""

import pytest
import time_machine

from channels_out.kinds import KINDS
from channels_out.kinds.hosts import is_public
from channels_out.models import Channel, Message
from contacts.actions.suppression import opt_out
from cxhub.lib.sealing import seal, unseal
from tests.conftest import client_of
from tests.doubles.twilio import ACCOUNT, TOKEN
from tests.factories.channels_out import ChannelFactory, MessageFactory, TwilioChannelFactory
from tests.factories.contacts import reachable


def path(organisation, rest=""):
    return f"/o/{organisation.slug}/settings/channels/{rest}"


TWILIO = {
    "name": "Short code",
    "sender": "38123",
    "account_sid": ACCOUNT,
    "auth_token": TOKEN,
    "rate": "10",
    "territories": "",
}


def test_the_list_shows_each_channel_with_its_state(organisation, sms, alice_client):
    Channel.objects.create(organisation=organisation, kind="qr", name="QR code")

    html = alice_client.get(path(organisation)).content.decode()

    assert sms.name in html
    assert html.count("Ready") == 2
    assert html.count("There is nothing to set up here") == 1
    assert f'href="/o/{organisation.slug}/surveys/">Choose a survey to share' in html


def test_the_list_asks_the_same_queries_for_one_and_for_three(
    organisation, sms, alice_client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20) as one:
        alice_client.get(path(organisation))
    for _ in range(2):
        ChannelFactory(organisation=organisation)

    with django_assert_max_num_queries(len(one)):
        alice_client.get(path(organisation))


def test_a_viewer_does_not_see_the_settings(organisation, sms, bob_client):
    assert bob_client.get(path(organisation)).status_code == 403


def test_a_channel_is_added_with_its_secrets_sealed(organisation, alice_client):
    response = alice_client.post(path(organisation, "new/sms/twilio/"), TWILIO)

    channel = Channel.objects.get()
    assert response.status_code == 302
    assert (channel.kind, channel.provider, channel.sender) == ("sms", "twilio", "38123")
    assert unseal(channel.credentials)["auth_token"] == TOKEN
    assert TOKEN not in channel.credentials
    assert channel.is_default
    assert channel.options["territories"] == "FR"


def test_a_wrong_form_keeps_what_was_typed(organisation, alice_client):
    response = alice_client.post(
        path(organisation, "new/sms/twilio/"), TWILIO | {"account_sid": "AC1"}
    )

    assert response.status_code == 422
    assert "38123" in response.content.decode()
    assert Channel.objects.count() == 0


@pytest.mark.parametrize("what", ["sms/nobody", "pigeon/post", "sms/simulator"])
def test_what_is_not_offered_cannot_be_added(organisation, alice_client, settings, what):
    settings.CXHUB_SIMULATOR = False

    assert alice_client.get(path(organisation, f"new/{what}/")).status_code == 404


def test_secrets_are_never_shown_again(organisation, alice_client, double):
    channel = TwilioChannelFactory(organisation=organisation)

    html = alice_client.get(path(organisation, f"{channel.pk}/")).content.decode()

    assert TOKEN not in html
    assert f"•••• {TOKEN[-4:]}" in html


@pytest.mark.parametrize("two_way", ["True", "False"])
def test_a_box_is_shown_as_it_was_saved(organisation, alice_client, two_way):
    channel = TwilioChannelFactory(organisation=organisation, options={"two_way": two_way})

    form = alice_client.get(path(organisation, f"{channel.pk}/")).context["form"]

    assert ("checked" in str(form["two_way"])) is (two_way == "True")


def test_a_secret_left_empty_stays(organisation, alice_client):
    channel = TwilioChannelFactory(organisation=organisation)

    response = alice_client.post(
        path(organisation, f"{channel.pk}/"),
        TWILIO | {"name": "Renamed", "auth_token": "", "account_sid": "", "is_active": "on"},
    )

    channel.refresh_from_db()
    assert response.status_code == 302
    assert (channel.name, channel.is_active) == ("Renamed", True)
    assert unseal(channel.credentials)["auth_token"] == TOKEN


def test_a_test_goes_to_my_own_address(
    organisation, email, ledger, alice, alice_client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        alice_client.post(path(organisation, f"{email.pk}/test/"), {"to": "victim@example.org"})

    assert [entry.to for entry in ledger.messages()] == [alice.user.email]


def test_a_test_text_goes_to_the_number_i_type(
    organisation, sms, ledger, alice_client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        alice_client.post(path(organisation, f"{sms.pk}/test/"), {"to": "06 39 98 00 01"})

    assert [entry.to for entry in ledger.messages()] == ["+33639980001"]


@pytest.mark.parametrize("is_known", [True, False])
def test_a_test_text_to_somebody_who_refused_is_refused(
    organisation, sms, ledger, alice_client, is_known, django_capture_on_commit_callbacks
):
    """AB-39: the number that a member types may be anybody's."""
    if is_known:
        reachable(organisation, 1)
    opt_out(
        organisation=organisation,
        kind="phone",
        value="+33639980001",
        channel="sms",
        purpose="survey",
        source="sms",
        reason="stop",
    )

    with django_capture_on_commit_callbacks(execute=True):
        page = alice_client.post(
            path(organisation, f"{sms.pk}/test/"), {"to": "06 39 98 00 01"}, follow=True
        )

    assert "Whoever has this number has asked not to be written to" in page.content.decode()
    assert (Message.objects.count(), ledger.messages()) == (0, [])


@pytest.mark.parametrize(
    ("instant", "number", "words"),
    [
        ("2026-11-24T20:30:00Z", "06 39 98 00 01", "No test at this hour"),
        ("2026-11-22T10:00:00Z", "06 39 98 00 01", "No test at this hour"),
        ("2026-11-24T10:00:00Z", "+44 7700 900123", "numbers of that country"),
    ],
    ids=["night", "sunday", "abroad"],
)
def test_a_test_text_keeps_to_hours_and_countries(
    organisation, twilio, alice, instant, number, words
):
    """AB-39"""
    twilio.options = {"territories": "FR"}
    twilio.save()

    with time_machine.travel(instant):
        page = client_of(alice).post(
            path(organisation, f"{twilio.pk}/test/"), {"to": number}, follow=True
        )

    assert words in page.content.decode()
    assert Message.objects.count() == 0


@pytest.mark.parametrize("number", ["", "abc", "+33899123456", "01 42 68 53 00"])
def test_a_test_text_to_no_mobile_is_refused(organisation, sms, alice_client, number):
    alice_client.post(path(organisation, f"{sms.pk}/test/"), {"to": number})

    assert Message.objects.count() == 0


def test_an_eleventh_test_within_the_hour_is_refused(organisation, email, alice_client):
    for _ in range(11):
        response = alice_client.post(path(organisation, f"{email.pk}/test/"), follow=True)

    assert Message.objects.count() == 10
    assert "Ten tests an hour" in response.content.decode()


def test_checking_a_channel_that_works_lets_its_messages_go(organisation, alice_client, double):
    channel = TwilioChannelFactory(organisation=organisation, breaker_reason="credentials")
    Channel.objects.update(breaker_open_until="2030-01-01T00:00Z")
    message = MessageFactory(
        organisation=organisation,
        channel=channel,
        reason="breaker",
        next_attempt_at="2030-01-01T00:00Z",
    )

    alice_client.post(path(organisation, f"{channel.pk}/check/"))

    channel.refresh_from_db()
    message.refresh_from_db()
    assert channel.breaker_open_until is None
    assert message.next_attempt_at.year == 2026 or message.reason == ""


def test_checking_a_broken_channel_says_why(organisation, alice_client, double):
    channel = TwilioChannelFactory(
        organisation=organisation,
        credentials=seal({"account_sid": ACCOUNT, "auth_token": "wrong"}),
    )

    response = alice_client.post(path(organisation, f"{channel.pk}/check/"), follow=True)

    assert "refused the credentials" in response.content.decode()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "::1",
        "169.254.169.254",
        "0x7f.1",
        "2130706433",
        "localhost.",
        "localhost",
        "[::]",
        "::",
        "0.0.0.0",
        "[::ffff:7f00:1]",
        "foo@127.0.0.1",
        "http://127.0.0.1",
        "gopher://127.0.0.1",
        "10.0.0.1",
        "::ffff:127.0.0.1",
        "224.0.0.1",
        "no such host",
        "",
        "[64:ff9b::7f00:1]",
        "93.184.216.34",
    ],
)
def test_a_mail_server_of_our_own_network_is_refused(organisation, alice_client, settings, host):
    """AB-45: nor is the address at which this very site is served a mail server's."""
    settings.ALLOW_INTERNAL_HOSTS = False
    settings.SITE_URL = "https://93.184.216.34"
    form = {
        "name": "Mail",
        "sender": "a@shop.example",
        "host": host,
        "port": "587",
        "security": "starttls",
    }

    response = alice_client.post(path(organisation, "new/email/smtp/"), form)

    assert response.status_code == 422
    assert Channel.objects.count() == 0


@pytest.mark.parametrize("port", ["22", "80", "5432", "6379"])
def test_a_port_that_no_mail_server_has_is_refused(organisation, alice_client, settings, port):
    """AB-45"""
    settings.ALLOW_INTERNAL_HOSTS = False
    form = {"name": "Mail", "sender": "a@shop.example", "host": "8.8.8.8", "security": "starttls"}

    refused = alice_client.post(path(organisation, "new/email/smtp/"), form | {"port": port})
    allowed = alice_client.post(path(organisation, "new/email/smtp/"), form | {"port": "587"})

    assert (refused.status_code, allowed.status_code) == (422, 302)
    assert "This port is not one for sending mail" in refused.content.decode()
    assert Channel.objects.get(kind="email").options["port"] == "587"


def test_a_public_address_is_allowed():
    """AB-45"""
    assert is_public("8.8.8.8")


def test_no_form_lets_a_member_choose_the_providers_address():
    """AB-45"""
    names = {
        name
        for kind in KINDS.values()
        for provider in kind.providers.values()
        for name in provider.form().fields
    }

    assert not {"api_base", "base_url", "url", "endpoint"} & names


@pytest.mark.parametrize("verb", ["", "test/", "check/"])
def test_another_organisations_channel_is_not_found(
    organisation, sms, other_organisation, charlie_client, verb
):
    response = charlie_client.post(path(other_organisation, f"{sms.pk}/{verb}"))

    assert response.status_code == 404
