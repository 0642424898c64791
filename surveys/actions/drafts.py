"""Editing the draft: one change at a time, each of the last hundred undoable."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from surveys.definition import check_shape
from surveys.definition.editing import highest_key
from surveys.exceptions import InvalidDocument, NothingToUndo
from surveys.models import DraftStep, Survey
from surveys.queries.surveys import draft_step, latest_version, locked_survey

Document = dict[str, Any]

KEPT_STEPS = 100
SAME_EDIT_WITHIN = timedelta(seconds=8)


def begin_history(*, survey: Survey, actor: User | None) -> None:
    """The first step of a new draft: what undo can never go behind."""
    _record(survey, actor, edit="")
    survey.save(update_fields=["draft_step"])


@transaction.atomic
def edit_draft(
    *,
    survey: Survey,
    change: Callable[[Document], Document],
    actor: User | None,
    edit: str = "",
    name: str | None = None,
) -> Survey:
    """Apply one change to the draft as it is now, whoever wrote it last.

    Changes are addressed by question key, so two people on two questions never collide;
    a change that finds its question altered raises, and nothing is written.
    """
    current = locked_survey(survey)
    document = change(current.draft)
    return write_draft(survey=current, document=document, actor=actor, edit=edit, name=name)


@transaction.atomic
def undo(*, survey: Survey, actor: User | None) -> Survey:
    """The draft as it was before the last step."""
    return _go_to(locked_survey(survey), -1)


@transaction.atomic
def redo(*, survey: Survey, actor: User | None) -> Survey:
    """The draft as it was before the last undo."""
    return _go_to(locked_survey(survey), 1)


def write_draft(
    *,
    survey: Survey,
    document: Document,
    actor: User | None,
    edit: str = "",
    name: str | None = None,
) -> Survey:
    """Store a draft in a survey that the caller has locked; no change writes nothing."""
    problems = check_shape(document)
    if problems:
        raise InvalidDocument(problems)
    document = {**document, "last_key": _last_key(survey, document)}
    is_renamed = name is not None and name != survey.name
    if document == survey.draft and not is_renamed:
        return survey
    if name is not None:
        survey.name = name
    if document != survey.draft:
        _adopt(survey, document)
        _record(survey, actor, edit)
    survey.draft_revision += 1
    survey.save()
    return survey


def _last_key(survey: Survey, document: Mapping[str, Any]) -> int:
    """Keys are never given twice, not even after an undo past their publication."""
    version = latest_version(survey)
    published = version.definition if version else {}
    return max(highest_key(document), highest_key(published))


def _adopt(survey: Survey, document: Document) -> None:
    survey.draft = document
    survey.languages = document["languages"]
    survey.default_language = document["default_language"]


def _record(survey: Survey, actor: User | None, edit: str) -> None:
    steps = DraftStep.objects.within(survey.organisation_id).filter(survey=survey)
    steps.filter(number__gt=survey.draft_step).delete()
    since = timezone.now() - SAME_EDIT_WITHIN
    same = steps.filter(number=survey.draft_step, edit=edit, created_at__gt=since).exclude(edit="")
    if same.update(document=survey.draft):
        return
    survey.draft_step += 1
    DraftStep.objects.create(
        organisation_id=survey.organisation_id,
        survey=survey,
        number=survey.draft_step,
        document=survey.draft,
        edit=edit,
        created_by=actor,
    )
    steps.filter(number__lt=survey.draft_step - KEPT_STEPS).delete()


def _go_to(survey: Survey, distance: int) -> Survey:
    step = draft_step(survey, survey.draft_step + distance)
    if step is None:
        raise NothingToUndo
    _adopt(survey, step.document)
    survey.draft_step = step.number
    survey.draft_revision += 1
    survey.save()
    return survey
