"""The simulator delivers into its ledger, and only where it is switched on."""

import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from channels_out.enums import FailureReason, MessageState, Outcome
from channels_out.kinds import KINDS
from channels_out.kinds.base import Absent, Config, DeliveryError, Envelope, Problem, Receipt
from cxhub.lib.simulator import Ledger

CHANNELS = ["email", "sms"]


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    async def wait() -> Any:
        return await coroutine

    return async_to_sync(wait)()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        "simulator",
        sender="Maison Lune <avis@example.fr>",
        simulator_enabled=True,
        simulator_path=str(tmp_path / "ledger.sqlite3"),
    )


def envelope(message_id: str) -> Envelope:
    return Envelope(
        message_id,
        "lea@example.fr",
        "Bonjour {name}",
        subject="Avis {name}",
        html="<p>{name}</p>",
        slots={"name": "Zoë <b>"},
        organisation="lune",
        unsubscribe_url="https://cx.example.fr/u/1",
    )


@pytest.mark.parametrize("channel", CHANNELS)
def test_send_delivers_into_the_ledger(channel: str, config: Config) -> None:
    sender = KINDS[channel].provider("simulator").sender

    attempts = run(sender.send([envelope("a"), envelope("b")], config))

    assert attempts == [
        Receipt("simulator-a", MessageState.DELIVERED),
        Receipt("simulator-b", MessageState.DELIVERED),
    ]
    recorded = Ledger(config.simulator_path).messages(organisation="lune")
    assert [(m.message_id, m.channel, m.to, m.text) for m in recorded] == [
        ("b", channel, "lea@example.fr", "Bonjour Zoë <b>"),
        ("a", channel, "lea@example.fr", "Bonjour Zoë <b>"),
    ]


def test_a_simulated_mail_is_shown_as_it_would_be_sent(config: Config) -> None:
    run(KINDS["email"].provider("simulator").sender.send([envelope("a")], config))

    mail = Ledger(config.simulator_path).find("a")
    assert mail is not None
    assert (mail.subject, mail.html) == ("Avis Zoë <b>", "<p>Zoë &lt;b&gt;</p>")
    assert mail.headers["List-Unsubscribe"] == "<https://cx.example.fr/u/1>"


@pytest.mark.parametrize("channel", CHANNELS)
def test_find_knows_what_left_and_what_did_not(channel: str, config: Config) -> None:
    sender = KINDS[channel].provider("simulator").sender
    run(sender.send([envelope("a")], config))

    assert run(sender.find(envelope("a"), config)) == Receipt("simulator-a", MessageState.DELIVERED)
    assert run(sender.find(envelope("b"), config)) == Absent()


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_switched_off_simulator_refuses(channel: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    off = Config("simulator", sender="MaisonLune", simulator_path=str(path))
    sender = KINDS[channel].provider("simulator").sender

    (attempt,) = run(sender.send([envelope("a")], off))

    assert isinstance(attempt, DeliveryError)
    assert (attempt.outcome, attempt.code) == (Outcome.FAILED, "simulator_off")
    assert run(sender.check(off)) == Problem(FailureReason.SIMULATOR_OFF)
    assert not path.exists()


def test_a_claim_that_is_too_old_is_not_sent(config: Config) -> None:
    sender = KINDS["sms"].provider("simulator").sender

    (attempt,) = run(sender.send([envelope("a")], config, deadline=time.monotonic() - 1))

    assert isinstance(attempt, DeliveryError)
    assert (attempt.outcome, attempt.reason) == (Outcome.RETRY, FailureReason.LATE)
    assert attempt.consumes_attempt is False
    assert Ledger(config.simulator_path).messages() == []
