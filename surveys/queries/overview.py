"""The list of surveys with their numbers of the last 30 days, in a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from cxhub.lib.ordering import Alphabetical, Column, Ordering
from surveys.models import ScoreRollup, Survey
from surveys.queries.surveys import definition_of, surveys
from surveys.scoring import BINS, METRICS, Estimate, estimate

PAGE = 50
DAYS = 30  # with today, by the organisation's clock: as the results page counts them


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One line of the list: the survey, how many answered, the score of its first question."""

    survey: Survey
    responses: int
    score: Estimate | None

    @property
    def is_nps(self) -> bool:
        return self.score is not None and METRICS[self.score.metric].family == "nps"

    @property
    def is_share(self) -> bool:
        return self.score is not None and METRICS[self.score.metric].family == "proportion"

    @property
    def share(self) -> float | None:
        """The score as a share of 1, for percentages."""
        return self.score.value / 100 if self.score and self.score.value is not None else None

    @property
    def share_low(self) -> float | None:
        return self.score.low / 100 if self.score and self.score.low is not None else None

    @property
    def share_high(self) -> float | None:
        return self.score.high / 100 if self.score and self.score.high is not None else None

    @property
    def is_mean(self) -> bool:
        return self.score is not None and METRICS[self.score.metric].family == "mean"


COLUMNS = (
    Column(
        "changed",
        pgettext_lazy("survey", "Changed"),
        _("Changed longest ago first"),
        _("Last changed first"),
        ("updated_at", "pk"),
        starts_down=True,
    ),
    Column("name", _("Survey"), _("Name, A to Z"), _("Name, Z to A"), ("sort_name", "pk")),
    Column(
        "responses",
        _("Responses, 30 days"),
        _("Fewest responses first"),
        _("Most responses first"),
        ("responses",),
        starts_down=True,
    ),
)


def survey_page(
    organisation: Organisation, order: Ordering, state: str, number: str | None
) -> tuple[list[SurveyRow], Page[Any]]:
    """One page of the list in its order.

    People make surveys, by the hundred at most: by responses all of them are counted, and those
    that have as many stay in the order of their last change.
    """
    found = surveys(organisation, state=state)
    if order.column.name != "responses":
        ordered = found.annotate(sort_name=Alphabetical("name")).order_by(*order.fields)
        page = Paginator(ordered, PAGE).get_page(number)
        return survey_rows(organisation, page.object_list), page
    rows = survey_rows(organisation, found.defer("draft"))
    rows.sort(key=lambda row: row.responses, reverse=order.is_down)
    counted = Paginator(rows, PAGE).get_page(number)
    return list(counted.object_list), counted


def survey_rows(organisation: Organisation, listed: Iterable[Survey]) -> list[SurveyRow]:
    """The surveys with their numbers, in the order given."""
    found = list(listed)
    histograms = _histograms(organisation, [survey.pk for survey in found])
    return [_row(survey, histograms) for survey in found]


def counts_by_state(organisation: Organisation) -> dict[str, int]:
    rows = Survey.objects.within(organisation).values("state").annotate(n=Count("id"))
    return {row["state"]: row["n"] for row in rows.order_by("state")}


def _histograms(
    organisation: Organisation, listed: Sequence[UUID]
) -> dict[tuple[UUID, str], tuple[list[int], int]]:
    """Counts and skips of each question since the beginning of the period."""
    bins = {f"bin{index}": Sum(F(f"counts__{index}")) for index in range(BINS)}
    rows = (
        ScoreRollup.objects.within(organisation)
        .filter(survey__in=listed, hour__gte=_since(organisation))
        .values("survey", "question_key")
        .annotate(skips=Sum("skipped"), **bins)
        .order_by("survey", "question_key")
    )
    return {
        (row["survey"], row["question_key"]): (
            [row[name] for name in bins],  # type: ignore[literal-required]
            row["skips"],
        )
        for row in rows
    }


def _since(organisation: Organisation) -> datetime:
    zone = ZoneInfo(organisation.timezone)
    first = timezone.now().astimezone(zone).date() - timedelta(days=DAYS - 1)
    return datetime.combine(first, time.min, zone)


def _row(survey: Survey, histograms: dict[tuple[UUID, str], tuple[list[int], int]]) -> SurveyRow:
    version = survey.current_version
    question = definition_of(version).primary if version else None
    if question is None or (survey.pk, question.key) not in histograms:
        return SurveyRow(survey, 0, None)
    counts, skips = histograms[survey.pk, question.key]
    score = estimate(question.kind, counts) if sum(counts) else None
    return SurveyRow(survey, sum(counts) + skips, score)
