"""Counting answers into hourly histograms, each exactly once.

A tick takes completed responses that no bucket holds yet, adds them to their buckets and
marks them in the same transaction: whatever dies, an answer counts once. What changes one counted
response does it inside `moving`; what changes many of them calls `recompute`.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from accounts.models import Organisation, Place
from cxhub.lib.locks import take_turn
from cxhub.lib.tenancy import tenant
from events.actions.outbox import publish
from surveys.models import Response, ScoreRollup, Survey
from surveys.queries import openings

logger = logging.getLogger(__name__)

BATCH = 2_000

TAKE = """
SELECT id, version_id FROM surveys_response
WHERE organisation_id = %s AND state = 'completed' AND rolled_up_at IS NULL
ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""

_BINS = range(11)
_COUNTS = ", ".join(f"%(sign)s * count(*) FILTER (WHERE s.value = {value})" for value in _BINS)
_SUMS = ", ".join(f"b.counts[{i + 1}] + excluded.counts[{i + 1}]" for i in _BINS)

# The questions that each version scores come as three parallel arrays. The sign is that of
# what comes into the buckets (1) or leaves them (-1).
COUNT = f"""
SELECT r.organisation_id, r.survey_id, q.question_key, q.metric,
       date_trunc('hour', r.answered_at, 'UTC') AS hour, r.channel, r.place_id,
       ARRAY[{_COUNTS}]::int[] AS counts,
       (%(sign)s * count(*) FILTER (WHERE s.id IS NULL))::int AS skipped
FROM surveys_response r
JOIN unnest(%(versions)s::uuid[], %(keys)s::varchar[], %(metrics)s::varchar[])
    AS q(version_id, question_key, metric) ON q.version_id = r.version_id
LEFT JOIN surveys_score s ON s.organisation_id = r.organisation_id
    AND s.response_id = r.id AND s.question_key = q.question_key AND s.metric = q.metric
WHERE r.organisation_id = %(organisation)s AND r.state = 'completed' AND {{which}}
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""

# Ordered, so that two ticks that meet in the same buckets wait and never deadlock.
ADD = f"""
INSERT INTO surveys_scorerollup AS b (
    id, organisation_id, survey_id, question_key, metric, hour, channel, place_id, counts, skipped)
SELECT uuidv7(), c.* FROM ({COUNT}) c ORDER BY 2, 3, 4, 5, 6, 7, 8
ON CONFLICT (organisation_id, survey_id, question_key, metric, hour, channel, place_id)
DO UPDATE SET counts = ARRAY[{_SUMS}], skipped = b.skipped + excluded.skipped
"""

MARK = """
UPDATE surveys_response SET rolled_up_at = now()
WHERE organisation_id = %s AND id = ANY(%s::uuid[])
RETURNING survey_id
"""

DRIFT = f"""
WITH counted AS ({COUNT.format(which="r.survey_id = %(survey)s AND r.rolled_up_at IS NOT NULL")}),
kept AS (
    SELECT * FROM surveys_scorerollup
    WHERE organisation_id = %(organisation)s AND survey_id = %(survey)s)
SELECT count(*) FROM counted c FULL JOIN kept k
    ON (c.question_key, c.metric, c.hour, c.channel) = (k.question_key, k.metric, k.hour, k.channel)
    AND c.place_id IS NOT DISTINCT FROM k.place_id
WHERE coalesce(c.counts, array_fill(0, ARRAY[11])) <> coalesce(k.counts, array_fill(0, ARRAY[11]))
   OR coalesce(c.skipped, 0) <> coalesce(k.skipped, 0)
