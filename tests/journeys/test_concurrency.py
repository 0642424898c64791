"""Real connections side by side: a send is cancelled while it is handed over."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from channels_out.actions.channels import create_channel
from channels_out.models import Message
from contacts.models import Identity
from cxhub.lib.tenancy import tenant
from journeys.actions.pausing import cancel_send, pause_send
from journeys.actions.sending import send_outreach
from journeys.models import Outreach
from tests.factories.accounts import OrganisationFactory
from tests.factories.contacts import reachable
from tests.factories.journeys import OutreachFactory, SendFactory
from tests.factories.surveys import LiveSurveyFactory
from tests.side_by_side import PATIENCE, apart, wait_until_blocked

pytestmark = pytest.mark.slow  # several real connections


@pytest.fixture
def send(committed):
    """A running send to one customer, which every connection sees."""
    organisation = OrganisationFactory()
    with tenant(organisation.pk):
        create_channel(
            organisation=organisation,
            kind="sms",
            provider="simulator",
            name="Texts",
            sender="+33600000000",
        )
        send = SendFactory(survey=LiveSurveyFactory(organisation=organisation), channel_kind="sms")
        OutreachFactory(
            contact=reachable(organisation, 1), survey=send.survey, send=send, channel_kind="sms"
        )
    return send


def stop_it(send, stop):
    with tenant(send.organisation_id):
        return stop(send=send, actor=None).state


@pytest.mark.parametrize(
    ("stop", "state", "message_state"),
    [(cancel_send, "cancelled", "cancelled"), (pause_send, "paused", "draft")],
)
def test_a_send_is_stopped_while_its_last_row_is_handed_over(send, stop, state, message_state):
    """The hand-over holds the row and waits for the number; who stops it waits for the row.

    Its message is taken back, unless it left in the moment between the two.
    """
    organisation_id = send.organisation_id
    with ThreadPoolExecutor(2) as pool:
        with tenant(organisation_id):
            list(Identity.objects.select_for_update().filter(kind="phone"))
            handed_over = apart(pool, lambda: send_outreach(organisation_id=organisation_id))
            wait_until_blocked(1)
            stopped = apart(pool, lambda: stop_it(send, stop))
            wait_until_blocked(2)
        results = (handed_over.result(PATIENCE), stopped.result(PATIENCE))

    with tenant(organisation_id):
        send.refresh_from_db()
        states = (send.state, Outreach.objects.get().state)
        message = Message.objects.get()
    assert results == (1, state)
    assert states == (state, "sent")
    assert message.state in (message_state, "delivered")
