"""What a reaction is: something that is done, once, when a rule has found something."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise

from accounts.models import Membership
from alerts.models import Incident
from surveys.models import Response


@dataclass(frozen=True)
class Occasion:
    """A new incident, what it is about, and whom its rule names."""

    incident: Incident
    response: Response
    recipients: Sequence[Membership]


class Reaction(Protocol):
    """A kind of reaction; its instances hold no state."""

    slug: str

    @property
    def label(self) -> Promise | str:
        """What it is called in a list of choices."""
        ...

    def sentence(self, recipients: Sequence[str]) -> str:
        """What will be done, in the reader's words, with the recipients' names."""
        ...

    def react(self, occasion: Occasion) -> None:
        """Do it, in the transaction of the incident; what leaves the house goes by rows."""
        ...
