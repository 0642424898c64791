"""What sends and journeys need before anybody is asked."""

import pytest

from channels_out.actions.channels import create_channel


def make_channels(organisation):
    for kind, sender in (("email", "Shop <shop@shop.test>"), ("sms", "+33600000000")):
        create_channel(
            organisation=organisation, kind=kind, provider="simulator", name=kind, sender=sender
        )


@pytest.fixture(scope="module")
def made_channels(make_once, made_organisation):
    return make_once(make_channels, made_organisation)


@pytest.fixture
def channels(organisation, made_channels):
    """A sender of mails and one of texts, the simulator's."""
    made_channels.copy(organisation)
