"""What the tests of alerts share: a way to send email, and the ledger of what was sent."""

import pytest

from cxhub.lib.simulator import Ledger
from tests.factories.alerts import mailbox


@pytest.fixture
def ledger(settings, tmp_path) -> Ledger:
    """Everything that the simulator carries out in this test."""
    settings.CXHUB_SIMULATOR = True
    settings.SIMULATOR_DIR = str(tmp_path)
    return Ledger(tmp_path / "ledger.sqlite3")


@pytest.fixture
def channel(organisation, ledger):
    return mailbox(organisation)
