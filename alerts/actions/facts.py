"""Gathering what conditions may know of responses, before they judge."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from alerts.conditions.base import ResponseFacts, ScoreFact
from surveys.definition import Definition
from surveys.enums import ResponseState
from surveys.models import Response, Score, Survey
from surveys.queries.surveys import definition_of


def facts_of(response: Response) -> ResponseFacts:
    """The facts of one response."""
    scores = Score.objects.within(response.organisation_id).filter(response=response)
    return _facts(
        definition_of(response.version),
        response,
        [ScoreFact(score.question_key, score.metric, score.value) for score in scores],
    )


def recent_facts(survey: Survey, *, since: datetime, most: int) -> Iterator[ResponseFacts]:
    """The facts of a survey's completed responses, newest first, at most so many."""
    rows = list(
        Response.objects.within(survey.organisation_id)
        .filter(survey=survey, state=ResponseState.COMPLETED, answered_at__gte=since)
        .select_related("version", "place")
        .order_by("-answered_at", "-pk")[:most]
    )
    scores: dict[UUID, list[ScoreFact]] = defaultdict(list)
    found = Score.objects.within(survey.organisation_id).filter(
        response__in=[row.pk for row in rows]
    )
    for pk, key, metric, value in found.values_list(
        "response_id", "question_key", "metric", "value"
    ):
        scores[pk].append(ScoreFact(key, metric, value))
    for row in rows:
        yield _facts(definition_of(row.version), row, scores[row.pk])


def _facts(definition: Definition, response: Response, scores: list[ScoreFact]) -> ResponseFacts:
    comments = (
        response.answers.get(question.key)
        for question in definition.questions
        if question.is_comment
    )
    return ResponseFacts(
        scores=scores,
        comments=[text for text in comments if isinstance(text, str)],
        channel=response.channel,
        place=response.place.name if response.place else "",
    )
