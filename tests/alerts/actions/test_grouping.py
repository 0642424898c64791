"""How many mails leave, and that nothing is left out."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from alerts.actions.grouping import Due, Mailed, plan_mails

NOW = datetime(2026, 3, 14, 10, 42, tzinfo=UTC)


def ids(*numbers):
    return [UUID(int=number) for number in numbers]


def due(*numbers, is_grouped=False):
    return [Due(UUID(int=n), UUID(int=1000 + n), is_grouped) for n in numbers]


def mailed(*minutes, is_digest=False):
    return [Mailed(NOW - timedelta(minutes=minute), is_digest) for minute in minutes]


def everything(plan):
    groups = [*plan.singles, *plan.digests, plan.waiting]
    return sorted(pk for group in groups for pk in group)


def test_the_first_five_leave_at_once():
    plan = plan_mails(due(1, 2, 3, 4, 5), [], NOW)

    assert plan.singles == [ids(1), ids(2), ids(3), ids(4), ids(5)]
    assert (plan.digests, plan.waiting) == ([], [])


def test_the_sixth_waits_for_a_summary():
    plan = plan_mails(due(1, 2, 3, 4, 5, 6, 7), [], NOW)

    assert plan.singles == [ids(1), ids(2), ids(3), ids(4), ids(5)]
    assert plan.waiting == ids(6, 7)
    assert plan.wait_until == NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("minutes", "at_once"),
    [([], 5), ([9, 8, 7], 2), ([9, 8, 7, 6, 5], 0), ([11, 10, 10, 10, 10], 5), ([9] * 7, 0)],
)
def test_only_the_mails_of_ten_minutes_count(minutes, at_once):
    plan = plan_mails(due(1, 2, 3, 4, 5, 6), mailed(*minutes), NOW)

    assert len(plan.singles) == at_once
    assert len(plan.waiting) == 6 - at_once


def test_a_summary_comes_five_minutes_after_the_last_mail():
    plan = plan_mails(due(1), mailed(9, 8, 7, 6, 2), NOW)

    assert plan.wait_until == NOW + timedelta(minutes=3)


def test_a_summary_that_is_late_already_comes_at_once():
    plan = plan_mails(due(1), mailed(9, 9, 9, 9, 9), NOW)

    assert plan.wait_until == NOW + timedelta(seconds=1)


def test_what_has_waited_leaves_together_and_never_waits_again():
    plan = plan_mails(due(1, 2, 3, is_grouped=True), mailed(1, 1, 1, 1, 1), NOW)

    assert plan.digests == [ids(1, 2, 3)]
    assert plan.waiting == []


def test_summaries_do_not_count_as_first_mails():
    plan = plan_mails(due(1), mailed(4, 3, 2, 1, 0, is_digest=True), NOW)

    assert plan.singles == [ids(1)]


def test_two_rules_about_one_response_share_a_mail():
    shared = UUID(int=7)
    rows = [
        Due(UUID(int=1), shared, is_grouped=False),
        *due(2),
        Due(UUID(int=3), shared, is_grouped=False),
    ]

    plan = plan_mails(rows, [], NOW)

    assert plan.singles == [ids(1, 3), ids(2)]


def test_a_storm_is_listed_whole():
    """AB-43: five hundred at once are five mails and summaries that hold all the others."""
    first = plan_mails(due(*range(500)), [], NOW)
    waiting = [Due(pk, pk, is_grouped=True) for pk in first.waiting]
    later = first.wait_until
    second = plan_mails(waiting, [Mailed(NOW, is_digest=False)] * 5, later)

    assert everything(first) == ids(*range(500))
    assert len(first.singles) == 5
    assert [len(digest) for digest in second.digests] == [100, 100, 100, 100, 95]
    assert sorted(pk for digest in second.digests for pk in digest) == ids(*range(5, 500))
