"""Changing an answer that is already in: one response, whose scores move and whose past is kept."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from django.utils import timezone

from cxhub.lib.tenancy import tenant
from events.actions.outbox import publish
from surveys.actions.doubts import Signs, doubt_of
from surveys.actions.responses import Door, fingerprint
from surveys.actions.rollups import begin_moving, moving
from surveys.actions.scores import write_scores
from surveys.definition import Definition, ProblemAt
from surveys.models import EarlierAnswer, Response
from surveys.queries import openings
from surveys.queries.answered import answered_behind, earlier_answers, is_changeable

Kind = Literal["changed", "unknown", "closed", "too_late", "unconfirmed", "invalid"]

MOST_CHANGES = 5


class Change(NamedTuple):
    """What became of a wish to change an answer; `answers` are the cleaned ones."""

    kind: Kind
    response: Response | None = None
    problems: Sequence[ProblemAt] = ()
    answers: Mapping[str, object] | None = None
    version: openings.Version | None = None


class Wanted(NamedTuple):
    """The answers that shall take the place of the earlier ones, as they were sent."""

    answers_for: Callable[[Definition], Mapping[str, object]]
    language: str
    signs: Signs


def change_response(
    *, opening: openings.Opening, door: Door, submission_id: str | None, wanted: Wanted
) -> Change:
    """Put other answers in the place of those that this door's customer gave.

    Opens the tenant itself: the door names it. The moment of the answer stays, and so does the
    version that judged it. The same answers again change nothing, however often they are sent.
    """
    organisation_id = UUID(opening.organisation_id)
    with tenant(organisation_id):
        begin_moving(organisation_id)
        rows = answered_behind(opening, door.token_hash, submission_id)
        held = rows.select_for_update(of=("self",), no_key=True).first()
        if held is None:
            return Change("unknown")
        return _change(held, opening, wanted)


def _change(held: Response, opening: openings.Opening, wanted: Wanted) -> Change:
    version = openings.version(held.version_id)
    if version is None or not opening.takes_answers:
        return Change("closed", held)
    if doubt_of(wanted.signs):
        return Change("unconfirmed", held)
    sent = wanted.answers_for(version.definition)
    answers, problems = version.definition.read_answers(sent, is_complete=True)
    if problems:
        return Change("invalid", held, problems, sent, version)
    if fingerprint(answers) != held.fingerprint:
        if not is_changeable(held.answered_at) or earlier_answers(held).count() >= MOST_CHANGES:
            return Change("too_late", held)
        _replace(held, version.definition, answers, wanted.language)
    return Change("changed", held, (), answers, version)


def _replace(
    held: Response, definition: Definition, answers: Mapping[str, object], language: str
) -> None:
    earlier = EarlierAnswer.objects.create(
        organisation_id=held.organisation_id,
        response=held,
        answers=held.answers,
        language=held.language,
    )
    with moving(held):
        write_scores(held, definition, answers)
    held.answers = dict(answers)
    held.fingerprint = fingerprint(answers)
    held.language = definition.language(language)
    held.changed_at = timezone.now()
    held.save(update_fields=["answers", "fingerprint", "language", "changed_at"])
    publish(
        organisation=held.organisation_id,
        kind="response.changed",
        payload={
            "response": str(held.pk),
            "earlier": str(earlier.pk),
            "survey": str(held.survey_id),
            "contact": str(held.contact_id) if held.contact_id else None,
        },
    )
