"""From incidents to mails: all of them, grouped in a storm, with the outcome written afterwards."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions.teams import put_into_team
from accounts.models import Membership
from alerts.actions.evaluation import evaluate
from alerts.actions.notifying import notify, notify_due
from alerts.actions.settling import settle
from alerts.models import Notification
from alerts.queries.rules import degraded
from cases.actions.cases import assign_case
from cases.models import Case
from channels_out.enums import MessageState
from channels_out.models import Message
from events.actions.outbox import publish
from tests.conftest import member
from tests.factories.accounts import TeamFactory
from tests.factories.alerts import answered, watched


@pytest.fixture
def lea(organisation, ledger) -> Membership:
    return member(organisation, "agent", name="Léa", email="lea@example.org", language="fr")


def alarm(survey, count=1, score=2):
    """Bad answers with their incidents."""
    for number in range(count):
        evaluate(response=answered(survey, score, f"Late again, {number}."))


def states():
    return sorted(Notification.objects.values_list("state", flat=True))


def move(state, **reason):
    Message.objects.update(state=state, **reason)


def test_a_bad_score_reaches_the_mailbox(
    organisation, channel, lea, ledger, django_capture_on_commit_callbacks
):
    survey, _rule = watched(organisation, lea, name="Livraison")

    with django_capture_on_commit_callbacks(execute=True):
        evaluate(response=answered(survey, 2, "Deux jours de retard.", name="Ann"))
    settle(organisation_id=organisation.pk)

    (mail,) = ledger.messages(to="lea@example.org")
    assert mail.subject == "▼ 2/10 – Livraison – «\u00a0Deux jours de retard.\u00a0»"
    assert mail.text.splitlines()[0] == "Deux jours de retard."
    assert states() == ["sent"]


def test_mail_and_notification_are_one(organisation, channel, alice):
    survey, _rule = watched(organisation, alice)
    alarm(survey)

    assert notify(organisation_id=organisation.pk) == 1
    assert notify(organisation_id=organisation.pk) == 0

    message = Message.objects.get()
    notification = Notification.objects.get()
    assert (message.purpose, message.user, message.to) == ("alert", alice.user, alice.user.email)
    assert message.dedupe_key == f"alert:{notification.pk}"
    assert (notification.message, notification.state) == (message, "queued")
    assert timedelta(hours=5) < message.expires_at - timezone.now() <= timedelta(hours=6)


def test_a_storm_is_five_mails_and_a_summary_that_lists_the_rest(organisation, channel, alice):
    """AB-43: every bad answer is in exactly one mail."""
    survey, _rule = watched(organisation, alice)
    alarm(survey, 12)

    sent_at_once = notify(organisation_id=organisation.pk)
    Notification.objects.filter(state="pending").update(due_at=timezone.now())
    sent_later = notify(organisation_id=organisation.pk)

    assert (sent_at_once, sent_later) == (5, 1)
    assert Notification.objects.filter(message=None).count() == 0
    digest = Message.objects.select_related("body").get(dedupe_key__startswith="alert-digest:")
    assert digest.body.text.count("Late again,") == 7
    assert digest.body.html.count("Late again,") == 7
    assert digest.body.subject.startswith("▼ 7 new alerts – ")
    move(MessageState.ACCEPTED)
    settle(organisation_id=organisation.pk)
    assert states() == ["digested"] * 7 + ["sent"] * 5


def test_the_rest_waits_five_minutes(organisation, channel, alice):
    survey, _rule = watched(organisation, alice)
    alarm(survey, 6)

    notify(organisation_id=organisation.pk)

    (waiting,) = Notification.objects.filter(state="pending")
    assert timedelta(minutes=4) < waiting.due_at - timezone.now() <= timedelta(minutes=5)
    assert notify(organisation_id=organisation.pk) == 0


def test_the_clock_finds_every_organisation_with_work(organisation, channel, alice):
    survey, _rule = watched(organisation, alice)
    alarm(survey)

    assert notify_due() == 1
    assert notify_due() == 0


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (MessageState.QUEUED, "queued"),
        (MessageState.SENDING, "queued"),
        (MessageState.UNKNOWN, "queued"),
        (MessageState.RETRY_WAIT, "queued"),
        (MessageState.ACCEPTED, "sent"),
        (MessageState.SENT, "sent"),
        (MessageState.DELIVERED, "sent"),
        (MessageState.FAILED, "failed"),
        (MessageState.EXPIRED, "failed"),
        (MessageState.SUPPRESSED, "failed"),
    ],
)
def test_the_outcome_is_written_after_the_attempt(organisation, channel, alice, state, outcome):
    survey, _rule = watched(organisation, alice)
    alarm(survey)
    notify(organisation_id=organisation.pk)

    move(state)
    settle(organisation_id=organisation.pk)

    assert Notification.objects.get().state == outcome


@pytest.mark.parametrize("is_in_team", [False, True])
def test_a_failed_mail_is_told_to_who_has_the_case(organisation, channel, alice, lea, is_in_team):
    """F37: the rule is degraded, and somebody who acts on the case hears of it."""
    survey, rule = watched(organisation, alice)
    alarm(survey)
    team = TeamFactory(organisation=organisation)
    put_into_team(team=team, members=[lea], actor=alice.user)
    given = {"assignee": None, "team": team} if is_in_team else {"assignee": lea}
    assign_case(case=Case.objects.get(), actor=alice, **given)
    notify(organisation_id=organisation.pk)

    move(MessageState.FAILED, reason="invalid_address")
    notify(organisation_id=organisation.pk)

    told = {row.member_id: row for row in Notification.objects.all()}
    assert (told[alice.pk].state, told[alice.pk].error) == ("failed", "invalid_address")
    assert told[lea.pk].state == "queued"
    assert [row.member_id for row in degraded(organisation)[rule.pk]] == [alice.pk]


def test_no_alert_is_left_without_a_human(organisation, channel, alice, lea):
    """F37: when everybody named failed and nobody has the case, the owners are told."""
    survey, _rule = watched(organisation, lea)
    alarm(survey)
    notify(organisation_id=organisation.pk)

    move(MessageState.FAILED, reason="mailbox_full")
    notify(organisation_id=organisation.pk)
    move(MessageState.FAILED, reason="mailbox_full")
    settle(organisation_id=organisation.pk)

    assert dict(Notification.objects.values_list("member", "state")) == {
        lea.pk: "failed",
        alice.pk: "failed",
    }


def test_a_mail_that_comes_back_counts_as_failed(
    organisation, channel, alice, lea, django_capture_on_commit_callbacks
):
    """F37: a bounce after the mail had left finds somebody else too."""
    survey, _rule = watched(organisation, lea)
    alarm(survey)
    notify(organisation_id=organisation.pk)
    move(MessageState.SENT)
    settle(organisation_id=organisation.pk)
    move(MessageState.UNDELIVERED, reason="invalid_address")

    with django_capture_on_commit_callbacks(execute=True):
        publish(
            organisation=organisation,
            kind="message.failed",
            payload={"message": str(Message.objects.get().pk), "contact": None},
        )

    assert Notification.objects.get(member=lea).state == "failed"
    assert Notification.objects.filter(member=alice).count() == 1


def test_without_a_channel_the_copy_in_the_application_stays(organisation, alice):
    survey, rule = watched(organisation, alice)
    alarm(survey)

    assert notify(organisation_id=organisation.pk) == 0

    assert Notification.objects.values_list("state", "error").get() == ("failed", "no_channel")
    assert rule.pk in degraded(organisation)


def test_a_later_success_ends_the_degradation(organisation, channel, alice):
    survey, rule = watched(organisation, alice)
    alarm(survey)
    notify(organisation_id=organisation.pk)
    move(MessageState.FAILED, reason="timeout")
    settle(organisation_id=organisation.pk)
    first = Notification.objects.get()
    Notification.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(hours=1))

    alarm(survey)
    notify(organisation_id=organisation.pk)
    Message.objects.exclude(pk=first.message_id).update(state=MessageState.SENT)
    settle(organisation_id=organisation.pk)

    assert degraded(organisation) == {}
    assert rule.is_active


def test_another_organisation_is_not_touched(
    organisation, other_organisation, channel, alice, charlie
):
    survey, _rule = watched(organisation, alice)
    alarm(survey)

    assert notify(organisation_id=other_organisation.pk) == 0
    assert states() == ["pending"]
