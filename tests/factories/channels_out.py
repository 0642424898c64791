"""Factories of the channels_out app; all need the tenant to be set."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from channels_out.models import Channel, Message, MessageBody
from cxhub.lib.sealing import seal
from tests.doubles.twilio import ACCOUNT, TOKEN

SHORT_CODE = "38123"


class ChannelFactory(DjangoModelFactory):
    class Meta:
        model = Channel

    kind = "sms"
    provider = "simulator"
    name = factory.Sequence(lambda n: f"Channel {n}")
    sender = SHORT_CODE


class TwilioChannelFactory(ChannelFactory):
    """A channel whose account is the double's."""

    provider = "twilio"
    credentials = factory.LazyFunction(lambda: seal({"account_sid": ACCOUNT, "auth_token": TOKEN}))


class MessageBodyFactory(DjangoModelFactory):
    class Meta:
        model = MessageBody

    digest = factory.Sequence(lambda n: f"{n:064x}")
    text = "How was it? {link}"


class MessageFactory(DjangoModelFactory):
    """A survey message to a number of the French fiction range."""

    class Meta:
        model = Message

    body = factory.SubFactory(
        MessageBodyFactory, organisation=factory.SelfAttribute("..organisation")
    )
    channel = factory.SubFactory(
        ChannelFactory, organisation=factory.SelfAttribute("..organisation")
    )
    purpose = "reply"
    to = factory.Sequence(lambda n: f"+3363998{n % 10000:04d}")
    language = "fr"
    slots = {"link": "https://example.org/r/x"}
    dedupe_key = factory.Sequence(lambda n: f"message-{n}")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=24))
