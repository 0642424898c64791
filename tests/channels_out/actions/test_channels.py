"""Changing a channel while it sends."""

from datetime import timedelta

from django.utils import timezone

from channels_out.actions.channels import update_channel
from channels_out.models import Channel
from tests.factories.channels_out import TwilioChannelFactory


def test_a_change_leaves_the_pace_that_sending_keeps(organisation):
    channel = TwilioChannelFactory(organisation=organisation)
    as_read = Channel.objects.get(pk=channel.pk)
    later = timezone.now() + timedelta(minutes=5)
    Channel.objects.filter(pk=channel.pk).update(paced_until=later)

    update_channel(
        channel=as_read,
        name="Texts",
        sender=channel.sender,
        credentials={},
        options={},
        is_default=True,
        is_active=True,
    )

    channel.refresh_from_db()
    assert (channel.name, channel.paced_until) == ("Texts", later)
