"""Whether the installation works: its servers, and since when work waits in each queue."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import Error, connection, transaction

from cxhub.lib.patience import broker_answers

# Seconds after which somebody has to look (reliability: an alert waits for two minutes at most).
PATIENCE = {"events": 120, "alerts": 120, "messages": 600, "answers": 300}
MOST_WAIT = "2s"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `age` is for how many seconds the oldest work has waited."""

    name: str
    is_well: bool
    age: float | None = None


def findings() -> list[Finding]:
    """The database, the broker and every queue; without the database there is nothing else."""
    broker = Finding("broker", broker_answers())
    try:
        return [Finding("database", is_well=True), broker, *_queues()]
    except Error:
        return [Finding("database", is_well=False), broker]


def _queues() -> Iterator[Finding]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{MOST_WAIT}'")
        cursor.execute(
            "SELECT queue, coalesce(extract(epoch FROM statement_timestamp() - since), 0)::float8 "
            "FROM dashboards_oldest_waiting()"
        )
        ages = dict(cursor.fetchall())
    for name, most in PATIENCE.items():
        age = max(float(ages[name]), 0.0)
        yield Finding(name, age <= most, age)
