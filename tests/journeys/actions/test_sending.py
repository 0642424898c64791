"""Handing over what is due: once each, and whatever one row of a chunk does."""

import logging

import pytest

from channels_out.models import Message, SmsConversation
from contacts.models import Identity
from journeys.actions.sending import send_outreach
from journeys.models import Outreach
from tests.factories.contacts import reachable
from tests.factories.journeys import started
from tests.factories.surveys import LiveSurveyFactory

pytestmark = pytest.mark.usefixtures("channels")


@pytest.fixture
def survey(organisation):
    return LiveSurveyFactory(organisation=organisation)


@pytest.mark.parametrize(("channel_kind", "mode"), [("sms", ""), ("sms", "link"), ("email", "")])
def test_one_survey_is_asked_once_at_a_moment_even_without_a_budget(
    organisation, survey, channel_kind, mode
):
    """AB-39: with no limit of days, two sends of one survey still make one question."""
    organisation.fatigue_days = 0
    organisation.save()
    reachable(organisation, 1)
    started(survey, "sms")
    started(survey, channel_kind, mode=mode)

    send_outreach(organisation_id=organisation.pk)

    outcomes = Outreach.objects.order_by("pk").values_list("state", "reason")
    assert list(outcomes) == [("sent", ""), ("suppressed", "same_survey")]
    assert Message.objects.count() == 1
    assert SmsConversation.objects.filter(is_open=True).count() == 1


def test_another_survey_on_the_same_number_ends_the_exchange_about_the_first(organisation, survey):
    organisation.fatigue_days = 0
    organisation.save()
    reachable(organisation, 1)
    started(survey, "sms")
    started(LiveSurveyFactory(organisation=organisation), "sms")

    send_outreach(organisation_id=organisation.pk)

    assert list(Outreach.objects.values_list("state", flat=True)) == ["sent", "sent"]
    assert sorted(SmsConversation.objects.values_list("is_open", flat=True)) == [False, True]


def test_a_poison_row_stops_nobody_else_and_ends_with_its_reason(organisation, survey, caplog):
    """A number that no exchange can hold: the other four leave, and nothing is tried for ever."""
    people = [reachable(organisation, number) for number in range(5)]
    started(survey, "sms")
    Identity.objects.filter(contact=people[2], kind="phone").update(value="+33639980002" + "0" * 12)

    with caplog.at_level(logging.ERROR, logger="journeys.actions.sending"):
        handed_over = send_outreach(organisation_id=organisation.pk)
    again = send_outreach(organisation_id=organisation.pk)

    poison = Outreach.objects.get(contact=people[2])
    sent = Outreach.objects.filter(state="sent", message__isnull=False, invitation__isnull=False)
    assert (poison.state, poison.reason) == ("suppressed", "fault")
    assert sent.count() == Message.objects.count() == SmsConversation.objects.count() == 4
    assert (handed_over, again) == (5, 0)
    assert [record.outreach for record in caplog.records] == [str(poison.pk)]
