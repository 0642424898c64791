"""What stops a send or a journey before anybody is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


class SurveyNotLive(ValueError):
    """Only a published survey that takes answers can be sent."""


class NoChannel(ValueError):
    """The organisation has no sender for this kind of channel."""


class NotAConversation(ValueError):
    """Only a survey that begins with a score from 0 to 10 can be answered by text."""


class EmptyAudience(ValueError):
    """Nobody was chosen."""


class EventInTheFuture(ValueError):
    """Something that has not happened yet is no event."""


@dataclass(frozen=True)
class MapProblem:
    """What is missing on a journey's map, and at which touchpoint."""

    code: str
    touchpoint: str = ""
    pk: UUID | None = None


class NotPublishable(ValueError):
    """The map would ask nobody, or asks something that cannot be asked."""

    def __init__(self, problems: Sequence[MapProblem]) -> None:
        super().__init__("; ".join(problem.code for problem in problems))
        self.problems = list(problems)
