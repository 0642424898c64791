"""Pages that wait for the network have no transaction open while they do."""

import socket

import pytest
from django.db import connection

from channels_out.models import Channel
from channels_out.views import channels as views
from cxhub.lib.tenancy import tenant
from tests.factories.accounts import OrganisationFactory
from tests.factories.channels_out import TwilioChannelFactory

pytestmark = pytest.mark.slow  # real transactions

MAIL = {
    "name": "Mail",
    "sender": "a@shop.example",
    "host": "mail.shop.example",
    "port": "587",
    "security": "starttls",
}


@pytest.fixture
def organisation(committed):
    """An organisation in no transaction of the test's."""
    return OrganisationFactory()


def path(organisation, rest):
    return f"/o/{organisation.slug}/settings/channels/{rest}"


@pytest.fixture
def open_transactions(monkeypatch, settings):
    """Whether a transaction was open, each time that the page turned to the network."""
    settings.ALLOW_INTERNAL_HOSTS = False
    seen, run = [], views.run_in_loop

    def look_up(host, *_, **__):
        seen.append(connection.in_atomic_block)
        address = "93.184.216.34" if host == MAIL["host"] else "93.184.216.35"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    def run_in_loop(work):
        seen.append(connection.in_atomic_block)
        return run(work)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(views, "run_in_loop", run_in_loop)
    return seen


def test_a_server_is_looked_up_outside_of_the_transaction(
    organisation, alice_client, open_transactions
):
    """AB-45"""
    made = alice_client.post(path(organisation, "new/email/smtp/"), MAIL)
    with tenant(organisation.pk):
        channel = Channel.objects.get(kind="email")
    changed = alice_client.post(path(organisation, f"{channel.pk}/"), MAIL | {"name": "Post"})

    assert (made.status_code, changed.status_code) == (302, 302)
    # Twice the mail server's name, and our own.
    assert open_transactions == [False] * 4


def test_a_provider_is_asked_outside_of_the_transaction(
    organisation, alice_client, settings, open_transactions
):
    settings.TWILIO_API_BASE = "http://127.0.0.1:9"
    with tenant(organisation.pk):
        channel = TwilioChannelFactory(organisation=organisation)

    response = alice_client.post(path(organisation, f"{channel.pk}/check/"))

    assert response.status_code == 302
    assert open_transactions[0] is False
