"""Whether the installation works: its servers, its rounds, and since when work waits in queues."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import Error, connection, transaction

from cxhub.lib.heartbeats import CLOCK, SWEEPER, silences
from cxhub.lib.patience import broker_answers

# Seconds after which somebody has to look (reliability: an alert waits for two minutes at most).
QUEUES = {"events": 120, "alerts": 120, "messages": 600, "answers": 300}
# Each second and each thirty, when a worker is free: a bulk send may keep one for a while.
ROUNDS = {CLOCK: 60, SWEEPER: 300}
PATIENCE = {**QUEUES, **ROUNDS}
MOST_WAIT = "2s"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    `age` is for how many seconds a queue's oldest work has waited, or since a round's last end.
    """

    name: str
    is_well: bool
    age: float | None = None


def findings() -> list[Finding]:
    """The servers, the rounds and every queue, which nobody knows without the database."""
    others = [Finding("broker", broker_answers()), *_rounds()]
    try:
        return [Finding("database", is_well=True), *others, *_queues()]
    except Error:
        return [Finding("database", is_well=False), *others]


def _rounds() -> Iterator[Finding]:
    for name, age in silences().items():
        yield Finding(name, age is not None and age <= ROUNDS[name], age)


def _queues() -> Iterator[Finding]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{MOST_WAIT}'")
        cursor.execute(
            "SELECT queue, coalesce(extract(epoch FROM statement_timestamp() - since), 0)::float8 "
            "FROM dashboards_oldest_waiting()"
        )
        ages = dict(cursor.fetchall())
    for name, most in QUEUES.items():
        age = max(float(ages[name]), 0.0)
        yield Finding(name, age <= most, age)
