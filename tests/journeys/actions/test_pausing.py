"""Pausing, resuming and stopping a send."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from channels_out.actions.claims import claim_messages
from channels_out.models import Message, SmsConversation
from journeys.actions.pausing import cancel_send, pause_send, resume_send
from journeys.actions.sending import send_outreach
from journeys.models import Outreach, Send
from surveys.models import Invitation
from tests.factories.contacts import reachable
from tests.factories.journeys import SendFactory, started
from tests.factories.surveys import LiveSurveyFactory

pytestmark = pytest.mark.usefixtures("channels")


@pytest.fixture
def survey(organisation):
    return LiveSurveyFactory(organisation=organisation)


def test_a_cancelled_send_asks_nobody_else_and_takes_back_what_waits(organisation, survey):
    reachable(organisation, 1)
    reachable(organisation, 2)
    send = started(survey)
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
    send = started(survey)
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
    send = started(survey, "sms")
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
    send = started(survey)
    send_outreach(organisation_id=organisation.pk)
    pause_send(send=send, actor=None)

    cancel_send(send=send, actor=None)
    resumed = resume_send(send=send, actor=None)

    assert resumed.state == "cancelled"
    assert set(Message.objects.values_list("state", "sealed_slots")) == {("cancelled", "")}


def test_a_send_is_not_planned_further_while_it_is_paused(organisation, survey):
    reachable(organisation, 1)
    send = SendFactory(survey=survey, state="planning")

    pause_send(send=send, actor=None)
    send_outreach(organisation_id=organisation.pk)
    assert Outreach.objects.count() == 0

    resume_send(send=send, actor=None)
    send_outreach(organisation_id=organisation.pk)
    assert Outreach.objects.get().state == "sent"
