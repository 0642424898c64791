"""Each subscriber handles each event once, and nothing is given up in silence."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from threading import Barrier, Event

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from cxhub.lib.tenancy import tenant
from events.actions import deliveries
from events.actions.deliveries import consume
from events.actions.relay import LONGEST_PAUSE, RING_AGAIN_AFTER, pause, relay
from events.models import DomainEvent
from events.tasks import forget_handled
from tests.factories.accounts import OrganisationFactory

ONE, OTHER = "one.tasks.work", "other.tasks.work"


def event(organisation, **changes):
    return DomainEvent.objects.create(
        organisation=organisation, kind="thing.happened", pending=[ONE, OTHER], **changes
    )


def ids(*events):
    return [str(one.pk) for one in events]


def test_each_subscriber_handles_an_event_once(organisation):
    happened, seen = event(organisation), []

    counts = [
        consume(subscriber, str(organisation.pk), ids(happened), seen.append)
        for subscriber in (ONE, ONE, OTHER, OTHER)
    ]

    happened.refresh_from_db()
    assert (counts, len(seen), happened.pending) == ([1, 0, 1, 0], 2, [])


def test_a_bell_for_many_that_rings_late_costs_one_look(
    organisation, django_assert_max_num_queries
):
    many, seen = [event(organisation) for _ in range(120)], []

    first = consume(ONE, str(organisation.pk), ids(*many), seen.append)
    with django_assert_max_num_queries(6):
        late = consume(ONE, str(organisation.pk), ids(*many), seen.append)

    assert (first, late, len(seen)) == (120, 0, 120)


def test_a_poison_event_does_not_stop_its_neighbours(organisation):
    bad, good = event(organisation), event(organisation)

    def handle(one):
        if one.pk == bad.pk:
            raise ValueError("poison")

    assert consume(ONE, str(organisation.pk), ids(bad, good), handle) == 1
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.pending, good.pending) == ([ONE, OTHER], [OTHER])
    assert bad.failures == {ONE: 1}
    assert "poison" in bad.last_error


def test_a_poison_event_undoes_nothing_twice(organisation):
    """The batch is tried as a whole, then one by one: the effects of the good ones stay, once."""
    events = [event(organisation) for _ in range(3)]

    def handle(one):
        if one.pk == events[1].pk:
            raise ValueError("poison")
        DomainEvent.objects.create(organisation=organisation, kind="effect", payload={})

    assert consume(ONE, str(organisation.pk), ids(*events), handle) == 2
    assert DomainEvent.objects.filter(kind="effect").count() == 2


def test_events_that_do_not_concern_a_subscriber_are_done(organisation):
    first, second = event(organisation), event(organisation)
    seen = []

    count = consume(
        ONE,
        str(organisation.pk),
        ids(first, second),
        lambda one: seen.append(one.pk),
        choose=lambda events: [one for one in events if one.pk == second.pk],
    )

    first.refresh_from_db()
    assert (count, seen, first.pending) == (2, [second.pk], [OTHER])


def test_a_subscriber_gives_up_alone_and_in_sight(organisation):
    bad = event(organisation, failures={ONE: deliveries.MAX_ATTEMPTS - 1})

    def refuse(_event):
        raise ValueError

    consume(ONE, str(organisation.pk), ids(bad), refuse)
    bad.refresh_from_db()
    assert (bad.pending, bad.dead) == ([OTHER], [ONE])


def give_up(organisation, **changes):
    return DomainEvent.objects.create(
        organisation=organisation,
        kind="thing.happened",
        pending=[OTHER],
        dead=[ONE],
        failures={ONE: deliveries.MAX_ATTEMPTS},
        last_error=f"{ONE}: ValueError('poison')",
        **changes,
    )


def told(*arguments):
    out = StringIO()
    call_command("given_up_events", *arguments, stdout=out)
    return out.getvalue()


def test_the_operator_sees_what_was_given_up_in_every_organisation(
    organisation, other_organisation
):
    event(organisation)
    first = give_up(organisation, created_at=timezone.now() - timedelta(days=60))
    with tenant(other_organisation.pk):
        second = give_up(other_organisation, payload={"secret": "words"})
    forget_handled()

    listed = told()

    assert str(first.pk) in listed
    assert f"organisation {other_organisation.pk}  {ONE}\n    {ONE}: ValueError" in listed
    assert listed.endswith("\n2 given up\n")
    assert "words" not in listed
    assert told("--subscriber", OTHER) == "0 given up\n"
    with tenant(other_organisation.pk):
        second.refresh_from_db()
    assert second.dead == [ONE]


@pytest.mark.parametrize(
    ("decision", "done", "pending", "failures"),
    [
        ("--replay", "replayed", [ONE, OTHER], {}),
        ("--dismiss", "dismissed", [OTHER], {ONE: deliveries.MAX_ATTEMPTS}),
    ],
)
def test_the_operator_decides_about_what_was_given_up(
    organisation, decision, done, pending, failures
):
    later = timezone.now() + timedelta(hours=1)
    bad, kept = (give_up(organisation, ring_after=later) for _ in range(2))

    listed = told(decision, str(bad.pk))

    bad.refresh_from_db()
    kept.refresh_from_db()
    assert listed.splitlines()[-1] == f"1 {done}"
    assert (bad.pending, bad.dead, bad.failures) == (pending, [], failures)
    assert (bad.ring_after < later) is (decision == "--replay")
    assert kept.dead == [ONE]


def test_a_subscriber_that_is_gone_does_not_silence_the_others(
    organisation, caplog, django_capture_on_commit_callbacks
):
    """An update has renamed a task for which events still wait."""
    past = timezone.now() - timedelta(seconds=5)
    waiting = event(organisation, ring_after=past)
    DomainEvent.objects.update(pending=["gone.tasks.work", "contacts.tasks.suppress_bounced"])

    with django_capture_on_commit_callbacks() as bells:
        relay()

    waiting.refresh_from_db()
    assert len(bells) == 1
    assert waiting.ring_after > timezone.now()
    assert [(line.getMessage(), line.subscriber) for line in caplog.records] == [
        ("subscriber_gone", "gone.tasks.work")
    ]


@pytest.mark.parametrize(("decision", "pending"), [("--replay", [ONE]), ("--dismiss", [])])
def test_the_operator_decides_about_what_one_subscriber_gave_up(organisation, decision, pending):
    bad = give_up(organisation)
    failures = {OTHER: deliveries.MAX_ATTEMPTS}
    DomainEvent.objects.update(pending=[], dead=[ONE, OTHER], failures=bad.failures | failures)

    told(decision, "--subscriber", ONE)

    bad.refresh_from_db()
    assert (bad.pending, bad.dead) == (pending, [OTHER])
    assert OTHER in bad.failures


def test_the_relay_waits_longer_after_each_failure(organisation):
    assert pause(event(organisation)) == RING_AGAIN_AFTER
    assert pause(event(organisation, failures={ONE: 2})) == 4 * RING_AGAIN_AFTER
    assert pause(event(organisation, failures={ONE: 19})) == LONGEST_PAUSE


def test_the_relay_rings_once_for_what_is_due(organisation):
    due = event(organisation, ring_after=timezone.now() - timedelta(seconds=5))
    event(organisation, ring_after=timezone.now() + timedelta(seconds=5))
    DomainEvent.objects.update(pending=[])
    DomainEvent.objects.filter(pk=due.pk).update(pending=["events.tasks.relay"])

    assert (relay(), relay()) == (1, 0)


@pytest.mark.slow  # two real connections
def test_subscribers_of_one_event_do_not_shut_each_other_out(committed):
    """A slow rollup must not make the alert wait for the relay."""
    organisation = OrganisationFactory()
    with tenant(organisation.pk):
        happened = event(organisation)
    is_in, may_leave = Event(), Event()

    def slow(_event):
        is_in.set()
        may_leave.wait(10)

    def run(subscriber, handle):
        try:
            return consume(subscriber, str(organisation.pk), ids(happened), handle)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(run, ONE, slow)
        assert is_in.wait(10)
        second = pool.submit(run, OTHER, lambda _event: None)
        assert second.result(10) == 1
        may_leave.set()
        assert first.result(10) == 1


@pytest.mark.slow  # two real connections
def test_a_subscriber_that_gives_up_leaves_what_others_did_meanwhile(committed):
    organisation = OrganisationFactory()
    with tenant(organisation.pk):
        bad = event(organisation, failures={ONE: deliveries.MAX_ATTEMPTS - 1})
    is_in, may_leave = Event(), Event()

    def refuse(_event):
        is_in.set()
        may_leave.wait(10)
        raise ValueError

    def run():
        try:
            consume(ONE, str(organisation.pk), ids(bad), refuse)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        given_up = pool.submit(run)
        assert is_in.wait(10)
        consume(OTHER, str(organisation.pk), ids(bad), lambda _event: None)
        may_leave.set()
        given_up.result(10)

    with tenant(organisation.pk):
        bad.refresh_from_db()
    assert (bad.pending, bad.dead) == ([], [ONE])


@pytest.mark.slow  # two real connections
def test_two_runs_of_a_subscriber_share_the_work(committed):
    organisation = OrganisationFactory()
    with tenant(organisation.pk):
        happened = [event(organisation) for _ in range(20)]
    start, seen = Barrier(2), []

    def run():
        start.wait(10)
        try:
            return consume(ONE, str(organisation.pk), ids(*happened), lambda e: seen.append(e.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = [future.result(20) for future in [pool.submit(run) for _ in range(2)]]

    assert sum(counts) == 20
    assert len(seen) == len(set(seen)) == 20