"""


def roll_up(organisation_id: UUID | str) -> int:
    """Count everything that waits; returns how many responses were counted."""
    total = 0
    while counted := roll_up_batch(organisation_id):
        total += counted
        if counted < BATCH:
            break
    return total


def roll_up_batch(organisation_id: UUID | str) -> int:
    """Count what waits, at most one batch, and say whose numbers moved."""
    with tenant(organisation_id), connection.cursor() as cursor:
        _take_turn(organisation_id, is_shared=True)
        cursor.execute(TAKE, [str(organisation_id), BATCH])
        taken = cursor.fetchall()
        if not taken:
            return 0
        ids = [str(row[0]) for row in taken]
        parameters = _parameters(organisation_id, {row[1] for row in taken})
        which = "r.id = ANY(%(ids)s::uuid[])"
        cursor.execute(ADD.format(which=which), {**parameters, "ids": ids})
        cursor.execute(MARK, [str(organisation_id), ids])
        surveys = {row[0] for row in cursor.fetchall()}
        for survey_id in sorted(surveys):
            _announce(UUID(str(organisation_id)), survey_id)
    return len(ids)


def begin_moving(organisation_id: UUID) -> None:
    """Take a turn beside the ticks, before any response is held: a recomputation holds them all."""
    _take_turn(organisation_id, is_shared=True)


@contextmanager
def moving(response: Response) -> Iterator[None]:
    """Change what a held response counts for: out of its buckets before, into them again after.

    Both in the caller's transaction, so that no reader ever sees it missing or twice. One that no
    tick has counted yet is left to the next.
    """
    if response.rolled_up_at is None:
        yield
        return
    with connection.cursor() as cursor:
        parameters = _parameters(response.organisation_id, {response.version_id})
        statement = ADD.format(which="r.id = %(response)s")
        cursor.execute(statement, {**parameters, "response": response.pk, "sign": -1})
        yield
        cursor.execute(statement, {**parameters, "response": response.pk})
    _announce(response.organisation_id, response.survey_id)


@transaction.atomic
def show_place_anew(place: Place) -> None:
    """Say that the numbers in which a place is named have to be shown anew."""
    rows = ScoreRollup.objects.within(place.organisation_id).filter(place=place)
    for survey_id in sorted(set(rows.order_by().values_list("survey_id", flat=True).distinct())):
        _announce(place.organisation_id, survey_id)


@transaction.atomic
def recompute(organisation: Organisation, survey: Survey) -> None:
    """Make a survey's buckets anew from its responses."""
    with tenant(organisation.pk), connection.cursor() as cursor:
        _take_turn(organisation.pk, is_shared=False)
        cursor.execute(
            "DELETE FROM surveys_scorerollup WHERE organisation_id = %s AND survey_id = %s",
            [organisation.pk, survey.pk],
        )
        cursor.execute(
            "SELECT id FROM surveys_response WHERE organisation_id = %s AND survey_id = %s "
            "AND state = 'completed' FOR NO KEY UPDATE",
            [organisation.pk, survey.pk],
        )
        ids = [str(row[0]) for row in cursor.fetchall()]
        parameters = _parameters(organisation.pk, _versions_of(organisation, survey))
        which = "r.id = ANY(%(ids)s::uuid[])"
        cursor.execute(ADD.format(which=which), {**parameters, "ids": ids})
        cursor.execute(MARK, [organisation.pk, ids])
        _announce(organisation.pk, survey.pk)


def drift(organisation: Organisation, survey: Survey) -> int:
    """How many buckets differ from what the responses say; always 0."""
    with tenant(organisation.pk), connection.cursor() as cursor:
        _take_turn(organisation.pk, is_shared=False)
        parameters = _parameters(organisation.pk, _versions_of(organisation, survey))
        cursor.execute(DRIFT, {**parameters, "survey": survey.pk})
        row = cursor.fetchone()
    return int(row[0])


def check_rollups(organisation_id: UUID) -> int:
    """Compare every survey's buckets with its responses; makes anew, and reports, what differs."""
    with tenant(organisation_id):
        surveys = list(
            Survey.objects.within(organisation_id)
            .exclude(current_version=None)
            .select_related("organisation")
            .order_by("pk")
        )
    wrong = 0
    for survey in surveys:
        buckets = drift(survey.organisation, survey)
        if buckets:
            wrong += 1
            logger.error(
                "Rollups of a survey differ from its responses and are computed anew",
                extra={
                    "organisation_id": str(organisation_id),
                    "survey_id": str(survey.pk),
                    "buckets": buckets,
                },
            )
            recompute(survey.organisation, survey)
    return wrong


def _versions_of(organisation: Organisation, survey: Survey) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM surveys_surveyversion WHERE organisation_id = %s AND survey_id = %s",
            [organisation.pk, survey.pk],
        )
        return {row[0] for row in cursor.fetchall()}


def _parameters(organisation_id: UUID | str, version_ids: set[UUID]) -> dict[str, Any]:
    """The organisation, and what each version scores."""
    scored = [
        (str(version_id), question.key, question.kind)
        for version_id in version_ids
        if (version := openings.version(version_id))
        for question in version.definition.scored_questions()
    ]
    versions, keys, metrics = _columns(scored)
    return {
        "organisation": str(organisation_id),
        "sign": 1,
        "versions": versions,
        "keys": keys,
        "metrics": metrics,
    }


def _columns(rows: Sequence[tuple[str, str, str]]) -> tuple[list[str], list[str], list[str]]:
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def _take_turn(organisation_id: UUID | str, *, is_shared: bool) -> None:
    """Ticks go side by side; a recomputation is alone."""
    take_turn(f"surveys.rollups:{organisation_id}", is_shared=is_shared)


def _announce(organisation_id: UUID, survey_id: UUID) -> None:
    Survey.objects.filter(organisation_id=organisation_id, pk=survey_id).update(
        results_version=F("results_version") + 1
    )
    version = Survey.objects.values_list("results_version", flat=True).get(pk=survey_id)
    publish(
        organisation=organisation_id,
        kind="rollup.refreshed",
        payload={"survey": str(survey_id), "version": version},
    )
