"""Scores for programs: the numbers of the pages, from the same engine."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.access import get_within
from accounts.endpoints import KeyRequest, endpoint
from accounts.models import Organisation, Place
from cxhub.lib.problems import Problem
from cxhub.lib.shapes import read_query
from dashboards.access import survey_named
from dashboards.api import shapes
from dashboards.queries.results import definition_for
from dashboards.queries.windows import first_answer
from surveys.definition import Question
from surveys.models import Survey
from surveys.queries.metrics import MetricGroup, Slice, score_groups
from surveys.scoring import METRICS

DAY = timedelta(days=1)


@extend_schema(
    parameters=[shapes.MetricFilter],
    responses=shapes.MetricOut,
    description="Without `from`: since the first answer. Without `to`: until now. "
    "Without `metric`: the survey's first scored question.",
)
@endpoint("GET", scope="metrics")
def metric_collection(request: KeyRequest) -> Response:
    """Score a survey's answers, as a whole or by channel, place, day, week or month."""
    organisation = request.auth.organisation
    wanted = read_query(request, shapes.MetricFilter)
    survey = survey_named(organisation, wanted["survey"])
    question = _question(survey, wanted)
    part = _part(organisation, survey, question, wanted)
    grouping = wanted.get("group_by", "")
    groups = score_groups(organisation, part, grouping)
    return Response(
        {
            "survey": str(survey.pk),
            "question": question.key,
            "metric": question.kind,
            "formula": METRICS[question.kind].formula,
            "timezone": organisation.timezone,
            "groups": [_group(group, grouping) for group in groups],
        }
    )


def _question(survey: Survey, wanted: dict[str, Any]) -> Question:
    """The first scored question that is meant, or 400."""
    for question in definition_for(survey).scored_questions():
        is_kind = wanted.get("metric", question.kind) == question.kind
        if is_kind and wanted.get("question", question.key) == question.key:
            return question
    field = "question" if "question" in wanted else "metric"
    message = _("This survey has no such question")
    error = {"path": field, "code": "no_such_question", "message": message}
    raise Problem(400, "no_such_question", message, errors=[error])


def _part(
    organisation: Organisation, survey: Survey, question: Question, wanted: dict[str, Any]
) -> Slice:
    place = get_within(organisation, Place, wanted["place"]) if "place" in wanted else None
    until: datetime = wanted.get("to") or timezone.now()
    since: datetime = wanted.get("from") or first_answer(organisation, survey) or until - DAY
    return Slice(
        survey=survey,
        question_key=question.key,
        metric=question.kind,
        since=min(since, until),
        until=until,
        channel=wanted.get("channel", ""),
        place_id=place.pk if place else None,
    )


def _group(group: MetricGroup, grouping: str) -> dict[str, Any]:
    found = group.estimate
    return {
        "key": {grouping: group.key or None} if grouping else {},
        "label": group.label,
        "n": found.n,
        "value": _two_decimals(found.value),
        "low": _two_decimals(found.low),
        "high": _two_decimals(found.high),
        "mean": _two_decimals(found.mean),
        "mean_low": _two_decimals(found.mean_low),
        "mean_high": _two_decimals(found.mean_high),
        "top_box": _two_decimals(found.top_box),
        "counts": list(group.counts),
        "excluded": group.excluded,
    }


def _two_decimals(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
