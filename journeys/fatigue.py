"""How often one person may be asked: the budget, its verdict, and when it is free again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

RECENTLY_ASKED = "recently_asked"
SAME_SURVEY = "same_survey"


@dataclass(frozen=True)
class Budget:
    """At most so many surveys in so many days, on all channels together; 0 days: no limit."""

    days: int
    per_contact: int


@dataclass(frozen=True)
class Ask:
    """One survey that reached a person, or is planned to."""

    survey_id: UUID
    at: datetime


@dataclass(frozen=True)
class Verdict:
    """Why not to ask ("" = may be asked), and from when on it would be allowed."""

    reason: str = ""
    free_at: datetime | None = None


def verdict(asks: Sequence[Ask], *, survey_id: UUID, now: datetime, budget: Budget) -> Verdict:
    """Whether a person may be asked with this survey now.

    The same survey twice within the window is refused whatever is left of the budget. Asks
    planned for later count as well: they are already promised.
    """
    if budget.days == 0:
        return Verdict()
    window = timedelta(days=budget.days)
    recent = sorted(ask.at for ask in asks if ask.at > now - window)
    same = [ask.at for ask in asks if ask.at > now - window and ask.survey_id == survey_id]
    free_at = _free_at(recent, same, window, budget.per_contact)
    if same:
        return Verdict(SAME_SURVEY, free_at)
    if len(recent) >= budget.per_contact:
        return Verdict(RECENTLY_ASKED, free_at)
    return Verdict()


def _free_at(
    recent: Sequence[datetime], same: Sequence[datetime], window: timedelta, per_contact: int
) -> datetime | None:
    """When enough asks have left the window; None if that never happens."""
    if per_contact == 0:
        return None
    leaving = list(same)
    if len(recent) >= per_contact:
        leaving.append(recent[len(recent) - per_contact])
    return max(leaving) + window if leaving else None
