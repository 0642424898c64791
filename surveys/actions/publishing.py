"""Making surveys, publishing what was drafted, and opening or closing them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions import audit
from accounts.models import Organisation, User
from events.actions.outbox import publish
from surveys.actions.drafts import begin_history, write_draft
from surveys.definition import TEMPLATES, new_document, validate
from surveys.enums import SurveyState
from surveys.exceptions import NotPublishable, StaleDraft, WrongState
from surveys.models import Survey, SurveyVersion
from surveys.queries.surveys import latest_version, locked_survey, published_kinds

# From each state, the states a person may choose; publishing alone leads out of draft.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    SurveyState.DRAFT: frozenset({SurveyState.ARCHIVED}),
    SurveyState.LIVE: frozenset({SurveyState.PAUSED, SurveyState.CLOSED, SurveyState.ARCHIVED}),
    SurveyState.PAUSED: frozenset({SurveyState.LIVE, SurveyState.CLOSED, SurveyState.ARCHIVED}),
    SurveyState.CLOSED: frozenset({SurveyState.LIVE, SurveyState.ARCHIVED}),
    SurveyState.ARCHIVED: frozenset({SurveyState.DRAFT, SurveyState.CLOSED}),
}


@transaction.atomic
def create_survey(
    *,
    organisation: Organisation,
    name: str,
    template: str,
    languages: Sequence[str],
    created_by: User | None,
) -> Survey:
    """A draft from a template, complete and ready to publish."""
    if template not in TEMPLATES:
        raise ValueError(f"no template {template}")
    document = new_document(template, list(languages), organisation.name)
    survey = Survey.objects.create(
        organisation=organisation,
        name=name,
        template=template,
        languages=list(languages),
        default_language=languages[0],
        draft=document,
        created_by=created_by,
    )
    begin_history(survey=survey, actor=created_by)
    audit.record(
        organisation=organisation,
        actor=created_by,
        action="survey.created",
        target=str(survey.pk),
        detail={"name": name, "template": template},
    )
    return survey


@transaction.atomic
def duplicate_survey(*, survey: Survey, name: str, created_by: User | None) -> Survey:
    """A new draft with the same questions; answers and doors stay with the first."""
    copy = Survey.objects.create(
        organisation=survey.organisation,
        name=name,
        template=survey.template,
        languages=survey.languages,
        default_language=survey.default_language,
        draft=survey.draft,
        created_by=created_by,
    )
    begin_history(survey=copy, actor=created_by)
    return copy


@transaction.atomic
def save_draft(
    *,
    survey: Survey,
    document: dict[str, Any],
    revision: int,
    name: str | None = None,
    actor: User | None = None,
) -> Survey:
    """Replace the draft as a whole, if nobody else changed it since `revision`."""
    current = locked_survey(survey)
    if current.draft_revision != revision:
        raise StaleDraft(current.draft_revision)
    return write_draft(survey=current, document=document, actor=actor, name=name)


@transaction.atomic
def publish_survey(
    *,
    survey: Survey,
    actor: User | None,
    revision: int | None = None,
    alert_publisher: bool = False,
) -> SurveyVersion:
    """Make the draft an immutable version and open the survey.

    Publishing an unchanged draft again gives the version that is there. A paused survey
    stays paused; closed and archived ones are opened by hand first. `alert_publisher` says
    that the alert that comes with a survey's first version is switched on at once.
    """
    current = locked_survey(survey)
    if current.state in {SurveyState.CLOSED, SurveyState.ARCHIVED}:
        raise WrongState(current.state)
    if revision is not None and current.draft_revision != revision:
        raise StaleDraft(current.draft_revision)
    problems = validate(current.draft, published_kinds(current))
    if problems:
        raise NotPublishable(problems)
    previous = latest_version(current)
    if previous is not None and previous.definition == current.draft:
        return previous
    version = _new_version(current, previous, actor, alert_publisher=alert_publisher)
    survey.refresh_from_db()
    return version


def _new_version(
    survey: Survey, previous: SurveyVersion | None, actor: User | None, *, alert_publisher: bool
) -> SurveyVersion:
    version = SurveyVersion.objects.create(
        organisation=survey.organisation,
        survey=survey,
        number=previous.number + 1 if previous else 1,
        definition=survey.draft,
        published_by=actor,
    )
    survey.current_version = version
    if survey.state == SurveyState.DRAFT:
        survey.state = SurveyState.LIVE
    survey.save(update_fields=["current_version", "state", "updated_at"])
    audit.record(
        organisation=survey.organisation,
        actor=actor,
        action="survey.published",
        target=str(survey.pk),
        detail={"version": version.number},
    )
    publish(
        organisation=survey.organisation,
        kind="survey.published",
        payload={
            "survey": str(survey.pk),
            "version": str(version.pk),
            "number": version.number,
            "actor": str(actor.pk) if actor else None,
            "alert_publisher": alert_publisher,
        },
    )
    return version


@transaction.atomic
def change_state(*, survey: Survey, state: str, actor: User | None) -> Survey:
    """Pause, resume, close, reopen, archive or take out of the archive."""
    current = locked_survey(survey)
    if current.state == state:
        return current
    if not can_become(current, state):
        raise WrongState(current.state)
    before = current.state
    current.state = SurveyState(state)
    is_over = state in {SurveyState.CLOSED, SurveyState.ARCHIVED}
    current.closed_at = (current.closed_at or timezone.now()) if is_over else None
    current.save(update_fields=["state", "closed_at", "updated_at"])
    audit.record(
        organisation=current.organisation,
        actor=actor,
        action="survey.state_changed",
        target=str(current.pk),
        detail={"from": before, "to": state},
    )
    publish(
        organisation=current.organisation,
        kind="survey.state_changed",
        payload={"survey": str(current.pk), "from": before, "to": state},
    )
    survey.refresh_from_db()
    return survey


def can_become(survey: Survey, state: str) -> bool:
    """Whether a person may choose this state now; only a published survey may be closed or live."""
    if state not in TRANSITIONS[survey.state]:
        return False
    is_published = survey.current_version_id is not None
    return is_published != (state == SurveyState.DRAFT) or state == SurveyState.ARCHIVED
