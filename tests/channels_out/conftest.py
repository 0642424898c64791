"""A simulator whose ledger belongs to one test, and a Twilio double."""

import pytest

from cxhub.lib.simulator import Ledger
from tests.doubles.twilio import TwilioDouble
from tests.factories.channels_out import ChannelFactory, TwilioChannelFactory


@pytest.fixture
def ledger(settings, tmp_path) -> Ledger:
    settings.CXHUB_SIMULATOR = True
    settings.SIMULATOR_DIR = tmp_path
    return Ledger(tmp_path / "ledger.sqlite3")


@pytest.fixture
def sms(organisation, ledger):
    return ChannelFactory(organisation=organisation, is_default=True)


@pytest.fixture
def email(organisation, ledger):
    return ChannelFactory(
        organisation=organisation, kind="email", sender="Shop <hello@shop.example>", is_default=True
    )


@pytest.fixture
def double(settings):
    with TwilioDouble() as double:
        settings.TWILIO_API_BASE = double.url
        yield double


@pytest.fixture
def twilio(organisation, double):
    return TwilioChannelFactory(organisation=organisation)
