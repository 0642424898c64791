"""Sending by hand: preview, start, hand over, cancel."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from channels_out.actions.channels import create_channel
from channels_out.actions.claims import claim_messages
from channels_out.exceptions import OneWaySender
from channels_out.models import Message, SmsConversation
from contacts.actions.holds import hold_surveys
from contacts.actions.suppression import opt_out
from contacts.models import ConsentEvent, Contact, Identity
from cxhub.lib.sealing import unseal
from cxhub.lib.sms import segments
from journeys.actions.pausing import cancel_send, pause_send, resume_send
from journeys.actions.sending import send_outreach
from journeys.actions.sends import preview_send, start_send
from journeys.exceptions import EmptyAudience, NoChannel, SurveyNotLive
from journeys.models import Outreach, Send
from journeys.queries.decisions import Proposal, decisions
from journeys.queries.sends import progress
from surveys.models import Invitation
from tests.factories.contacts import ContactFactory, reachable
from tests.factories.journeys import SendFactory
from tests.factories.surveys import LiveSurveyFactory, SurveyFactory

ALL = {"kind": "all"}


@pytest.fixture
def survey(organisation):
    return LiveSurveyFactory(organisation=organisation, name="Delivery")


@pytest.fixture(autouse=True)
def channels(organisation):
    for kind in ("email", "sms"):
        create_channel(
            organisation=organisation,
            kind=kind,
            provider="simulator",
            name=kind,
            sender="Shop <shop@shop.test>" if kind == "email" else "+33600000000",
        )


def start(organisation, survey, channel_kind="email", **options):
    options = {"audience": ALL, "created_by": None, **options}
    return start_send(
        organisation=organisation, survey=survey, channel_kind=channel_kind, **options
    )


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
            send = start(organisation, survey, audience=audience)
        counts.append((Outreach.objects.filter(send=send, state="planned").count(), len(queries)))

    assert counts == [(3, 28), (30, 28)]


def test_a_send_reaches_the_mail_of_each_customer_once(organisation, survey):
    reachable(organisation, 1, name="Anna", language="fr")
    reachable(organisation, 2, channels=["sms"])
    organisation.contact_email = "bonjour@lune.example"
    organisation.save()

    send = start(organisation, survey)
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

    start(organisation, survey, "sms")
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

    start(organisation, survey, "sms", mode="link")
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
        start(organisation, survey, "sms", mode="conversation")
    start(organisation, survey, "sms")
    Outreach.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert Send.objects.count() == 1


def test_a_send_starts_once_whatever_is_clicked_twice(organisation, survey):
    reachable(organisation, 1)
    form_id = uuid4()

    first = start(organisation, survey, form_id=form_id)
    second = start(organisation, survey, form_id=form_id)

    assert first == second
    assert Outreach.objects.count() == 1


def test_nobody_is_asked_above_the_budget(organisation, survey):
    """AB-39: the same survey twice, then a third one above two in thirty days."""
    reachable(organisation, 1)
    others = [LiveSurveyFactory(organisation=organisation) for _ in range(2)]

    for asked in (survey, survey, *others):
        start(organisation, asked)
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
    start(organisation, survey)

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


@pytest.mark.parametrize(
    ("now", "state", "due"),
    [
        ("2026-11-20T18:30", "planned", "2026-11-20T18:30"),
        ("2026-11-20T19:30", "deferred", "2026-11-21T07:00"),
        ("2026-11-21T19:30", "deferred", "2026-11-23T07:00"),
        ("2026-05-07T20:00", "deferred", "2026-05-09T06:00"),
    ],
)
def test_a_sender_that_keeps_hours_waits_for_them(organisation, survey, now, state, due):
    """AB-39: 08:00-20:00 in the customer's zone, not on Sundays nor on holidays."""
    contact = reachable(organisation, 1)
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    proposal = Proposal(
        survey=survey,
        channel_kind="sms",
        channel_is_ready=True,
        has_hours=True,
        due_at=moment,
        expires_at=moment + timedelta(hours=72),
    )

    decision = decisions(organisation, [contact], proposal, now=moment)[0]

    assert (decision.state, decision.due_at) == (
        state,
        datetime.fromisoformat(due).replace(tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("held_for", "due_in", "state", "eligible_in"),
    [
        (None, 0, "suppressed", None),
        (None, 24, "planned", None),
        (48, 0, "deferred", 48),
        (48, 49, "planned", None),
        (100, 0, "suppressed", 100),
    ],
)
def test_whoever_has_an_open_case_is_asked_later_or_not_at_all(
    organisation, survey, held_for, due_in, state, eligible_in
):
    """A question that is due later is looked at again then: the case may be closed."""
    contact = reachable(organisation, 1)
    now = timezone.now()

    def after(hours):
        return None if hours is None else now + timedelta(hours=hours)

    hold_surveys(
        organisation_id=organisation.pk,
        contact_id=contact.pk,
        held_by=contact.pk,
        until=after(held_for),
    )
    proposal = Proposal(
        survey=survey,
        channel_kind="email",
        channel_is_ready=True,
        has_hours=False,
        due_at=after(due_in),
        expires_at=after(due_in + 72),
    )

    decision = decisions(organisation, [contact], proposal, now=now)[0]

    reason = "" if state == "planned" else "open_case"
    assert (decision.state, decision.reason) == (state, reason)
    assert decision.free_at == after(eligible_in)


def test_too_late_is_not_asked(organisation, survey):
    reachable(organisation, 1)
    start(organisation, survey)
    past = timezone.now() - timedelta(hours=1)
    Outreach.objects.update(due_at=past, expires_at=past)

    send_outreach(organisation_id=organisation.pk)

    assert Outreach.objects.values_list("state", "reason").get() == ("suppressed", "expired")


def test_a_cancelled_send_asks_nobody_else_and_takes_back_what_waits(organisation, survey):
    reachable(organisation, 1)
    reachable(organisation, 2)
    send = start(organisation, survey)
    Outreach.objects.filter(contact__name__endswith="x").update(state="deferred")
    send_outreach(organisation_id=organisation.pk)

    cancelled = cancel_send(send=send, actor=None)

    assert cancelled.state == "cancelled"
    assert set(Message.objects.values_list("state", "sealed_slots")) == {("cancelled", "")}
    assert send_outreach(organisation_id=organisation.pk) == 0


def test_a_paused_send_holds_everything_back_and_goes_on_where_it_was(organisation, survey, alice):
    """Half of it is handed over and waits to leave, the rest is still to be asked."""
    for number in (1, 2):
        reachable(organisation, number)
    send = start(organisation, survey)
    later, _now = Outreach.objects.order_by("pk")
    Outreach.objects.filter(pk=later.pk).update(due_at=timezone.now() + timedelta(minutes=1))
    send_outreach(organisation_id=organisation.pk)
    expires = {row.pk: row.expires_at for row in [*Outreach.objects.all(), *Message.objects.all()]}

    for _twice in range(2):
        paused = pause_send(send=send, actor=alice.user)
    Outreach.objects.update(due_at=timezone.now() - timedelta(days=5))
    Send.objects.update(paused_at=timezone.now() - timedelta(days=5))
    asked = send_outreach(organisation_id=organisation.pk)
    ids = [str(pk) for pk in Message.objects.values_list("pk", flat=True)]
    claimed = claim_messages(organisation_id=organisation.pk, message_ids=ids)

    assert (paused.state, asked, claimed) == ("paused", 0, [])
    assert list(Message.objects.values_list("state", flat=True)) == ["draft"]

    for _twice in range(2):
        resume_send(send=send, actor=alice.user)
    send_outreach(organisation_id=organisation.pk)

    send.refresh_from_db()
    later.refresh_from_db()
    assert (send.state, later.state, send.paused_at) == ("done", "sent", None)
    assert set(Message.objects.values_list("state", flat=True)) == {"queued"}
    held = Message.objects.get(pk=ids[0])
    for row in (later, held):
        assert row.expires_at - expires[row.pk] >= timedelta(days=5)
    acts = AuditEvent.objects.filter(target=str(send.pk)).order_by("pk")
    assert list(acts.values_list("action", "actor")) == [
        ("send.paused", alice.user.pk),
        ("send.resumed", alice.user.pk),
    ]


def test_the_question_of_a_send_that_was_paused_for_long_is_answered_like_any_other(
    organisation, survey
):
    reachable(organisation, 1)
    send = start(organisation, survey, "sms")
    send_outreach(organisation_id=organisation.pk)
    ends = [row.objects.get().expires_at for row in (Invitation, SmsConversation)]
    pause_send(send=send, actor=None)
    Send.objects.update(paused_at=timezone.now() - timedelta(days=40))

    for _twice in range(2):
        resume_send(send=send, actor=None)

    for row, end in zip((Invitation, SmsConversation), ends, strict=True):
        assert timedelta(days=40) <= row.objects.get().expires_at - end < timedelta(days=41)


def test_a_paused_send_can_be_cancelled(organisation, survey):
    reachable(organisation, 1)
    send = start(organisation, survey)
    send_outreach(organisation_id=organisation.pk)
    pause_send(send=send, actor=None)

    cancel_send(send=send, actor=None)
    resumed = resume_send(send=send, actor=None)

    assert resumed.state == "cancelled"
    assert set(Message.objects.values_list("state", "sealed_slots")) == {("cancelled", "")}


def test_a_send_is_not_planned_further_while_it_is_paused(organisation, survey):
    reachable(organisation, 1)
    send = SendFactory(survey=survey, state="planning", audience=ALL)

    pause_send(send=send, actor=None)
    send_outreach(organisation_id=organisation.pk)
    assert Outreach.objects.count() == 0

    resume_send(send=send, actor=None)
    send_outreach(organisation_id=organisation.pk)
    assert Outreach.objects.get().state == "sent"


def test_what_cannot_be_sent_is_refused_before_it_exists(organisation, survey):
    with pytest.raises(EmptyAudience):
        start(organisation, survey)
    reachable(organisation, 1)
    with pytest.raises(SurveyNotLive):
        start(organisation, SurveyFactory(organisation=organisation))
    with pytest.raises(NoChannel):
        start(organisation, survey, "pigeon")
    assert Send.objects.count() == 0
