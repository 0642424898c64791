"""What was answered behind a door, for who holds it: the customer, or a browser that answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from surveys.enums import Doubt, ResponseState
from surveys.models import EarlierAnswer, Response
from surveys.queries.openings import Opening

BEGUN_FOR = timedelta(days=7)
CHANGEABLE_FOR = timedelta(hours=24)
COUNTS = Q(state=ResponseState.COMPLETED)
WAITS = Q(state=ResponseState.QUARANTINED, flags__contains=[Doubt.HELD.value])


@dataclass(frozen=True)
class Beginning:
    """Answers that a person has begun and not sent, and when he last went on."""

    answers: Mapping[str, object]
    language: str
    at: datetime

    @property
    def is_young(self) -> bool:
        return timezone.now() - self.at < BEGUN_FOR


def answered_behind(
    opening: Opening, token_hash: str, submission_id: str | None
) -> QuerySet[Response]:
    """The completed answer of a personal link, or the one whose sheet the browser holds.

    Asked in the tenant that the door names.
    """
    return _behind(COUNTS, opening, token_hash, submission_id)


def thanked_behind(
    opening: Opening, token_hash: str, submission_id: str | None
) -> QuerySet[Response]:
    """The same, also while it waits until it is known that a person gave it."""
    return _behind(COUNTS | WAITS, opening, token_hash, submission_id)


def _behind(
    which: Q, opening: Opening, token_hash: str, submission_id: str | None
) -> QuerySet[Response]:
    rows = Response.objects.within(UUID(opening.organisation_id)).filter(which)
    if not opening.collector_id:
        return rows.filter(invitation__token_hash=token_hash)
    if submission_id is None:
        return rows.none()
    return rows.filter(collector=UUID(opening.collector_id), submission_id=submission_id)


def is_handed_in(opening: Opening, submission_id: UUID) -> bool:
    """Whether a sheet has come in at a public door, whatever became of it."""
    rows = Response.objects.within(UUID(opening.organisation_id))
    sheets = rows.filter(collector=UUID(opening.collector_id), submission_id=submission_id)
    return sheets.exclude(state=ResponseState.PARTIAL).exists()


def begun_behind(opening: Opening, token_hash: str) -> Mapping[str, object]:
    """What the customer of a personal link has begun to answer, whichever browser he used."""
    rows = Response.objects.within(UUID(opening.organisation_id)).filter(
        invitation__token_hash=token_hash,
        state__in=[ResponseState.PARTIAL, ResponseState.QUARANTINED],
    )
    begun = [beginning_of(row) for row in rows]
    return next((one.answers for one in begun if one and one.is_young), {})


def beginning_of(response: Response) -> Beginning | None:
    """What a person has begun behind the response's door, whatever stands there now."""
    if response.state == ResponseState.PARTIAL:
        return Beginning(response.answers, response.language, response.answered_at)
    if response.state == ResponseState.QUARANTINED and response.begun:
        kept = response.begun
        return Beginning(kept["answers"], kept["language"], datetime.fromisoformat(kept["at"]))
    return None


def is_changeable(answered_at: datetime) -> bool:
    """Whether an answer is young enough for its customer to change it."""
    return timezone.now() - answered_at < CHANGEABLE_FOR


def earlier_answers(response: Response) -> QuerySet[EarlierAnswer]:
    """What the response said before each change, the oldest first."""
    return EarlierAnswer.objects.within(response.organisation_id).filter(response=response)
