"""What may be kept as a draft, and what may be published."""

import json

import pytest

from surveys.definition import SCALES, TEMPLATES, check_shape, new_document, parse, validate
from surveys.definition.editing import add_question
from surveys.enums import QuestionKind
from surveys.scoring import METRICS


@pytest.fixture
def document():
    return new_document("nps", ["fr", "en"], "Maison Lune")


def found(problems):
    return [(problem.path, problem.code) for problem in problems]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("languages", [["fr", "en"], ["en"], ["fr"]])
def test_templates_can_be_published_as_they_are(template, languages):
    document = new_document(template, languages, "Maison Lune")

    assert validate(json.loads(json.dumps(document))) == []


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_new_questions_of_every_kind_can_be_published(document, kind):
    fresh, _key = add_question(document, kind)

    assert validate(fresh) == []


def test_scales_are_those_of_the_scores():
    assert {
        name: (scale.low, scale.high, scale.detractor_to, scale.promoter_from)
        for name, scale in SCALES.items()
    } == {
        name: (metric.low, metric.high, metric.negative_to, metric.positive_from)
        for name, metric in METRICS.items()
    }


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("", [], ("", "invalid_type")),
        ("extra", 1, ("extra", "unknown_field")),
        ("languages", [], ("languages", "required")),
        ("languages", ["fr", "zz"], ("languages.1", "invalid_language")),
        ("languages", ["fr", "fr"], ("languages", "duplicate")),
        ("default_language", "de", ("default_language", "invalid_language")),
        ("questions", {}, ("questions", "invalid_type")),
        ("questions.0", 5, ("questions.0", "invalid_type")),
        ("questions.0.kind", "essay", ("questions.0.kind", "unknown_kind")),
        ("questions.0.key", "Q 1", ("questions.0.key", "invalid_key")),
        ("questions.1.key", "q1", ("questions.1.key", "duplicate_key")),
        ("questions.0.required", "yes", ("questions.0.required", "invalid_type")),
        ("questions.0.required", 1, ("questions.0.required", "invalid_type")),
        ("questions.0.text", "words", ("questions.0.text", "invalid_type")),
        ("questions.0.text.fr", 5, ("questions.0.text.fr", "invalid_type")),
        ("questions.0.text.fr", "x" * 501, ("questions.0.text.fr", "too_long")),
        ("questions.0.labels.11", {}, ("questions.0.labels.11", "unknown_field")),
        ("questions.0.html", "<b>", ("questions.0.html", "unknown_field")),
        ("questions.1.adaptive.critic", {}, ("questions.1.adaptive.critic", "unknown_field")),
        ("thanks.promoter", [], ("thanks.promoter", "invalid_type")),
        ("thanks.link", "https://example.com", ("thanks.link", "invalid_type")),
        ("thanks.link", {"only_for": "promoter"}, ("thanks.link.only_for", "unknown_field")),
        ("thanks.link", {"text": {"fr": "x" * 81}}, ("thanks.link.text.fr", "too_long")),
        ("thanks.link", {"url": f"https://a.fr/{'x' * 500}"}, ("thanks.link.url", "too_long")),
        ("thanks.link", {"url": 5}, ("thanks.link.url", "invalid_type")),
        ("schema", 2, ("schema", "unknown_schema")),
        ("last_key", -1, ("last_key", "invalid_type")),
    ],
)
def test_check_shape_names_the_place(document, path, value, expected):
    assert expected in found(check_shape(_with(document, path, value)))


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("questions", [], [("questions", "no_question")]),
        ("questions.0.text.fr", " ", [("questions.0.text.fr", "empty_text")]),
        ("questions.0.text.en", "", [("questions.0.text.en", "missing_translation")]),
        ("questions.0.text.en", "Hi?", [("questions.0.text.en", "missing_placeholder")]),
        ("questions.0.labels.0.fr", "", [("questions.0.labels.0.fr", "empty_text")]),
        ("questions.1.text.fr", "{nom} ?", [("questions.1.text.fr", "unknown_placeholder")]),
        ("questions.1.follows", "q9", [("questions.1.follows", "unknown_question")]),
        (
            "questions.1.adaptive.passive.en",
            "",
            [("questions.1.adaptive.passive.en", "missing_translation")],
        ),
        ("thanks.detractor.en", "", [("thanks.detractor.en", "missing_translation")]),
    ],
)
def test_validate_says_what_keeps_a_draft_from_publication(document, path, value, expected):
    changed = _with(document, path, value)

    assert check_shape(changed) == []
    assert found(validate(changed)) == expected


