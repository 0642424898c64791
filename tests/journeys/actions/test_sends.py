"""Sending by hand: preview, start, hand over."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from channels_out.actions.channels import create_channel
from channels_out.exceptions import OneWaySender
from channels_out.models import Message, SmsConversation
from contacts.actions.suppression import opt_out
from contacts.models import ConsentEvent, Contact, Identity
from cxhub.lib.sealing import unseal
from cxhub.lib.sms import segments
from journeys.actions.sending import send_outreach
from journeys.actions.sends import preview_send
from journeys.exceptions import EmptyAudience, NoChannel, SurveyNotLive
from journeys.models import Outreach, Send
from journeys.queries.sends import progress
from surveys.models import Invitation
from tests.factories.contacts import ContactFactory, reachable
from tests.factories.journeys import started
from tests.factories.surveys import LiveSurveyFactory, SurveyFactory

ALL = {"kind": "all"}

pytestmark = pytest.mark.usefixtures("channels")


@pytest.fixture
def survey(organisation):
    return LiveSurveyFactory(organisation=organisation, name="Delivery")


def test_preview_says_who_is_asked_and_why_others_are_not(organisation, survey):
    reachable(organisation, 1)
    reachable(organisation, 2)
    reachable(organisation, 3, channels=["sms"])
    ContactFactory(organisation=organisation)

    preview = preview_send(
        organisation=organisation, survey=survey, channel_kind="email", audience=ALL
    )

    assert (preview.planned, preview.deferred, preview.total) == (2, 0, 4)
    assert preview.suppressed == {"no_address": 2}
    assert Outreach.objects.count() == 0


@pytest.mark.slow  # six thousand contacts
def test_a_large_audience_is_estimated_from_old_and_new_contacts_alike(organisation, survey):
    """Only the newest thousand of six thousand can be asked: about so many are expected."""
    people = Contact.objects.bulk_create(
        [Contact(organisation=organisation, name="Anna") for _number in range(6_000)]
    )
    newest = sorted(people, key=lambda person: person.pk)[5_000:]
    Identity.objects.bulk_create(
        Identity(
            organisation=organisation,
            contact=person,
            kind="email",
            value=f"{person.pk}@shop.example",
        )
        for person in newest
    )
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            organisation=organisation,
            contact=person,
            channel="email",
            purpose="survey",
            state="granted",
            source="api",
            effective_at=timezone.now(),
        )
        for person in newest
    )
    chosen = {"kind": "contacts", "contacts": [str(person.pk) for person in people[:5_000]]}

    large = preview_send(
        organisation=organisation, survey=survey, channel_kind="email", audience=ALL
    )
    exact = preview_send(
        organisation=organisation, survey=survey, channel_kind="email", audience=chosen
    )

    assert (large.is_estimate, large.total) == (True, 6_000)
    assert 850 < large.planned < 1_150
    assert large.suppressed == {"no_address": 6_000 - large.planned}
    assert (exact.is_estimate, exact.total) == (False, 5_000)
    assert exact.planned == len({person.pk for person in newest} & {p.pk for p in people[:5_000]})


def test_a_send_decides_for_everybody_with_a_constant_number_of_queries(
    organisation, survey, django_assert_num_queries
):
    """The same literal for 3 contacts and for 30."""
    counts = []
    for number in (3, 30):
        for index in range(number):
            reachable(organisation, 100 * number + index, attributes={"group": str(number)})
        audience = {"kind": "attribute", "name": "group", "value": str(number)}
        with django_assert_num_queries(28) as queries:
            send = started(survey, audience=audience)
        counts.append((Outreach.objects.filter(send=send, state="planned").count(), len(queries)))

    assert counts == [(3, 28), (30, 28)]


def test_a_send_reaches_the_mail_of_each_customer_once(organisation, survey):
    reachable(organisation, 1, name="Anna", language="fr")
    reachable(organisation, 2, channels=["sms"])
    organisation.contact_email = "bonjour@lune.example"
    organisation.save()

    send = started(survey)
    send_outreach(organisation_id=organisation.pk)
    send_outreach(organisation_id=organisation.pk)

    message = Message.objects.select_related("body").get()
    outreach = Outreach.objects.get(state="sent")
    secrets = unseal(message.sealed_slots)
    send.refresh_from_db()
    assert (message.to, message.language, message.purpose) == (
        "customer1@shop.example",
        "fr",
        "survey",
    )
    assert message.slots == {"greeting": "Bonjour Anna,"}
    assert outreach.message == message
    assert outreach.invitation == Invitation.objects.get()
    assert secrets["link"].startswith("http://127.0.0.1:8000/r/")
    assert secrets["unsubscribe_url"].startswith("http://127.0.0.1:8000/u/")
    assert message.body.headers == {"Reply-To": "bonjour@lune.example"}
    assert message.body.html.count('href="{link}?score=') == 11
    assert message.body.html.count('href="{link}?trap=1"') == 1
    assert message.body.text.count("{link}?score=") == 11
    assert (send.state, progress(organisation, send).not_asked) == ("done", 1)


def test_an_nps_survey_is_asked_by_text_as_a_conversation(organisation, survey):
    reachable(organisation, 1)

    started(survey, "sms")
    send_outreach(organisation_id=organisation.pk)

    message = Message.objects.select_related("body").get()
    conversation = SmsConversation.objects.get()
    assert segments.count(message.body.text).segments == 1
    assert segments.count(message.body.text).encoding == "GSM-7"
    assert "http" not in message.body.text
    assert "STOP" in message.body.text
    assert unseal(message.sealed_slots) == {}
    assert (conversation.number, conversation.step, conversation.is_open) == (
        "+33639980001",
        "score",
        True,
    )
    assert conversation.subject_id == Invitation.objects.get().pk


def test_link_mode_sends_the_personal_link(organisation, survey):
    reachable(organisation, 1)

    started(survey, "sms", mode="link")
    send_outreach(organisation_id=organisation.pk)

    message = Message.objects.select_related("body").get()
    assert "{link}" in message.body.text
    assert "/r/" in unseal(message.sealed_slots)["link"]
    assert SmsConversation.objects.count() == 0


def test_a_one_way_sender_refuses_a_conversation_and_carries_a_link_to_refuse(organisation, survey):
    create_channel(
        organisation=organisation,
        kind="sms",
        provider="twilio",
        name="Brand",
        sender="MaisonLune",
        credentials={"account_sid": "AC" + "0" * 32, "auth_token": "secret"},
        is_default=True,
    )
    reachable(organisation, 1)

    with pytest.raises(OneWaySender):
        started(survey, "sms", mode="conversation")
    started(survey, "sms")
    Outreach.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert Send.objects.count() == 1


def test_a_send_starts_once_whatever_is_clicked_twice(organisation, survey):
    reachable(organisation, 1)
    form_id = uuid4()

    first = started(survey, form_id=form_id)
    second = started(survey, form_id=form_id)

    assert first == second
    assert Outreach.objects.count() == 1


def test_nobody_is_asked_above_the_budget(organisation, survey):
    """AB-39: the same survey twice, then a third one above two in thirty days."""
    reachable(organisation, 1)
    others = [LiveSurveyFactory(organisation=organisation) for _ in range(2)]

    for asked in (survey, survey, *others):
        started(asked)
        send_outreach(organisation_id=organisation.pk)

    outcomes = Outreach.objects.order_by("pk").values_list("state", "reason")
    assert list(outcomes) == [
        ("sent", ""),
        ("suppressed", "same_survey"),
        ("sent", ""),
        ("suppressed", "recently_asked"),
    ]
    assert all(row.eligible_at for row in Outreach.objects.filter(state="suppressed"))


def test_a_refusal_between_planning_and_handing_over_counts(organisation, survey):
    """AB-39: STOP after the plan, before the message."""
    reachable(organisation, 1)
    started(survey)

    opt_out(
        organisation=organisation,
        kind="email",
        value="customer1@shop.example",
        channel="email",
        purpose="survey",
        source="link",
        reason="unsubscribed",
    )
    send_outreach(organisation_id=organisation.pk)

    assert Outreach.objects.values_list("state", "reason").get() == ("suppressed", "suppressed")
    assert Message.objects.count() == 0


def test_too_late_is_not_asked(organisation, survey):
    reachable(organisation, 1)
    started(survey)
    past = timezone.now() - timedelta(hours=1)
    Outreach.objects.update(due_at=past, expires_at=past)

    send_outreach(organisation_id=organisation.pk)

    assert Outreach.objects.values_list("state", "reason").get() == ("suppressed", "expired")


def test_what_cannot_be_sent_is_refused_before_it_exists(organisation, survey):
    with pytest.raises(EmptyAudience):
        started(survey)
    reachable(organisation, 1)
    with pytest.raises(SurveyNotLive):
        started(SurveyFactory(organisation=organisation))
    with pytest.raises(NoChannel):
        started(survey, "pigeon")
    assert Send.objects.count() == 0
