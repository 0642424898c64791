"""What this process knows of a broker that says nothing. Imports nothing: settings use it."""

import time
from collections.abc import Iterator, Mapping

PAUSE = 3.0  # seconds after which a silent broker is asked again
SHARE = 4  # without the broker, each process allows the limit divided by this


class Silence:
    """When the broker was last heard, and until when nobody asks it."""

    def __init__(self) -> None:
        self._until = self._heard = 0.0

    @property
    def is_silent(self) -> bool:
        return time.monotonic() < self._until

    def fell_silent(self) -> None:
        """Somebody waited in vain: nobody else needs to for a moment."""
        self._until = time.monotonic() + PAUSE
        self._heard = 0.0

    def answered(self) -> None:
        self._heard = time.monotonic()

    def answered_within(self, seconds: float) -> bool:
        return time.monotonic() - self._heard < seconds

    def forget(self) -> None:
        """Start anew (between tests)."""
        self._until = self._heard = 0.0


BROKER = Silence()


class Rates(Mapping[str, str]):
    """Limits as allauth writes them ("10/h/ip,3/h/key"): a quarter while the broker is silent.

    Each process then counts for itself.
    """

    def __init__(self, rates: Mapping[str, str]) -> None:
        self.rates = rates

    def __getitem__(self, action: str) -> str:
        rates = self.rates[action]
        return ",".join(map(_share, rates.split(","))) if BROKER.is_silent else rates

    def __iter__(self) -> Iterator[str]:
        return iter(self.rates)

    def __len__(self) -> int:
        return len(self.rates)


def _share(rate: str) -> str:
    most, _slash, rest = rate.partition("/")
    return f"{max(int(most) // SHARE, 1)}/{rest}"
