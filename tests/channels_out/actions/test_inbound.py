"""Texts from customers: once each, STOP first (AB-33, AB-34)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from channels_out.actions.claims import claim_messages
from channels_out.actions.inbound import receive
from channels_out.models import InboundMessage, Message, SmsConversation
from contacts.queries.reach import reachability
from contacts.queries.stop_list import stop_for
from cxhub.lib.sms.keywords import Keyword
from events.models import DomainEvent
from tests.factories.channels_out import ChannelFactory, MessageFactory
from tests.factories.contacts import reachable

NUMBER = "+33639980001"


def text(channel, body, provider_id="SM1", sender=NUMBER, **fields):
    return receive(channel=channel, sender=sender, text=body, provider_id=provider_id, **fields)


def inbound_events():
    return DomainEvent.objects.filter(kind="inbound.received")


def test_a_text_is_stored_with_its_contact_and_announced(organisation, sms):
    contact = reachable(organisation, 1)

    inbound = text(sms, "9 parfait")

    assert (inbound.text, inbound.contact, inbound.outcome) == ("9 parfait", contact, "")
    assert inbound_events().get().payload == {"inbound": str(inbound.pk)}


def test_a_text_that_comes_five_times_is_one(organisation, sms):
    """AB-33"""
    first = text(sms, "9")

    again = [text(sms, "9") for _ in range(4)]

    assert {inbound.pk for inbound in again} == {first.pk}
    assert inbound_events().count() == 1


def test_a_text_from_nobody_makes_no_contact(organisation, sms):
    assert text(sms, "bravo").contact is None
    assert inbound_events().count() == 1


@pytest.mark.parametrize(
    "body",
    ["STOP", " stop. ", "Stop!", "ARRET", "ARRÊT SMS", "STOP36180", "Unsubscribe", "désabo"],
)
def test_stop_refuses_cancels_and_confirms_once(organisation, sms, body):
    """AB-34"""
    contact = reachable(organisation, 1)
    for channel in (sms, sms, ChannelFactory(organisation=organisation)):
        MessageFactory(
            organisation=organisation, channel=channel, contact=contact, purpose="survey", to=NUMBER
        )

    inbound = text(sms, body)
    text(sms, body, provider_id="SM2")

    reach = reachability(organisation, [contact.pk], channel_kind="email", purpose="survey")[
        contact.pk
    ]
    states = Message.objects.filter(purpose="survey").values_list("state", flat=True)
    assert (inbound.outcome, set(states)) == ("opt_out", {"cancelled"})
    assert stop_for(organisation, "phone", NUMBER).reason == "stop"
    assert reach.blocked == "withdrawn"
    assert Message.objects.filter(purpose="notice").count() == 1
    assert inbound_events().count() == 0


@pytest.mark.parametrize(
    "body", ["I can't stop laughing", "10 non-stop", "yes", "oui", "stop me if you can now"]
)
def test_a_sentence_is_an_answer(organisation, sms, body):
    """AB-34"""
    assert text(sms, body).outcome == ""
    assert stop_for(organisation, "phone", NUMBER) is None


def test_the_confirmation_leaves_although_the_number_is_stopped(organisation, sms):
    """AB-34"""
    reachable(organisation, 1)
    text(sms, "STOP")
    notice = Message.objects.get(purpose="notice")

    claims = claim_messages(organisation_id=organisation.pk, message_ids=[str(notice.pk)])

    assert [m.id for m in claims[0].messages] == [str(notice.pk)]


def test_stop_closes_the_conversation(organisation, sms):
    SmsConversation.objects.create(
        organisation=organisation,
        channel=sms,
        number=NUMBER,
        subject_id=organisation.pk,
        expires_at=timezone.now() + timedelta(hours=1),
    )

    text(sms, "STOP")

    assert not SmsConversation.objects.get().is_open


def test_a_command_the_provider_recognised_is_not_confirmed_twice(organisation, sms):
    inbound = text(sms, "9", keyword=Keyword.OPT_OUT)

    assert inbound.outcome == "opt_out"
    assert Message.objects.count() == 0


def test_start_lifts_the_stop(organisation, sms):
    contact = reachable(organisation, 1)
    text(sms, "STOP")

    inbound = text(sms, "START", provider_id="SM2")

    reach = reachability(organisation, [contact.pk], channel_kind="sms", purpose="survey")
    assert inbound.outcome == "opt_in"
    assert reach[contact.pk].blocked == ""


@pytest.mark.parametrize("body", ["HELP", "aide", "CONTACT"])
def test_help_is_answered_with_one_text(organisation, sms, body):
    organisation.contact_email = "hello@shop.example"
    organisation.save()

    inbound = text(sms, body)
    text(sms, body, provider_id="SM2")

    notice = Message.objects.get(purpose="notice")
    assert inbound.outcome == "help"
    assert "hello@shop.example" in notice.body.text


@pytest.mark.parametrize("sender", ["MaisonLune", "36180", "", "+999", "anonymous", "+33899123456"])
def test_a_sender_that_cannot_be_answered_is_stored_and_left(organisation, sms, sender):
    inbound = text(sms, "STOP", sender=sender)

    assert (inbound.outcome, inbound.contact) == ("unroutable", None)
    assert Message.objects.count() == 0
    assert inbound_events().count() == 0


def test_a_nul_does_not_break_the_text(organisation, sms):
    assert text(sms, "9\x00 bien", media=3).text == "9 bien"
    assert InboundMessage.objects.get().media == 3


def test_a_text_of_a_thousand_words_is_kept(organisation, sms):
    assert len(text(sms, "bien " * 320).text) == 1600
