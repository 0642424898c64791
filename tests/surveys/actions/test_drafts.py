"""Editing a draft: steps back and forth, keys that are never given twice."""

import pytest

from surveys.actions.drafts import KEPT_STEPS, edit_draft, redo, undo
from surveys.actions.publishing import create_survey, publish_survey
from surveys.definition.editing import add_question, move_question, remove_question
from surveys.exceptions import InvalidDocument, NothingToUndo
from surveys.models import DraftStep
from surveys.queries.surveys import draft_steps_around


def make_survey(organisation):
    return create_survey(
        organisation=organisation, name="Avis", template="nps", languages=["fr"], created_by=None
    )


@pytest.fixture(scope="module")
def made_survey(make_once, made_organisation):
    return make_once(make_survey, made_organisation)


@pytest.fixture
def survey(organisation, made_survey):
    return made_survey.copy(organisation)


def brand(name):
    return lambda draft: {**draft, "brand": name}


def keys(survey):
    return [item["key"] for item in survey.draft["questions"]]


def test_undo_and_redo_walk_through_the_steps(survey):
    edit_draft(survey=survey, change=brand("A"), actor=None)
    edit_draft(survey=survey, change=brand("B"), actor=None)

    brands = [undo(survey=survey, actor=None).draft["brand"] for _ in range(2)]
    brands.append(redo(survey=survey, actor=None).draft["brand"])

    assert brands == ["A", survey.organisation.name, "A"]
    survey.refresh_from_db()
    assert draft_steps_around(survey) == {"can_undo": True, "can_redo": True}


def test_undo_stops_where_the_draft_began(survey):
    with pytest.raises(NothingToUndo):
        undo(survey=survey, actor=None)
    with pytest.raises(NothingToUndo):
        redo(survey=survey, actor=None)


def test_an_edit_after_undo_ends_the_other_future(survey):
    edit_draft(survey=survey, change=brand("A"), actor=None)
    undo(survey=survey, actor=None)
    edit_draft(survey=survey, change=brand("B"), actor=None)

    with pytest.raises(NothingToUndo):
        redo(survey=survey, actor=None)

    survey.refresh_from_db()
    assert survey.draft["brand"] == "B"


def test_keystrokes_of_one_text_are_one_step(survey):
    for name in ("L", "Lu", "Lune"):
        edit_draft(survey=survey, change=brand(name), actor=None, edit="brand")

    assert undo(survey=survey, actor=None).draft["brand"] == survey.organisation.name
    assert redo(survey=survey, actor=None).draft["brand"] == "Lune"


def test_undo_reaches_back_a_hundred_steps_and_no_more_is_kept(survey):
    for number in range(KEPT_STEPS + 20):
        edit_draft(survey=survey, change=brand(str(number)), actor=None)

    for _ in range(KEPT_STEPS):
        survey = undo(survey=survey, actor=None)

    assert survey.draft["brand"] == "19"
    assert DraftStep.objects.within(survey.organisation_id).count() == KEPT_STEPS + 1


def test_saving_the_same_again_writes_nothing(survey):
    again = edit_draft(survey=survey, change=dict, actor=None)

    assert (again.draft_revision, DraftStep.objects.count()) == (1, 1)


def test_edit_draft_refuses_what_is_no_document(survey):
    with pytest.raises(InvalidDocument):
        edit_draft(survey=survey, change=brand(5), actor=None)

    survey.refresh_from_db()
    assert survey.draft["brand"] == survey.organisation.name


def test_a_published_key_is_never_given_again(survey):
    edit_draft(survey=survey, change=lambda draft: add_question(draft, "ces")[0], actor=None)
    publish_survey(survey=survey, actor=None)
    undo(survey=survey, actor=None)

    survey = edit_draft(survey=survey, change=lambda d: remove_question(d, "q2"), actor=None)
    survey = edit_draft(survey=survey, change=lambda d: add_question(d, "csat")[0], actor=None)

    assert keys(survey) == ["q1", "q4"]


def test_move_question_stops_at_the_ends(survey):
    down = edit_draft(survey=survey, change=lambda d: move_question(d, "q1", 1), actor=None)
    assert keys(down) == ["q2", "q1"]

    still = edit_draft(survey=survey, change=lambda d: move_question(d, "q1", 5), actor=None)
    assert keys(still) == ["q2", "q1"]
