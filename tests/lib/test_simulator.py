"""The ledger tells what left, from any process, even twice."""

import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxhub.lib.simulator import IN, Entry, Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "simulator" / "ledger.sqlite3")


def entry(message_id: str, to: str = "+33639980001", organisation: str = "lune") -> Entry:
    return Entry(
        message_id=message_id,
        channel="sms",
        to=to,
        sender="MaisonLune",
        text="Répondez de 0 à 10",
        organisation=organisation,
        headers={"X": "é"},
    )


def test_messages_come_newest_first_and_complete(ledger: Ledger) -> None:
    first = ledger.record(entry("a"))
    second = ledger.record(entry("b"))

    messages = ledger.messages()

    assert [(m.number, m.message_id) for m in messages] == [(second, "b"), (first, "a")]
    assert (messages[0].text, dict(messages[0].headers)) == ("Répondez de 0 à 10", {"X": "é"})


def test_messages_are_filtered(ledger: Ledger) -> None:
    seen = ledger.record(entry("a"))
    ledger.record(entry("b", to="+33639980002"))
    ledger.record(entry("c", organisation="northwind"))
    ledger.record(
        Entry(message_id="d", channel="sms", to="36180", sender="+33", text="9", direction=IN)
    )

    assert [m.message_id for m in ledger.messages(to="+33639980002")] == ["b"]
    assert [m.message_id for m in ledger.messages(organisation="northwind")] == ["c"]
    assert [m.message_id for m in ledger.messages(after=seen)] == ["c", "b"]
    assert [m.message_id for m in ledger.messages(direction=IN)] == ["d"]
    assert [m.message_id for m in ledger.messages(limit=1)] == ["c"]
    assert ledger.messages(since=datetime(2100, 1, 1, tzinfo=UTC)) == []
    assert ledger.messages(channel="email") == []


def test_a_message_sent_twice_shows_twice(ledger: Ledger) -> None:
    ledger.record_all([entry("a"), entry("b"), entry("a")])

    assert ledger.counts() == {"a": 2, "b": 1}
    assert (ledger.count("a"), ledger.count("c")) == (2, 0)
    assert ledger.find("c") is None


def test_clear_forgets_everything(ledger: Ledger) -> None:
    ledger.record(entry("a"))

    ledger.clear()

    assert ledger.messages() == []


def _write(path: Path, name: str) -> None:
    ledger = Ledger(path)
    for number in range(25):
        ledger.record(entry(f"{name}-{number}"))


def test_processes_write_at_once_without_losing_any(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(path, name)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert Ledger(path).counts() == {f"{n}-{i}": 1 for n in "abc" for i in range(25)}
