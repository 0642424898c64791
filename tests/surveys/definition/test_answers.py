"""Judging answer sheets: the table of bad answers, value by value."""

import json

import pytest

from surveys.definition import new_document, parse
from surveys.definition.editing import add_question, replace_question

OK = []


@pytest.fixture(scope="module")
def definition():
    document = new_document("nps", ["fr", "en"], "Maison Lune")
    for kind in ("csat", "ces", "rating", "choice", "choice"):
        document, key = add_question(document, kind)
        optional = {**document["questions"][-1], "required": False}
        document = replace_question(document, key, optional)
    several = {**document["questions"][-1], "multiple": True}
    document = replace_question(document, "q7", several)
    return parse(json.loads(json.dumps(document)))


def codes(problems):
    return [(problem.path, problem.code) for problem in problems]


@pytest.mark.parametrize(
    "value", [11, -1, 9.5, 9.0, "5", "9", "", True, None, [5], {"v": 5}, 1e309]
)
def test_check_answers_refuses_what_is_not_on_the_scale(definition, value):
    assert codes(definition.check_answers({"q1": value})) == [("answers.q1", "invalid_answer")]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("q3", 0),
        ("q3", 6),
        ("q4", 8),
        ("q4", 0),
        ("q5", 6),
        ("q6", "c9"),
        ("q6", ["c1"]),
        ("q6", 1),
        ("q6", None),
        ("q7", "c1"),
        ("q7", ["c1", "c1"]),
        ("q7", ["c1", "c9"]),
        ("q7", ["c1"] * 10_000),
        ("q7", [["c1"]]),
        ("q7", [{}]),
        ("q2", 5),
        ("q2", ["words"]),
        ("q2", None),
    ],
)
def test_check_answers_refuses_answers_that_were_not_offered(definition, key, value):
    problems = definition.check_answers({"q1": 9, key: value})

    assert codes(problems) == [(f"answers.{key}", "invalid_answer")]


def test_read_answers_keeps_what_was_offered(definition):
    answers = {"q1": 0, "q2": " Bien ", "q3": 5, "q4": 7, "q5": 1, "q6": "c2", "q7": ["c3", "c1"]}

    assert definition.read_answers(answers) == ({**answers, "q2": "Bien"}, OK)


def test_read_answers_takes_spaces_and_no_choice_for_no_answer(definition):
    assert definition.read_answers({"q1": 3, "q2": " \u200b ", "q7": []}) == ({"q1": 3}, OK)


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "\u202e"])
def test_read_answers_wants_words_where_words_are_required(text):
    """reliability 4.1: spaces and signs that nobody sees are empty."""
    document = new_document("nps", ["en"], "Maison Lune")
    words = {**document["questions"][1], "required": True}
    definition = parse(replace_question(document, "q2", words))

    _answers, problems = definition.read_answers({"q1": 5, "q2": text})

    assert codes(problems) == [("answers.q2", "invalid_answer")]


def test_check_answers_asks_for_required_answers_when_the_sheet_is_complete(definition):
    assert codes(definition.check_answers({})) == [("answers.q1", "invalid_answer")]
    assert definition.check_answers({}, is_complete=False) == OK


def test_check_answers_refuses_unknown_questions(definition):
    problems = definition.check_answers({"q1": 9, "x" * 90: 1})

    assert codes(problems) == [(f"answers.{'x' * 40}", "unknown_question")]


def test_check_answers_counts_characters_not_bytes(definition):
    assert definition.check_answers({"q1": 9, "q2": "😀" * 4000}) == OK
    assert codes(definition.check_answers({"q1": 9, "q2": "a" * 4001})) == [
        ("answers.q2", "too_long")
    ]


@pytest.mark.parametrize(
    ("sent", "value"),
    [(["9"], 9), ([" 10 "], 10), (["９"], "９"), (["9.5"], "9.5"), (["1", "9"], ["1", "9"])],
)
def test_answers_from_form_turns_plain_digits_into_numbers(definition, sent, value):
    assert definition.answers_from_form({"q1": sent}) == {"q1": value}


def test_answers_from_form_leaves_blanks_out(definition):
    form = {"q1": ["7"], "q2": [" "], "q6": ["c1"], "q7": ["c1", "c2"]}

    values = definition.answers_from_form(form)

    assert values == {"q1": 7, "q6": "c1", "q7": ["c1", "c2"]}


def test_answers_from_form_keeps_what_nobody_asked(definition):
    assert definition.answers_from_form({"q1": ["7"], "q99": ["", "x"]}) == {"q1": 7, "q99": "x"}


def test_thanks_follow_the_primary_score(definition):
    thanks = [definition.thanks_for({"q1": score}, "en")[:11] for score in (10, 8, 0)]

    assert thanks == ["Thank you! ", "Thank you! ", "Thank you. "]
    assert (
        definition.thanks_for({}, "fr") == "Merci\u202f! Votre avis aide Maison Lune à progresser."
    )


def test_comment_adapts_to_the_score(definition):
    why = definition.comment_after("q1")

    wordings = [why.wording("fr", definition.group_of("q1", score)) for score in (9, 7, 6, None)]

    assert wordings == [
        "Qu’avez-vous le plus apprécié\u202f?",
        "Que manque-t-il pour mériter un 10\u202f?",
        "Que devons-nous corriger en priorité\u202f?",
        "Qu’est-ce qui explique votre note\u202f?",
    ]
