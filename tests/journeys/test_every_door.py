"""Every way to ask one customer at the same instant, to the provider's ledger (AB-39)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from channels_out.actions.channels import create_channel
from channels_out.actions.inbound import receive
from channels_out.enums import MessageState
from channels_out.models import Message
from contacts.models import Contact, Suppression
from cxhub.lib.ids import uuid7
from cxhub.lib.simulator import Ledger
from cxhub.lib.tenancy import tenant
from journeys.actions import mapping
from journeys.models import JourneyEvent, Outreach, Send, Stage
from tests.api.conftest import client_with, key_for
from tests.conftest import client_of
from tests.factories.accounts import MembershipFactory, OrganisationFactory
from tests.factories.contacts import reachable
from tests.factories.surveys import LiveSurveyFactory
from tests.journeys.test_concurrency import wait_until_blocked

pytestmark = pytest.mark.slow  # a dozen real connections

NUMBER = "+33639980001"
LEFT = {MessageState.SENDING, MessageState.ACCEPTED, MessageState.SENT, MessageState.DELIVERED}


@pytest.fixture
def shop(committed, settings, tmp_path):
    """An organisation with a journey, one customer and four surveys, which all connections see."""
    settings.CXHUB_SIMULATOR, settings.SIMULATOR_DIR = True, tmp_path
    organisation = OrganisationFactory()
    with tenant(organisation.pk):
        return Shop(organisation, tmp_path)


class Shop:
    """The doors through which its one customer can be asked."""

    def __init__(self, organisation, folder):
        self.organisation, self.ledger = organisation, Ledger(folder / "ledger.sqlite3")
        self.channel = create_channel(
            organisation=organisation,
            kind="sms",
            provider="simulator",
            name="Texts",
            sender="+33600000000",
        )
        self.contact = reachable(organisation, 1)
        self.surveys = [LiveSurveyFactory(organisation=organisation) for _ in range(4)]
        self.key = key_for(organisation)[1]
        self.owner = MembershipFactory(organisation=organisation, role="owner")
        self.happened_at = timezone.now().isoformat()
        self.form_id = str(uuid7())
        journey = mapping.create_journey(
            organisation=organisation, name="Shop", template="blank", created_by=None
        )
        details = mapping.TouchpointDetails(
            name="Delivery",
            event_type="order.delivered",
            delay_minutes=0,
            survey=self.surveys[2],
            channel_kind="sms",
            is_moment_of_truth=False,
        )
        stage = Stage.objects.filter(journey=journey).last()
        mapping.save_touchpoint(stage=stage, touchpoint=None, details=details)
        mapping.publish_journey(journey=journey)

    def by_api(self, survey):
        body = {"survey": str(survey.pk), "channel": "sms", "contacts": [str(self.contact.pk)]}
        return client_with(self.key).post("/api/v1/sends/", body, format="json")

    def by_event(self):
        body = {
            "type": "order.delivered",
            "occurred_at": self.happened_at,
            "contact": {"phone": NUMBER},
        }
        return client_with(self.key).post("/api/v1/events/", body, format="json")

    def by_form(self):
        form = {
            "audience": "all",
            "survey": str(self.surveys[3].pk),
            "channel": "sms",
            "mode": "",
            "form_id": self.form_id,
            "action": "send",
            "seen": "1",
        }
        address = f"/o/{self.organisation.slug}/sends/new/"
        return client_of(self.owner).post(address, form)

    def by_test(self):
        address = f"/o/{self.organisation.slug}/settings/channels/{self.channel.pk}/test/"
        return client_of(self.owner).post(address, {"to": NUMBER})

    def stop(self):
        with tenant(self.organisation.pk):
            receive(channel=self.channel, sender=NUMBER, text="STOP", provider_id="SM1")

    def doors(self):
        """Each of them twice, as a double click or an impatient program would."""
        first, second = self.surveys[:2]
        return [
            *[lambda: self.by_api(first)] * 2,
            *[lambda: self.by_api(second)] * 2,
            *[self.by_event] * 2,
            *[self.by_form] * 2,
        ]


def at_once(organisation, works):
    """Let all of them come to the customer's row, which we hold, and then go on together."""

    def run(work):
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        with tenant(organisation.pk):
            list(Contact.objects.select_for_update())
            going = [pool.submit(run, work) for work in works]
            wait_until_blocked(len(works))
        return [one.result(60) for one in going]


def test_all_doors_together_stay_within_the_budget(shop):
    """AB-39: two surveys in thirty days, whoever asks, and none of them twice."""
    answers = at_once(shop.organisation, shop.doors())

    with tenant(shop.organisation.pk):
        left = list(Message.objects.filter(state__in=LEFT).values_list("pk", flat=True))
        surveys = list(Outreach.objects.filter(state="sent").values_list("survey", flat=True))
        refused = set(Outreach.objects.exclude(state="sent").values_list("state", "reason"))
        counts = (Send.objects.count(), JourneyEvent.objects.count(), Outreach.objects.count())
    assert {answer.status_code for answer in answers} <= {201, 202, 302, 422}
    assert len(left) == len(surveys) == len(set(surveys)) == 2
    assert [entry.to for entry in shop.ledger.messages()] == [NUMBER] * 2
    assert {state for state, _reason in refused} == {"suppressed"}
    assert {reason for _state, reason in refused} <= {"same_survey", "recently_asked"}
    assert counts[0] in {4, 5}
    assert counts[1:] == (1, counts[0] + 1)


def test_stop_among_them_is_the_last_word(shop):
    """AB-39: what was claimed came before the refusal; all that came after is refused."""
    at_once(shop.organisation, [*shop.doors(), shop.stop])

    with tenant(shop.organisation.pk):
        stopped_at = Suppression.objects.get().created_at
        left = list(Message.objects.filter(state__in=LEFT, purpose="survey"))
        waiting = Message.objects.filter(state__in=["queued", "retry_wait"]).exclude(
            purpose="notice"
        )
        assert len(left) <= 2
        assert [message.claimed_at for message in left if message.claimed_at > stopped_at] == []
        assert not waiting.exists()
        before = len(left)

    for door in (*shop.doors(), shop.by_test):
        door()

    with tenant(shop.organisation.pk):
        texts = Message.objects.filter(state__in=LEFT).exclude(purpose="notice")
        reasons = set(Outreach.objects.exclude(state="sent").values_list("reason", flat=True))
        assert texts.count() == before
        assert "" not in reasons
    # The confirmation of STOP, and nothing else.
    assert len(shop.ledger.messages()) == before + 1
