"""Real connections side by side: claims, STOP and repeated texts (AB-33, AB-39)."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.db import OperationalError, connection, connections

from channels_out.actions.channels import create_channel
from channels_out.actions.claims import claim_messages
from channels_out.actions.delivery import deliver_messages
from channels_out.actions.inbound import receive
from channels_out.models import Channel, InboundMessage, Message
from contacts.actions.suppression import opt_out
from cxhub.lib.locks import take_turn
from cxhub.lib.tenancy import tenant
from events.models import DomainEvent
from tests.factories.accounts import OrganisationFactory
from tests.factories.channels_out import ChannelFactory, MessageFactory
from tests.factories.contacts import reachable

pytestmark = pytest.mark.slow  # several real connections


@pytest.fixture
def organisation(committed, settings, tmp_path):
    """An organisation that every connection sees."""
    settings.CXHUB_SIMULATOR, settings.SIMULATOR_DIR = True, tmp_path
    return OrganisationFactory()


def side_by_side(*works):
    def run(work):
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def claim(organisation, ids):
    claims = claim_messages(organisation_id=organisation.pk, message_ids=ids)
    return [message.id for found in claims for message in found.messages]


def test_a_message_is_claimed_by_one_of_many_workers(organisation):
    with tenant(organisation.pk):
        channel = ChannelFactory(organisation=organisation)
        messages = [MessageFactory(organisation=organisation, channel=channel) for _ in range(40)]
    ids = [str(message.pk) for message in messages]

    taken = side_by_side(*[lambda: claim(organisation, ids)] * 6)

    claimed = [pk for worker in taken for pk in worker]
    with tenant(organisation.pk):
        attempts = set(Message.objects.values_list("attempts", flat=True))
    assert len(claimed) == len(set(claimed)) == 40
    assert attempts == {1}


def test_a_database_that_fails_while_a_slice_is_prepared_leaves_nothing_claimed(organisation):
    """What is claimed can be sent: everything that is read for it is read before."""
    with tenant(organisation.pk):
        channel = ChannelFactory(organisation=organisation)
        message = MessageFactory(organisation=organisation, channel=channel)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")

    with closing(connections.create_connection("default")) as other:
        other.set_autocommit(False)
        other.cursor().execute("LOCK TABLE channels_out_messagebody IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(OperationalError):
            deliver_messages(organisation_id=str(organisation.pk), message_ids=[str(message.pk)])

    with tenant(organisation.pk):
        message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)


def test_a_customers_budget_holds_between_workers(organisation):
    """AB-39"""
    with tenant(organisation.pk):
        channel = ChannelFactory(organisation=organisation)
        contact = reachable(organisation, 0)
        messages = [
            MessageFactory(
                organisation=organisation,
                channel=channel,
                contact=contact,
                to="+33639980000",
                purpose="survey",
            )
            for _ in range(6)
        ]

    side_by_side(*[lambda m=m: claim(organisation, [str(m.pk)]) for m in messages])

    with tenant(organisation.pk):
        states = sorted(Message.objects.values_list("state", flat=True))
    assert states == ["sending"] * 2 + ["suppressed"] * 4


def test_a_claim_in_line_sees_what_the_one_before_it_took(organisation):
    """AB-39: two free places for two messages; the second claim must not count the first twice."""
    with tenant(organisation.pk):
        channel = ChannelFactory(organisation=organisation)
        contact = reachable(organisation, 0)
        first, second = (
            MessageFactory(
                organisation=organisation,
                channel=channel,
                contact=contact,
                to="+33639980000",
                purpose="survey",
            )
            for _ in range(2)
        )
    both = [str(first.pk), str(second.pk)]

    with ThreadPoolExecutor(1) as pool:
        with tenant(organisation.pk):
            hold_the_turn(organisation)
            waiting = pool.submit(side_by_side, lambda: claim(organisation, both))
            wait_until_somebody_is_in_line()
            before = claim(organisation, [str(first.pk)])
        (after,) = waiting.result(20)

    with tenant(organisation.pk):
        reasons = set(Message.objects.values_list("state", "reason"))
    assert (before, after) == ([str(first.pk)], [str(second.pk)])
    assert reasons == {("sending", "")}


@pytest.mark.parametrize(("second", "left"), [("Texts", 1), ("Other texts", 2)])
def test_two_clicks_set_up_one_channel(organisation, second, left):
    """Nor do two people who add the first channel of a kind at once disturb each other."""

    def add(name):
        with tenant(organisation.pk):
            settings = {"organisation": organisation, "kind": "sms", "provider": "twilio"}
            keys = {"account_sid": "AC1", "auth_token": "secret"}
            return create_channel(**settings, name=name, credentials=keys, is_default=True).pk

    with ThreadPoolExecutor(1) as pool:
        with tenant(organisation.pk):
            first = add("Texts")
            waiting = pool.submit(side_by_side, lambda: add(second))
            wait_until_somebody_is_in_line()
        (after,) = waiting.result(20)

    with tenant(organisation.pk):
        found = dict(Channel.objects.values_list("pk", "is_default"))
    assert len(found) == left
    assert found[after]
    assert (after == first) is (left == 1)


def hold_the_turn(organisation):
    """What every claim of an organisation's surveys takes first."""
    take_turn(f"claim {organisation.pk}")


def wait_until_somebody_is_in_line():
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
                " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody came")


@pytest.mark.parametrize("delay", [0, 0.005, 0.02])
def test_stop_comes_strictly_before_or_after_a_claim(organisation, delay):
    """AB-39"""
    with tenant(organisation.pk):
        channel = ChannelFactory(organisation=organisation)
        people = [reachable(organisation, n) for n in range(20)]
        messages = [
            MessageFactory(
                organisation=organisation,
                channel=channel,
                contact=person,
                to=f"+3363998{n:04d}",
                purpose="survey",
            )
            for n, person in enumerate(people)
        ]

    def stop():
        time.sleep(delay)
        with tenant(organisation.pk):
            for n in range(20):
                opt_out(
                    organisation=organisation,
                    kind="phone",
                    value=f"+3363998{n:04d}",
                    channel="sms",
                    purpose="survey",
                    source="sms",
                    reason="stop",
                )

    _, claimed = side_by_side(stop, lambda: claim(organisation, [str(m.pk) for m in messages]))

    with tenant(organisation.pk):
        states = set(Message.objects.values_list("state", flat=True))
    # All of it, or none: the customers' refusals were one transaction, and so was the claim.
    assert len(claimed) in (0, 20)
    assert states == ({"sending"} if claimed else {"suppressed"})


def test_five_deliveries_of_one_text_at_once_are_one(organisation):
    """AB-33"""
    with tenant(organisation.pk):
        channel = ChannelFactory(organisation=organisation)

    def deliver():
        with tenant(organisation.pk):
            return receive(channel=channel, sender="+33639980000", text="9", provider_id="SM1").pk

    found = side_by_side(*[deliver] * 5)

    with tenant(organisation.pk):
        counts = (InboundMessage.objects.count(), DomainEvent.objects.count())
    assert len(set(found)) == 1
    assert counts == (1, 1)
