"""One poison row, one broken organisation: the others go on."""

import pytest

from accounts.actions.rounds import for_each_organisation
from channels_out.actions.delivery import deliver_messages
from channels_out.actions.reconciling import sweep_organisation
from channels_out.enums import MessageState
from channels_out.models import Message
from tests.factories.channels_out import ChannelFactory, MessageFactory


@pytest.fixture
def channel(organisation, settings, tmp_path):
    settings.CXHUB_SIMULATOR, settings.SIMULATOR_DIR = True, tmp_path
    return ChannelFactory(organisation=organisation)


def messages(channel, count):
    return [
        MessageFactory(organisation=channel.organisation, channel=channel, purpose="notice")
        for _ in range(count)
    ]


def test_a_message_that_cannot_be_put_together_fails_alone(organisation, channel):
    bad, good = messages(channel, 2)
    Message.objects.filter(pk=bad.pk).update(sealed_slots="not a sealed text")

    deliver_messages(organisation_id=str(organisation.pk), message_ids=[str(bad.pk), str(good.pk)])

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.reason) == (MessageState.FAILED, "unreadable")
    assert good.state in {MessageState.SENT, MessageState.DELIVERED}


def test_a_poison_message_does_not_stop_the_sweep(organisation, channel):
    bad, lost = messages(channel, 2)
    Message.objects.update(
        state=MessageState.UNKNOWN, lease_until="2026-01-01T00:00:00Z", attempts=1
    )
    Message.objects.filter(pk=bad.pk).update(sealed_slots="not a sealed text")

    sweep_organisation(organisation.pk)

    lost.refresh_from_db()
    assert lost.looks == 1


def test_a_round_goes_on_after_one_organisation_failed(organisation):
    MessageFactory(organisation=organisation, channel=ChannelFactory(organisation=organisation))
    seen = []

    def work(organisation_id):
        seen.append(organisation_id)
        raise ValueError

    assert for_each_organisation("channels_out_due_organisations", work) == 0
    assert seen == [organisation.pk]
