"""The builder, as a person with and without JavaScript uses it."""

import re

import pytest
from django.urls import reverse

from cxhub.lib.ids import uuid7
from surveys.actions.drafts import edit_draft
from surveys.actions.publishing import create_survey
from surveys.definition import GROUPS
from surveys.definition.editing import add_question, remove_question
from surveys.queries.builder import digest

HTMX = {"HX-Request": "true"}


def make_survey(organisation):
    return create_survey(
        organisation=organisation,
        name="Avis",
        template="nps",
        languages=["en", "fr"],
        created_by=None,
    )


@pytest.fixture(scope="module")
def made_survey(make_once, made_organisation):
    return make_once(make_survey, made_organisation)


@pytest.fixture
def survey(organisation, made_survey):
    return made_survey.copy(organisation)


def url(survey, name="survey-builder", **kwargs):
    slug = survey.organisation.slug
    return reverse(f"surveys:{name}", kwargs={"organisation_slug": slug, "pk": survey.pk, **kwargs})


def gesture(client, survey, name, **sent):
    headers = sent.pop("headers", None)
    return client.post(url(survey, "builder-gesture", gesture=name), sent, headers=headers)


def question_form(survey, key="q1", **changes):
    item = next(item for item in survey.draft["questions"] if item["key"] == key)
    sent = {"part": key, "seen": digest(item), "required": "on" if item["required"] else ""}
    for path in ("text", *(f"labels.{value}" for value in item.get("labels", {}))):
        texts = item
        for step in path.split("."):
            texts = texts[step]
        sent |= {f"{path}.{code}".replace(".", "-"): text for code, text in texts.items()}
    return {name: text for name, text in sent.items() if text != ""} | changes


def keys(survey):
    survey.refresh_from_db()
    return [item["key"] for item in survey.draft["questions"]]


def test_builder_shows_plan_phone_and_inspector(alice_client, survey):
    page = alice_client.get(url(survey)).content.decode()

    assert page.count('class="outline-row"') == 4
    assert 'name="builder-frame"' in page
    assert 'id="id_text-en"' in page
    assert page.count("<h1") == 1


def test_save_without_javascript_returns_to_the_part(alice_client, survey):
    form = question_form(survey, **{"text-en": "Would you recommend {brand}?"})

    answer = alice_client.post(url(survey, "builder-save"), form)

    assert (answer.status_code, answer["Location"]) == (302, f"{url(survey)}?part=q1")
    survey.refresh_from_db()
    assert survey.draft["questions"][0]["text"]["en"] == "Would you recommend {brand}?"


def test_save_by_htmx_changes_only_what_is_around(alice_client, survey):
    form = question_form(survey, **{"text-en": "Shorter {x}?"})

    answer = alice_client.post(url(survey, "builder-save"), form, headers=HTMX)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert re.search(r'id="outline-text-q1" hx-swap-oob="true">\s*Shorter {x}\?\s*</span>', page)
    assert "builder-inspector" not in page
    assert "draft-saved" in answer["HX-Trigger-After-Settle"]
    assert re.search(r'id="builder-publish".*?1 thing to fix', page, re.DOTALL)


def test_save_refuses_what_somebody_else_changed_and_keeps_both_texts(alice_client, survey):
    form = question_form(survey, **{"text-en": "Mine"})
    alice_client.post(url(survey, "builder-save"), question_form(survey, **{"text-en": "Theirs"}))

    answer = alice_client.post(url(survey, "builder-save"), form, headers=HTMX)

    page = answer.content.decode()
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#builder-inspector")
    assert ">\nMine</textarea>" in page
    assert "<dt>Question (English)</dt><dd>Theirs</dd>" in page
    assert page.count("<dt>") == 1
    survey.refresh_from_db()
    assert survey.draft["questions"][0]["text"]["en"] == "Theirs"
    seen = re.search(r'id="builder-seen" value="(\w+)"', page)[1]
    resolved = form | {"seen": seen, "resolved": "1"}
    kept = alice_client.post(url(survey, "builder-save"), resolved, headers=HTMX)
    assert (kept.status_code, kept["HX-Retarget"]) == (200, "#builder-inspector")
    assert "<dt>" not in kept.content.decode()


def test_two_people_on_two_questions_do_not_collide(alice_client, survey):
    form = question_form(survey, **{"text-en": "Mine {brand}"})
    gesture(alice_client, survey, "add", kind="csat")

    answer = alice_client.post(url(survey, "builder-save"), form, headers=HTMX)

    assert answer.status_code == 200
    assert keys(survey) == ["q1", "q2", "q3"]


