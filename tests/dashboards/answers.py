"""Many answers at once: random but the same at every run, and what they should add up to."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from cxhub.lib.ids import uuid7
from surveys.actions.rollups import roll_up
from surveys.models import Response, Score
from surveys.scoring import empty_counts
from tests.factories.accounts import PlaceFactory
from tests.factories.surveys import LiveSurveyFactory

CHANNELS = ("email", "sms", "web", "qr")
STATES = ("completed",) * 16 + ("partial", "quarantined", "excluded", "withdrawn")
COMMENTS = ("Fast and kind.", "Too expensive", "")


def live_survey(organisation, **fields):
    """A published NPS survey."""
    return LiveSurveyFactory(organisation=organisation, **fields)


def answer(survey, value=None, *, at=None, **fields):
    """One response, and its score when a value is given."""
    response = _response(survey, value, at=at, **fields)
    response.save(force_insert=True)
    if value is not None:
        _score(response, value).save(force_insert=True)
    return response


def _response(survey, value, *, at=None, **fields):
    answers = fields.pop("answers", {}) | ({"q1": value} if value is not None else {})
    return Response(
        organisation=survey.organisation,
        survey=survey,
        version=survey.current_version,
        submission_id=uuid7(),
        language="en",
        answers=answers,
        **{"channel": "web", "state": "completed", "answered_at": at or timezone.now()} | fields,
    )


def _score(response, value):
    return Score(
        organisation=response.organisation,
        response=response,
        question_key="q1",
        metric="nps",
        value=value,
    )


def answer_at_random(survey, count, *, seed, days=40, until=None):
    """Responses on every channel, at two places and none, in every state; counted."""
    draw = random.Random(seed)
    places = [
        PlaceFactory(organisation=survey.organisation),
        PlaceFactory(organisation=survey.organisation),
        None,
    ]
    end = until or timezone.now()
    responses, scores = [], []
    for _ in range(count):
        value = draw.choice([*range(11), 9, 10, None])
        response = _response(
            survey,
            value,
            at=end - timedelta(seconds=draw.randrange(days * 86_400)),
            channel=draw.choice(CHANNELS),
            place=draw.choice(places),
            state=draw.choice(STATES),
            answers={"q2": draw.choice(COMMENTS)},
        )
        responses.append(response)
        if value is not None:
            scores.append(_score(response, value))
    Response.objects.bulk_create(responses)
    Score.objects.bulk_create(scores)
    roll_up(survey.organisation_id)
    return [place for place in places if place]


def rows_of(survey) -> list[Response]:
    """All its responses with their scores, to be recounted."""
    return list(Response.objects.filter(survey=survey).prefetch_related("scores"))


def recount(
    rows: list[Response], keep: Callable[[Response], bool], since: datetime, until: datetime
):
    """The histogram and the reasons, from the rows and by hand."""
    counts = empty_counts()
    excluded = dict.fromkeys(("skipped", "partial", "quarantined", "excluded", "withdrawn"), 0)
    for response in rows:
        if not (since <= response.answered_at < until and keep(response)):
            continue
        scores = list(response.scores.all())
        if response.state != "completed":
            excluded[response.state] += 1
        elif scores:
            counts[scores[0].value] += 1
        else:
            excluded["skipped"] += 1
    return counts, excluded
