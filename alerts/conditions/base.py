"""What a condition is: facts in, a verdict out, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise

Params = Mapping[str, str | int | float | bool]


class Verdict(StrEnum):
    """`UNKNOWN` is not `FINE`: it says that nobody could tell."""

    BREACH = "breach"
    FINE = "fine"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ScoreFact:
    """One scored answer."""

    question_key: str
    metric: str
    value: int


@dataclass(frozen=True)
class ResponseFacts:
    """What a condition may know of a response."""

    scores: Sequence[ScoreFact]
    comments: Sequence[str]
    channel: str
    place: str


class Condition(Protocol):
    """A kind of condition; its instances hold no state."""

    slug: str

    @property
    def label(self) -> Promise | str:
        """What it is called in a list of choices."""
        ...

    def check(self, params: Params) -> list[str]:
        """The names of the parameters that make no sense; empty when all do."""
        ...

    def sentence(self, params: Params) -> str:
        """The condition in the reader's words."""
        ...

    def evaluate(self, facts: ResponseFacts, params: Params) -> Verdict:
        """Whether the facts breach the condition."""
        ...