def test_save_of_a_removed_question_says_so(alice_client, survey):
    form = question_form(survey)
    edit_draft(survey=survey, change=lambda draft: remove_question(draft, "q1"), actor=None)

    answer = alice_client.post(url(survey, "builder-save"), form, follow=True)

    assert "Somebody removed this question meanwhile" in answer.content.decode()


def test_too_long_texts_are_refused_at_their_field(alice_client, survey):
    form = question_form(survey, **{"text-en": "x" * 501})

    answer = alice_client.post(url(survey, "builder-save"), form)

    assert answer.status_code == 422
    assert "Write at most 500 characters" in answer.content.decode()


def test_a_save_says_what_is_left_to_correct_in_the_part(alice_client, survey):
    emptied = alice_client.post(
        url(survey, "builder-save"), question_form(survey, **{"text-en": ""}), headers=HTMX
    ).content.decode()
    survey.refresh_from_db()
    filled = alice_client.post(
        url(survey, "builder-save"), question_form(survey, **{"text-en": "How?"}), headers=HTMX
    ).content.decode()

    problems = re.compile(r'id="builder-problems" hx-swap-oob="true">(.*?)</div>', re.DOTALL)
    assert "<li>" in problems.search(emptied)[1]
    assert "<li>" not in problems.search(filled)[1]


def test_settings_change_name_and_languages(alice_client, survey):
    settings = [survey.name, survey.draft["brand"], ["en", "fr"], "en"]
    form = {"part": "settings", "seen": digest(settings), "name": "Nouveau", "brand": "Lune"}

    answer = alice_client.post(
        url(survey, "builder-save"), form | {"languages": ["fr"], "default_language": "en"}
    )

    survey.refresh_from_db()
    assert answer.status_code == 302
    assert (survey.name, survey.languages, survey.default_language) == ("Nouveau", ["fr"], "fr")
    assert survey.draft["questions"][0]["text"]["en"] != ""


def test_settings_want_a_name(alice_client, survey):
    form = {"part": "settings", "name": "", "languages": ["fr"], "default_language": "fr"}

    answer = alice_client.post(url(survey, "builder-save"), form)

    assert answer.status_code == 422
    assert "Enter the survey name" in answer.content.decode()


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([("down", {"key": "q1"})], ["q2", "q1"]),
        ([("up", {"key": "q2"})], ["q2", "q1"]),
        ([("add", {"kind": "ces", "after": "q1"})], ["q1", "q3", "q2"]),
        ([("add", {"kind": "ces", "after": "gone"})], ["q1", "q2", "q3"]),
        ([("duplicate", {"key": "q1"})], ["q1", "q3", "q2"]),
        ([("remove", {"key": "q1"})], ["q2"]),
        ([("remove", {"key": "q1"}), ("undo", {})], ["q1", "q2"]),
        ([("remove", {"key": "q1"}), ("undo", {}), ("redo", {})], ["q2"]),
        ([("kind", {"key": "q1", "kind": "csat"})], ["q3", "q2"]),
        ([("undo", {})], ["q1", "q2"]),
    ],
)
@pytest.mark.parametrize("headers", [None, HTMX])
def test_gestures_work_with_and_without_javascript(alice_client, survey, steps, expected, headers):
    for name, sent in steps:
        answer = gesture(alice_client, survey, name, headers=headers, **sent)
        assert answer.status_code == (200 if headers else 302)

    assert keys(survey) == expected


def test_offered_answers_are_added_and_removed(alice_client, survey):
    edit_draft(survey=survey, change=lambda draft: add_question(draft, "choice")[0], actor=None)

    gesture(alice_client, survey, "add-choice", key="q3")
    gesture(alice_client, survey, "remove-choice", key="q3", choice="c2")

    survey.refresh_from_db()
    assert [choice["id"] for choice in survey.draft["questions"][2]["choices"]] == [
        "c1",
        "c3",
        "c4",
    ]


@pytest.mark.parametrize(
    ("name", "sent", "takes_focus"),
    [
        ("add", {"kind": "comment"}, True),
        ("duplicate", {"key": "q1"}, True),
        ("down", {"key": "q1"}, False),
        ("remove", {"key": "q1"}, False),
    ],
)
def test_a_new_question_takes_the_focus(alice_client, survey, name, sent, takes_focus):
    page = gesture(alice_client, survey, name, headers=HTMX, **sent).content.decode()

    assert ("data-focus" in page) is takes_focus


