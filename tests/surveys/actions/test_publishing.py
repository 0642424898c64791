"""From a template to an immutable version, and through the states of a survey."""

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AuditEvent
from events.models import DomainEvent
from surveys.actions.drafts import edit_draft
from surveys.actions.publishing import (
    change_state,
    create_survey,
    duplicate_survey,
    publish_survey,
    save_draft,
)
from surveys.definition.editing import remove_question
from surveys.exceptions import InvalidDocument, NotPublishable, StaleDraft, WrongState
from surveys.models import Survey, SurveyVersion
from surveys.queries.surveys import published_kinds, surveys
from tests.factories.surveys import LiveSurveyFactory, SurveyFactory


def test_create_survey_makes_a_draft_that_can_be_published(organisation, alice):
    survey = create_survey(
        organisation=organisation,
        name="Livraison",
        template="nps",
        languages=["fr", "en"],
        created_by=alice.user,
    )

    version = publish_survey(survey=survey, actor=alice.user)

    assert (version.number, survey.state, survey.current_version) == (1, "live", version)
    assert version.definition["brand"] == organisation.name
    assert list(AuditEvent.objects.order_by("id").values_list("action", flat=True)) == [
        "survey.created",
        "survey.published",
    ]


def test_publish_survey_tells_the_fact_once(organisation):
    survey = SurveyFactory(organisation=organisation)

    first = publish_survey(survey=survey, actor=None)
    again = publish_survey(survey=survey, actor=None)

    assert again == first
    event = DomainEvent.objects.get(kind="survey.published")
    assert event.payload == {
        "survey": str(survey.pk),
        "version": str(first.pk),
        "number": 1,
        "actor": None,
        "alert_publisher": False,
    }


def test_publish_survey_keeps_the_first_version_as_it_was(organisation):
    survey = SurveyFactory(organisation=organisation)
    first = publish_survey(survey=survey, actor=None)
    edit_draft(survey=survey, change=lambda draft: {**draft, "brand": "Lune"}, actor=None)

    second = publish_survey(survey=survey, actor=None)

    first.refresh_from_db()
    assert (second.number, second.definition["brand"]) == (2, "Lune")
    assert first.definition["brand"] == "Maison Lune"


def test_published_versions_cannot_be_changed_even_by_sql(organisation):
    version = publish_survey(survey=SurveyFactory(organisation=organisation), actor=None)

    with pytest.raises(DatabaseError), transaction.atomic():
        SurveyVersion.objects.filter(pk=version.pk).update(definition={})


def test_publish_survey_refuses_an_unfinished_draft(organisation):
    survey = SurveyFactory(organisation=organisation)
    edit_draft(survey=survey, change=lambda draft: {**draft, "questions": []}, actor=None)

    with pytest.raises(NotPublishable) as refusal:
        publish_survey(survey=survey, actor=None)

    assert [problem.code for problem in refusal.value.problems] == ["no_question"]
    survey.refresh_from_db()
    assert (survey.state, survey.current_version) == ("draft", None)


def test_publish_survey_refuses_a_key_that_meant_something_else(organisation):
    survey = SurveyFactory(organisation=organisation)
    publish_survey(survey=survey, actor=None)
    survey.refresh_from_db()
    draft = {**survey.draft, "questions": [{**survey.draft["questions"][1], "key": "q1"}]}
    del draft["questions"][0]["follows"]
    save_draft(survey=survey, document=draft, revision=survey.draft_revision)

    with pytest.raises(NotPublishable) as refusal:
        publish_survey(survey=survey, actor=None)

    assert [problem.code for problem in refusal.value.problems] == ["key_reused"]


def test_publish_survey_refuses_a_draft_that_moved_on(organisation):
    survey = SurveyFactory(organisation=organisation)
    edit_draft(survey=survey, change=lambda draft: {**draft, "brand": "Lune"}, actor=None)

    with pytest.raises(StaleDraft) as refusal:
        publish_survey(survey=survey, actor=None, revision=1)

    assert refusal.value.revision == 2


def test_save_draft_refuses_a_stale_revision_and_keeps_the_draft(organisation):
    survey = SurveyFactory(organisation=organisation)
    save_draft(survey=survey, document={**survey.draft, "brand": "A"}, revision=1)

    with pytest.raises(StaleDraft):
        save_draft(survey=survey, document={**survey.draft, "brand": "B"}, revision=1)

    survey.refresh_from_db()
    assert (survey.draft["brand"], survey.draft_revision) == ("A", 2)


def test_save_draft_refuses_what_is_no_document(organisation):
    survey = SurveyFactory(organisation=organisation)

    with pytest.raises(InvalidDocument) as refusal:
        save_draft(survey=survey, document={"questions": 5}, revision=1)

    assert ("questions", "invalid_type") in [
        (problem.path, problem.code) for problem in refusal.value.problems
    ]


def test_published_kinds_remember_removed_questions(organisation):
    survey = SurveyFactory(organisation=organisation)
    publish_survey(survey=survey, actor=None)
    edit_draft(survey=survey, change=lambda draft: remove_question(draft, "q2"), actor=None)
    publish_survey(survey=survey, actor=None)

    assert published_kinds(survey) == {"q1": "nps", "q2": "comment"}


@pytest.mark.parametrize(
    ("states", "is_over"),
    [
        (["paused"], False),
        (["paused", "live"], False),
        (["closed"], True),
        (["closed", "live"], False),
        (["archived"], True),
        (["archived", "closed"], True),
    ],
)
def test_change_state_follows_the_life_of_a_survey(organisation, states, is_over):
    survey = LiveSurveyFactory(organisation=organisation)

    for state in states:
        change_state(survey=survey, state=state, actor=None)

    assert survey.state == states[-1]
    assert (survey.closed_at is not None) == is_over


@pytest.mark.parametrize("state", ["live", "paused", "closed"])
def test_change_state_opens_nothing_that_was_never_published(organisation, state):
    survey = SurveyFactory(organisation=organisation)

    with pytest.raises(WrongState):
        change_state(survey=survey, state=state, actor=None)


def test_change_state_takes_a_draft_out_of_the_archive(organisation):
    survey = SurveyFactory(organisation=organisation)

    change_state(survey=survey, state="archived", actor=None)
    with pytest.raises(WrongState):
        change_state(survey=survey, state="closed", actor=None)
    change_state(survey=survey, state="draft", actor=None)

    assert survey.state == "draft"


def test_publish_survey_refuses_a_closed_survey(organisation):
    survey = LiveSurveyFactory(organisation=organisation)
    change_state(survey=survey, state="closed", actor=None)

    with pytest.raises(WrongState):
        publish_survey(survey=survey, actor=None)


def test_duplicate_survey_starts_a_draft_of_its_own(organisation):
    survey = LiveSurveyFactory(organisation=organisation)

    copy = duplicate_survey(survey=survey, name="Copy", created_by=None)

    assert (copy.state, copy.current_version, copy.draft) == ("draft", None, survey.draft)
    assert set(surveys(organisation)) == {survey, copy}


def test_surveys_of_other_organisations_are_not_listed(organisation, other_organisation):
    mine = SurveyFactory(organisation=organisation)

    assert list(surveys(organisation)) == [mine]
    assert list(surveys(other_organisation)) == []
    assert Survey.objects.within(other_organisation).count() == 0
