"""Limits that hold over several processes; each instance here stands for one process."""

import pytest
import time_machine
from django.core.cache import cache

from cxhub.lib.limits import LocalLimit, SharedLimit, SpreadLimit

DEAD_CACHE = {
    "shared": {
        "BACKEND": "cxhub.lib.patience.ImpatientCache",
        "LOCATION": "redis://127.0.0.1:1",
    }
}


@pytest.fixture(autouse=True)
def _one_window():
    cache.clear()
    with time_machine.travel(1_800_000_000, tick=False):
        yield


def passed(limits, times):
    """How many of so many events pass, shared out evenly among the processes."""
    return sum(not limits[number % len(limits)].wait("key") for number in range(times))


def test_a_local_limit_counts_by_key_and_window():
    limit = LocalLimit(2, seconds=60)

    assert [limit.wait("a"), limit.wait("a"), limit.wait("a")] == [0, 0, 61]
    assert limit.wait("b") == 0
    with time_machine.travel(1_800_000_060, tick=False):
        assert limit.wait("a") == 0


def test_processes_share_one_limit():
    assert passed([SpreadLimit("posts", 60) for _ in range(2)], 100) == 60


def test_whoever_stays_below_a_quarter_costs_no_call_to_the_cache(settings):
    settings.CACHES = DEAD_CACHE

    assert passed([SpreadLimit("posts", 60)], 15) == 15


def test_without_the_cache_each_process_allows_a_quarter(settings):
    settings.CACHES = DEAD_CACHE

    assert passed([SpreadLimit("posts", 60)], 100) == 15
    assert passed([SharedLimit("misses", 30, 60)], 100) == 7


def test_limits_of_different_names_do_not_meet():
    assert passed([SpreadLimit("gets", 8)], 10) == 8
    assert passed([SpreadLimit("posts", 8)], 10) == 8