def test_moving_is_announced(alice_client, survey):
    answer = gesture(alice_client, survey, "down", key="q1", headers=HTMX)

    assert "Question 1 moved to position 2 of 2" in answer["HX-Trigger-After-Settle"]


@pytest.mark.parametrize(("name", "sent"), [("explode", {}), ("add", {"kind": "essay"})])
def test_unknown_gestures_are_not_found(alice_client, survey, name, sent):
    assert gesture(alice_client, survey, name, **sent).status_code == 404


def thanks_form(survey, **changes):
    texts = {
        f"{group}-{code}": survey.draft["thanks"][group][code]
        for group in GROUPS
        for code in survey.languages
    }
    seen = digest(survey.draft["thanks"])
    return {"part": "thanks", "seen": seen} | texts | changes


def test_the_link_of_the_thank_you_comes_and_goes(alice_client, survey):
    before = survey.draft
    link = {"link-text-en": "Write a review", "link-text-fr": "", "link-url": "http://a.example/"}

    answer = alice_client.post(
        url(survey, "builder-save"), thanks_form(survey, **link), headers=HTMX
    ).content.decode()
    survey.refresh_from_db()
    kept = survey.draft["thanks"]["link"]
    alice_client.post(url(survey, "builder-save"), thanks_form(survey), headers=HTMX)
    survey.refresh_from_db()

    assert kept == {"text": {"en": "Write a review", "fr": ""}, "url": "http://a.example/"}
    assert re.search(r'id="outline-problem-thanks".*?>2 things to fix', answer, re.DOTALL)
    assert '<a href="#id_link-url">Start the address with https://</a>' in answer
    assert '<a href="#id_link-text-fr">Translate the words of the link into French</a>' in answer
    assert survey.draft == before


@pytest.mark.parametrize("score", ["9", "7", "2"])
def test_preview_shows_the_link_whatever_the_score(alice_client, survey, score):
    link = {"text": {"en": "Write a review"}, "url": "https://www.example.com/?a=1&b=2"}

    def add(draft):
        return {**draft, "thanks": {**draft["thanks"], "link": link}}

    edit_draft(survey=survey, change=add, actor=None)
    preview = f"{url(survey, 'survey-preview')}?language=fr"
    page = alice_client.post(preview, {"answers.q1": score}).content.decode()

    shown = 'href="https://www.example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer"'
    words = "<span>Write a review</span>\n<small>example.com, nouvel onglet</small>"
    assert f"{shown}>{words}</a>" in page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_preview_is_the_respondents_page_and_records_nothing(alice_client, survey, language):
    page = alice_client.get(url(survey, "survey-preview"), {"language": language})
    preview = f"{url(survey, 'survey-preview')}?language={language}"
    kind, harsh = (alice_client.post(preview, {"answers.q1": score}) for score in ("9", "2"))

    assert survey.draft["questions"][0]["text"][language].split("{")[0] in page.content.decode()
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert "Merci" in kind.content.decode() or "Thank you!" in kind.content.decode()
    assert kind.content != harsh.content


ROUTES = [
    ("get", "survey-builder", {}),
    ("post", "builder-save", {}),
    ("post", "builder-gesture", {"gesture": "undo"}),
    ("get", "survey-preview", {}),
    ("get", "survey-publish", {}),
    ("post", "survey-publish", {}),
    ("post", "survey-state", {}),
    ("post", "survey-duplicate", {}),
    ("get", "survey-share", {}),
    ("post", "collector-create", {}),
]


@pytest.mark.parametrize(("method", "name", "kwargs"), ROUTES)
def test_somebody_elses_survey_does_not_exist(
    charlie_client, charlie, survey, method, name, kwargs
):
    """AB-01"""
    slug = charlie.organisation.slug

    answers = [
        getattr(charlie_client, method)(
            reverse(f"surveys:{name}", kwargs={"organisation_slug": slug, "pk": pk, **kwargs})
        )
        for pk in (survey.pk, uuid7())
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize(
    ("method", "name", "kwargs"),
    [route for route in ROUTES if route[1] not in {"survey-preview", "survey-share"}],
)
def test_viewers_change_nothing(bob_client, survey, method, name, kwargs):
    """AB-03"""
    answer = getattr(bob_client, method)(url(survey, name, **kwargs))

    assert answer.status_code == 403
    survey.refresh_from_db()
    assert (survey.state, survey.draft_revision) == ("draft", 1)