WORDS = {"fr": "Donner un avis", "en": "Write a review"}
ADDRESS = "https://example.com/reviews?place=12#write"


@pytest.mark.parametrize(
    ("link", "problems", "is_shown"),
    [
        ({}, [], False),
        ({"text": {"fr": " "}, "url": ""}, [], False),
        ({"text": WORDS, "url": ADDRESS}, [], True),
        ({"text": WORDS}, [("thanks.link.url", "required")], False),
        (
            {"text": {"fr": "Donner un avis"}, "url": ADDRESS},
            [("thanks.link.text.en", "missing_translation")],
            True,
        ),
        ({"url": ADDRESS}, [("thanks.link.text.fr", "empty_text")], False),
        (
            {"text": {**WORDS, "fr": "{nom}"}, "url": ADDRESS},
            [("thanks.link.text.fr", "unknown_placeholder")],
            True,
        ),
    ],
)
def test_the_link_of_the_thank_you_is_whole_or_absent(document, link, problems, is_shown):
    document["thanks"]["link"] = link

    assert check_shape(document) == []
    assert found(validate(document)) == problems
    assert bool(parse(document).thanks_link) is is_shown


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (ADDRESS, ""),
        ("HTTPS://WWW.Example.COM:8443/a", ""),
        ("https://café.example/à-propos", ""),
        ("https://[2606:4700::1111]/", ""),
        ("http://example.com", "not_https"),
        ("javascript:alert(1)//https://example.com", "not_https"),
        ("data:text/html,<b>", "not_https"),
        ("//example.com", "not_https"),
        ("example.com", "not_https"),
        ("https://", "invalid_address"),
        ("https:// example.com", "invalid_address"),
        ("https://exam\tple.com", "invalid_address"),
        ("https://example.com\\@evil.example", "invalid_address"),
        ("https://example.com:99999/", "invalid_address"),
        ("https://a..example/", "invalid_address"),
        ("https://faß.example/", "invalid_address"),
        ("https://[::1/", "invalid_address"),
        ("https://me:secret@example.com/", "credentials"),
        ("https://me@example.com/", "credentials"),
        ("https://localhost/", "private_host"),
        ("https://reviews/", "private_host"),
        ("https://shop.internal./", "private_host"),
        ("https://127.0.0.1/", "private_host"),
        ("https://127。0。0。1/", "private_host"),
        ("https://127.1/", "private_host"),
        ("https://0x7f.1/", "private_host"),
        ("https://2130706433/", "private_host"),
        ("https://10.0.0.8/", "private_host"),
        ("https://169.254.169.254/latest", "private_host"),
        ("https://[::1]/", "private_host"),
        ("https://[::ffff:10.0.0.8]/", "private_host"),
    ],
)  # fmt: skip
def test_customers_are_sent_to_public_pages_only(document, url, code):
    """AB-45"""
    document["thanks"]["link"] = {"text": WORDS, "url": url}

    assert found(validate(document)) == ([("thanks.link.url", code)] if code else [])
    assert (parse(document).thanks_link is None) is bool(code)


def test_validate_wants_two_answers_to_choose_from(document):
    document, _key = add_question(document, "choice")
    changed = _with(document, "questions.2.choices", document["questions"][2]["choices"][:1])

    assert found(validate(changed)) == [("questions.2.choices", "too_few_choices")]


def test_validate_refuses_more_than_a_hundred_questions(document):
    while len(document["questions"]) <= 100:
        document, _key = add_question(document, "comment")

    assert found(validate(document)) == [("questions", "too_many_questions")]


def test_validate_refuses_a_published_key_as_another_kind(document):
    problems = validate(document, {"q1": "csat", "q2": "comment"})

    assert found(problems) == [("questions.0.key", "key_reused")]


def _with(document, path, value):
    if not path:
        return value
    fresh = json.loads(json.dumps(document))
    at = fresh
    *way, last = path.split(".")
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[int(last) if isinstance(at, list) else last] = value
    return fresh
