"""Surveys, their versions and the history of their drafts."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from accounts.models import Organisation
from cxhub.lib.ids import parse_uuid
from cxhub.lib.kept import FOR_EVER, Kept
from cxhub.lib.rows import row_by_id
from surveys.definition import Definition, parse
from surveys.enums import SurveyState
from surveys.models import DraftStep, Survey, SurveyVersion

_parsed: Kept[Definition] = Kept(FOR_EVER, most=500)


def surveys(organisation: Organisation, *, state: str = "") -> QuerySet[Survey]:
    """The organisation's surveys, last changed first; archived ones only when asked for."""
    rows = Survey.objects.within(organisation).select_related("current_version")
    rows = rows.filter(state=state) if state else rows.exclude(state=SurveyState.ARCHIVED)
    return rows.order_by("-updated_at", "-id")


def survey_by_id(organisation: Organisation, text: str) -> Survey | None:
    """The survey of an identifier, archived or not, with its version; None for anything else."""
    rows = Survey.objects.within(organisation).select_related("organisation", "current_version")
    return row_by_id(rows, parse_uuid(text))


def locked_survey(survey: Survey) -> Survey:
    """The survey as it is now, locked until the transaction ends."""
    return (
        Survey.objects.within(survey.organisation_id)
        .select_related("organisation")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=survey.pk)
    )


def latest_version(survey: Survey) -> SurveyVersion | None:
    return (
        SurveyVersion.objects.within(survey.organisation_id)
        .filter(survey=survey)
        .order_by("-number")
        .first()
    )


def published_kinds(survey: Survey) -> dict[str, str]:
    """The kind of every key that a version of this survey ever published."""
    documents = (
        SurveyVersion.objects.within(survey.organisation_id)
        .filter(survey=survey)
        .order_by("number")
        .values_list("definition", flat=True)
    )
    return {item["key"]: item["kind"] for document in documents for item in document["questions"]}


def definition_of(version: SurveyVersion) -> Definition:
    """The typed definition of a version, parsed once per process: versions never change."""
    return _parsed.get_or_make(version.pk, lambda: parse(version.definition))


def draft_definition(survey: Survey) -> Definition:
    """The draft as customers would see it."""
    return parse(survey.draft)


def draft_step(survey: Survey, number: int) -> DraftStep | None:
    return (
        DraftStep.objects.within(survey.organisation_id)
        .filter(survey=survey, number=number)
        .first()
    )


def draft_steps_around(survey: Survey) -> Mapping[str, bool]:
    """Whether there is something to undo and to redo."""
    numbers = set(
        DraftStep.objects.within(survey.organisation_id)
        .filter(survey=survey, number__in=[survey.draft_step - 1, survey.draft_step + 1])
        .values_list("number", flat=True)
    )
    return {
        "can_undo": survey.draft_step - 1 in numbers,
        "can_redo": survey.draft_step + 1 in numbers,
    }


def has_unpublished_changes(survey: Survey) -> bool:
    """Whether the draft differs from what customers see."""
    version: Any = survey.current_version
    return version is not None and version.definition != survey.draft
