"""What sends and journeys need before anybody is asked."""

import pytest

from channels_out.actions.channels import create_channel


@pytest.fixture
def channels(organisation):
    """A sender of mails and one of texts, the simulator's."""
    for kind, sender in (("email", "Shop <shop@shop.test>"), ("sms", "+33600000000")):
        create_channel(
            organisation=organisation, kind=kind, provider="simulator", name=kind, sender=sender
        )
