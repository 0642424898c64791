"""Sending into the simulator's ledger: what every kind's simulator provider shares."""

import sqlite3
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from channels_out.enums import FailureReason, MessageState, Outcome
from channels_out.kinds.base import (
    Absent,
    Attempt,
    Capabilities,
    Config,
    DeliveryError,
    Envelope,
    Evidence,
    Problem,
    Receipt,
)
from channels_out.kinds.chunks import too_late
from cxhub.lib.simulator import Entry, Ledger


@dataclass(frozen=True, slots=True)
class SimulatorSender:
    """Delivers at once to the fake telephone and the fake mailbox; never reaches anybody."""

    abilities: Capabilities
    entry: Callable[[Envelope, Config], Entry]

    def capabilities(self, config: Config) -> Capabilities:
        """Return what the simulated sender can do."""
        return self.abilities

    async def send(
        self, envelopes: Sequence[Envelope], config: Config, deadline: float | None = None
    ) -> list[Attempt]:
        """Record the chunk in one transaction: all of it left, or none of it."""
        if not config.simulator_enabled:
            return [_switched_off() for _ in envelopes]
        if deadline is not None and time.monotonic() > deadline:
            return [too_late() for _ in envelopes]
        entries = [self.entry(envelope, config) for envelope in envelopes]
        try:
            _ledger(config.simulator_path).record_all(entries)
        except sqlite3.Error as error:
            failure = DeliveryError(
                str(error), outcome=Outcome.RETRY, reason=FailureReason.PROVIDER_ERROR
            )
            return [failure for _ in envelopes]
        return [_delivered(envelope) for envelope in envelopes]

    async def find(
        self, envelope: Envelope, config: Config, known: Collection[str] = frozenset()
    ) -> Evidence:
        """Ask the ledger, which forgets nothing."""
        found = _ledger(config.simulator_path).find(envelope.message_id)
        return Absent() if found is None else _delivered(envelope)

    async def check(self, config: Config) -> Problem | None:
        """A simulator works where it is switched on."""
        return None if config.simulator_enabled else Problem(FailureReason.SIMULATOR_OFF)


def provider_id(message_id: str) -> str:
    """Return the id under which the simulator knows a message."""
    return f"simulator-{message_id}"


def _delivered(envelope: Envelope) -> Receipt:
    return Receipt(provider_id(envelope.message_id), MessageState.DELIVERED)


def _switched_off() -> DeliveryError:
    return DeliveryError(
        "simulator_off",
        outcome=Outcome.FAILED,
        reason=FailureReason.SIMULATOR_OFF,
        code="simulator_off",
    )


@lru_cache(maxsize=8)
def _ledger(path: str) -> Ledger:
    return Ledger(path)
