"""What tests of the hooks share."""

import pytest

from cxhub.lib.tallies import tallies
from tests.channels_out.views.twilio import Twilio


@pytest.fixture
def poster(double, settings, client):
    return Twilio(double, settings, client)


@pytest.fixture
def noticed():
    """What an operator's figures have gained since the test began."""
    before = tallies()
    return lambda: {name: n - before[name] for name, n in tallies().items() if n != before[name]}
