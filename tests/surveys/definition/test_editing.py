"""Changes to a draft document, each on its own."""

import pytest

from surveys.definition import editing as edit
from surveys.definition import new_document


@pytest.fixture
def document():
    return new_document("nps", ["en", "fr"], "Lune")


def keys(document):
    return [item["key"] for item in document["questions"]]


def test_edits_leave_the_document_they_were_given(document):
    before = new_document("nps", ["en", "fr"], "Lune")

    edit.add_question(document, "choice", "q1")
    edit.move_question(document, "q1", 1)
    edit.remove_question(document, "q1")
    edit.change_kind(document, "q1", "csat")
    edit.bind_comment(document, "q2", "")

    assert document == before


def test_removing_a_score_frees_the_comment_that_followed_it(document):
    comment = edit.remove_question(document, "q1")["questions"][0]

    assert ("follows" in comment, "adaptive" in comment) == (False, False)


def test_a_comment_is_bound_and_freed(document):
    freed = edit.bind_comment(document, "q2", "")
    bound = edit.bind_comment(freed, "q2", "q1")

    assert "adaptive" not in freed["questions"][1]
    assert bound == document


def test_another_kind_is_another_question(document):
    changed, key = edit.change_kind(document, "q1", "ces")

    assert (key, keys(changed)) == ("q3", ["q3", "q2"])
    assert edit.change_kind(document, "q1", "nps") == (document, "q1")


@pytest.mark.parametrize(
    "gesture",
    [
        lambda document: edit.move_question(document, "q9", 1),
        lambda document: edit.remove_question(document, "q9"),
        lambda document: edit.duplicate_question(document, "q9"),
        lambda document: edit.add_choice(document, "q9"),
    ],
)
def test_a_question_that_is_gone_is_told(document, gesture):
    with pytest.raises(edit.QuestionGone):
        gesture(document)


def test_choices_get_ids_of_their_own(document):
    document, key = edit.add_question(document, "choice")

    document = edit.remove_choice(edit.add_choice(document, key), key, "c2")
    document = edit.add_choice(edit.remove_choice(document, key, "c4"), key)

    choices = edit.find_question(document, key)["choices"]
    assert [choice["id"] for choice in choices] == ["c1", "c3", "c5"]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda d: edit.add_question(d, "ces")[0], "q3"),
        (lambda d: edit.bind_comment(d, "q2", ""), "q2"),
        (lambda d: {**d, "thanks": {}}, "thanks"),
        (lambda d: {**d, "brand": "Sol"}, "settings"),
        (lambda d: edit.move_question(d, "q1", 1), "q2"),
        (lambda d: {**d, "questions": d["questions"][:1]}, ""),
    ],
)
def test_changed_part_says_where_to_look(document, change, part):
    assert edit.changed_part(document, change(document)) == part
