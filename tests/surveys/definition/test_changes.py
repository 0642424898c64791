"""What differs between two versions of a questionnaire."""

from copy import deepcopy

import pytest

from surveys.definition import editing, new_document
from surveys.definition.changes import Change, changes

BEFORE = new_document("nps", ["fr", "en"], "Lune")


def with_more_questions():
    document = BEFORE
    for kind in ("choice", "csat", "comment"):
        document, _key = editing.add_question(document, kind)
    return document  # q1 nps, q2 comment, q3 choice, q4 csat, q5 comment


def changed(document, path, value):
    fresh = deepcopy(document)
    here = fresh
    *steps, last = path.split(".")
    for step in steps:
        here = here[int(step)] if isinstance(here, list) else here[step]
    here[last] = value
    return fresh


def test_the_same_document_has_no_changes():
    assert changes(BEFORE, deepcopy(BEFORE)) == []


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "questions.0.text.en",
            "Would you recommend {brand}?",
            Change(
                "question_reworded", "q1", 1, "en", "",
                "How likely are you to recommend Lune to a friend or colleague?",
                "Would you recommend Lune?",
            ),
        ),
        (
            "questions.0.labels.10.fr",
            "sûrement",
            Change("label_reworded", "q1", 1, "fr", "10", "tout à fait probable", "sûrement"),
        ),
        (
            "questions.1.adaptive.detractor.en",
            "What went wrong?",
            Change(
                "adaptive_reworded", "q2", 2, "en", "detractor",
                "What should we fix first?", "What went wrong?",
            ),
        ),
        (
            "thanks.promoter.en",
            "Thanks!",
            Change(
                "thanks_reworded", "", 0, "en", "promoter",
                "Thank you! Your words encourage everyone at Lune.", "Thanks!",
            ),
        ),
        (
            "questions.2.choices.0.text.fr",
            "Le goût",
            Change("choice_reworded", "q3", 3, "fr", "", "La qualité", "Le goût"),
        ),
        ("questions.2.multiple", True, Change("multiple_on", "q3", 3, breaks_series=True)),
        ("questions.0.required", False, Change("required_off", "q1", 1)),
        ("brand", "Soleil", Change("brand", before="Lune", after="Soleil")),
        ("default_language", "en", Change("default_language", language="en")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_one_change_is_told_once(path, value, expected):
    before = with_more_questions()

    assert changes(before, changed(before, path, value)) == [expected]


LINK = {"text": {"fr": "Donner un avis", "en": "Write a review"}, "url": "https://example.com/a"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, LINK, Change("thanks_link_added", after="https://example.com/a")),
        (LINK, {}, Change("thanks_link_removed", before="https://example.com/a")),
        (
            LINK,
            {**LINK, "url": "https://example.com/b"},
            Change(
                "thanks_link_address",
                before="https://example.com/a", after="https://example.com/b",
            ),
        ),
        (
            LINK,
            {**LINK, "text": {**LINK["text"], "en": "Review {brand}"}},
            Change(
                "thanks_link_reworded", language="en",
                before="Write a review", after="Review Lune",
            ),
        ),
    ],
)  # fmt: skip
def test_the_link_of_the_thank_you_is_told(before, after, expected):
    states = [changed(BEFORE, "thanks.link", link) for link in (before, after)]

    assert changes(*states) == [expected]


def test_questions_come_and_go():
    before = with_more_questions()
    after, key = editing.add_question(editing.remove_question(before, "q3"), "rating", "q1")

    assert changes(before, after) == [
        Change("question_added", key, 2, after="Quelle note donnez-vous à Lune\u202f?"),
        Change(
            "question_removed", "", 3,
            before="Qu’est-ce qui compte le plus pour vous\u202f?",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "distance", "expected"),
    [
        ("q4", -3, [Change("question_moved", "q4", 1, detail="4", breaks_series=True)]),
        ("q1", 4, [Change("question_moved", "q1", 5, detail="1", breaks_series=True)]),
        ("q3", 1, [Change("question_moved", "q4", 3, detail="4", breaks_series=True)]),
        ("q5", -2, [Change("question_moved", "q5", 3, detail="5")]),
    ],
)
def test_only_what_was_moved_is_told(key, distance, expected):
    """Not the four that stand one place further because of it."""
    before = with_more_questions()

    assert changes(before, editing.move_question(before, key, distance)) == expected


def test_reversing_moves_all_but_one():
    before = with_more_questions()
    after = {**before, "questions": before["questions"][::-1]}

    assert [change.what for change in changes(before, after)] == ["question_moved"] * 4


def test_answers_to_choose_come_go_and_change_places():
    before = with_more_questions()
    after = editing.remove_choice(editing.add_choice(before, "q3"), "q3", "c1")
    choices = editing.find_question(after, "q3")["choices"]
    choices[-1]["text"] = {"fr": "Le délai", "en": "The wait"}
    choices.reverse()

    assert changes(before, after) == [
        Change("choice_added", "q3", 3, after="Le délai", breaks_series=True),
        Change("choice_removed", "q3", 3, before="La qualité", breaks_series=True),
        Change("choices_moved", "q3", 3, breaks_series=True),
    ]


def test_a_comment_is_bound_to_another_score_or_to_none():
    before = with_more_questions()

    other = changes(before, editing.bind_comment(before, "q2", "q4"))
    none = changes(before, editing.bind_comment(before, "q2", ""))

    assert other == [Change("follows_changed", "q2", 2, detail="4")]
    assert none == [Change("follows_changed", "q2", 2)]


def test_texts_of_a_language_that_comes_or_goes_are_not_told_one_by_one():
    french = {**BEFORE, "languages": ["fr"], "default_language": "fr"}
    reworded = changed(BEFORE, "questions.0.text.en", "Another")

    assert changes(french, reworded) == [Change("language_added", language="en")]
    assert changes(reworded, french) == [Change("language_removed", language="en")]


def test_another_kind_is_another_question():
    """Answers to the two are not compared: the old ones stay with the old key."""
    after, key = editing.change_kind(BEFORE, "q1", "csat")

    found = changes(BEFORE, after)

    assert [(change.what, change.key) for change in found] == [
        ("question_added", key),
        ("follows_changed", "q2"),
        ("question_removed", ""),
    ]
