"""What can go wrong with surveys, for callers to word."""

from collections.abc import Sequence
from typing import Protocol


class Described(Protocol):
    """A problem with its place, its code and its words (`surveys.definition.ProblemAt`)."""

    @property
    def path(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...


class SurveyProblem(Exception):
    """A survey or its document is not fit for what was asked."""


class InvalidDocument(SurveyProblem):
    """The document cannot be kept, not even as a draft."""

    def __init__(self, problems: Sequence[Described]) -> None:
        super().__init__("invalid document")
        self.problems = list(problems)


class NotPublishable(SurveyProblem):
    """The draft is unfinished; each problem says where."""

    def __init__(self, problems: Sequence[Described]) -> None:
        super().__init__("not publishable")
        self.problems = list(problems)


class StaleDraft(SurveyProblem):
    """Somebody else changed the draft since it was read; carries the revision of now."""

    def __init__(self, revision: int) -> None:
        super().__init__(f"the draft is at revision {revision}")
        self.revision = revision


class WrongState(SurveyProblem):
    """The survey's state does not allow this."""

    def __init__(self, state: str) -> None:
        super().__init__(f"not while {state}")
        self.state = state


class NothingToUndo(SurveyProblem):
    """The history of the draft ends here."""
