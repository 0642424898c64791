"""Answers over HTTP: every row of the bad-input table."""

import gzip
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from surveys.actions.publishing import create_survey, publish_survey
from surveys.definition.editing import add_question, replace_question
from surveys.models import Response
from tests.surveys.responses.browser import fields, opened, post_json, sheet
from tests.surveys.responses.conftest import invite

FORM = "application/x-www-form-urlencoded"


def test_an_answer_is_stored_and_thanked_by_branch(client, survey, door):
    _response, page = opened(client, f"/r/{door.token}")

    response = client.post(f"/r/{door.token}", sheet(page, q1="3", q2="Two days late"))

    assert response.status_code == 201
    assert survey.draft["thanks"]["detractor"]["en"].split(".")[0] in response.text
    stored = Response.objects.get()
    assert stored.answers == {"q1": 3, "q2": "Two days late"}
    assert response.headers["Response-Id"] == str(stored.pk)


def test_an_answer_costs_a_fixed_number_of_queries(client, door, django_assert_num_queries):
    _response, page = opened(client, f"/r/{door.token}")

    with django_assert_num_queries(1):
        client.post(f"/r/{door.token}", sheet(page, q1="3"))


def test_the_same_sheet_again_is_the_same_answer(client, door):
    """AB-29"""
    _response, page = opened(client, f"/r/{door.token}")
    statuses, ids = [], set()
    for _ in range(5):
        response = client.post(f"/r/{door.token}", sheet(page, q1="3"))
        statuses.append(response.status_code)
        ids.add(response.headers["Response-Id"])

    assert statuses == [201, 200, 200, 200, 200]
    assert len(ids) == Response.objects.count() == 1


def test_other_answers_are_a_409(client, door):
    """AB-29"""
    _response, page = opened(client, f"/r/{door.token}")
    client.post(f"/r/{door.token}", sheet(page, q1="3"))

    response = client.post(f"/r/{door.token}", sheet(page, q1="9"))

    assert response.status_code == 409
    assert "You have already answered" in response.text
    assert Response.objects.get().answers == {"q1": 3}


def test_a_second_person_sees_that_it_was_answered_and_nothing_else(client, door):
    """AB-22"""
    _response, page = opened(client, f"/r/{door.token}")
    _response, second = opened(client, f"/r/{door.token}")
    client.post(f"/r/{door.token}", sheet(page, q1="3", q2="My secret reason"))

    later = client.get(f"/r/{door.token}")
    posted = client.post(f"/r/{door.token}", sheet(second, q1="9"))
    by_machine = post_json(
        client, f"/r/{door.token}", {"submission_id": str(uuid4()), "answers": {"q1": 1}}
    )

    assert (later.status_code, posted.status_code, by_machine.status_code) == (200, 200, 409)
    assert by_machine.json()["code"] == "already_answered"
    for response in (later, posted):
        assert "You have already answered" in response.text
        assert "secret" not in response.text
    assert "Vous avez déjà répondu" in client.get(f"/r/{door.token}?lang=fr").text


def test_a_machine_may_send_json(client, collector):
    body = {"submission_id": str(uuid4()), "answers": {"q1": 10}, "language": "fr"}

    first = post_json(client, f"/s/{collector.code}", body)
    second = post_json(client, f"/s/{collector.code}", body)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Response.objects.get().language == "fr"


@pytest.mark.parametrize("submission_id", [None, "", "1", "not-a-uuid", "0" * 35])
def test_a_submission_needs_its_id(client, door, submission_id):
    body = {"answers": {"q1": 3}, "submission_id": submission_id}

    response = post_json(client, f"/r/{door.token}", body)
    page = client.post(f"/r/{door.token}", {"answers.q1": "3"})

    assert (response.status_code, page.status_code) == (400, 400)
    assert response.json()["code"] == "submission_id_required"


@pytest.mark.parametrize(
    ("answers", "path", "code"),
    [
        ({"zz": 1, "q1": 3}, "answers.zz", "unknown_question"),
        ({}, "answers.q1", "invalid_answer"),
        ({"q1": 11}, "answers.q1", "invalid_answer"),
        ({"q1": -1}, "answers.q1", "invalid_answer"),
        ({"q1": "5"}, "answers.q1", "invalid_answer"),
        ({"q1": True}, "answers.q1", "invalid_answer"),
        ({"q1": None}, "answers.q1", "invalid_answer"),
        ({"q1": [5]}, "answers.q1", "invalid_answer"),
        ({"q1": {"v": 5}}, "answers.q1", "invalid_answer"),
        ({"q1": 5.0}, "answers.q1", "invalid_answer"),
        ({"q1": 5, "q2": "x" * 4001}, "answers.q2", "too_long"),
        ({"q1": 5, "q2": "\U0001f600" * 4001}, "answers.q2", "too_long"),
        ({"q1": 5, "q2": 5}, "answers.q2", "invalid_answer"),
        ({"q1": 5, "q2": None}, "answers.q2", "invalid_answer"),
        ({"q1": 5, "q3": "c9"}, "answers.q3", "unknown_question"),
    ],
)
def test_wrong_answers_are_a_400_with_their_path(client, door, answers, path, code):
    response = post_json(
        client, f"/r/{door.token}", {"submission_id": str(uuid4()), "answers": answers}
    )

    assert response.status_code == 400
    assert (response.json()["errors"][0]["path"], response.json()["errors"][0]["code"]) == (
        path,
        code,
    )
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value"),
    [("csat", 0), ("csat", 6), ("ces", "5"), ("ces", 8), ("rating", 0), ("choice", "c9"),
     ("choice", ["c1"]), ("several", ["c1", "c9"]), ("several", ["c1", "c1"]),
     ("several", ["c1"] * 1_900), ("several", "c1")],
)  # fmt: skip
def test_what_was_not_offered_is_a_400(client, organisation, kind, value):
    survey = create_survey(
        organisation=organisation, name="Many", template="nps", languages=["en"], created_by=None
    )
    document, key = add_question(survey.draft, kind.replace("several", "choice"))
    changed = {**document["questions"][-1], "required": False}
    if kind == "several":
        changed["multiple"] = True
    survey.draft = replace_question(document, key, changed)
    survey.save()
    publish_survey(survey=survey, actor=None)
    survey.refresh_from_db()
    body = {"submission_id": str(uuid4()), "answers": {"q1": 5, key: value}}

    response = post_json(client, f"/r/{invite(survey).token}", body)

    assert response.status_code == 400
    assert [(error["path"], error["code"]) for error in response.json()["errors"]] == [
        (f"answers.{key}", "invalid_answer")
    ]
    assert not Response.objects.exists()


@pytest.mark.parametrize("name", ["answers.zz", "answers.", "answers.q1.x"])
def test_a_form_with_a_question_of_another_survey_is_a_400(client, door, name):
    _response, page = opened(client, f"/r/{door.token}")

    response = client.post(f"/r/{door.token}", {**sheet(page, q1="3"), name: "1"})

    assert response.status_code == 400
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("\U0001f600" * 4000, "\U0001f600" * 4000), ("z" + "\u0336" * 1000, "z" + "\u0336" * 8)],
    ids=["4,000 emoji", "zalgo"],
)
def test_long_words_are_counted_in_characters(client, door, typed, stored):
    """AB-26"""
    body = {"submission_id": str(uuid4()), "answers": {"q1": 5, "q2": typed}}
    by_machine = post_json(client, f"/r/{door.token}", body)
    form = client.post(f"/r/{door.token}", {"submission_id": body["submission_id"],
                                            "answers.q1": "5", "answers.q2": typed})  # fmt: skip

    assert (by_machine.status_code, form.status_code) == (201, 200)
    assert Response.objects.get().answers["q2"] == stored


@pytest.mark.parametrize(
    ("ago", "flags"), [(timedelta(days=-1), ["suspect"]), (timedelta(seconds=0.2), ["suspect"]),
                       (timedelta(days=30), [])]
)  # fmt: skip
def test_the_start_that_a_machine_names_is_not_trusted(client, collector, ago, flags):
    body = {
        "submission_id": str(uuid4()),
        "answers": {"q1": 5},
        "started_at": (timezone.now() - ago).isoformat(),
    }

    response = post_json(client, f"/s/{collector.code}", body)

    stored = Response.objects.get()
    assert (response.status_code, stored.flags) == (201, flags)
    assert stored.answered_at <= timezone.now()
    assert stored.started_at <= stored.answered_at + timedelta(seconds=1)


@pytest.mark.parametrize("offset", ["+14:00", "+23:00"])
def test_a_start_before_all_calendars_spoils_no_page(client, collector, offset):
    """The driver cannot read such a moment back, and some the database does not even take."""
    body = {"submission_id": str(uuid4()), "answers": {"q1": 5}, "partial": True}

    saved = post_json(
        client, f"/s/{collector.code}", {**body, "started_at": f"0001-01-01T00:00:00{offset}"}
    )

    stored = Response.objects.get()
    assert (saved.status_code, stored.state) == (204, "partial")
    assert stored.started_at > timezone.now() - timedelta(days=8)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"submission_id": 1e309}', "malformed_json"),
        ('{"started_at": {"answers": {"q1": 1e309}}}', "malformed_json"),
        ('{"a": NaN}', "malformed_json"),
        ('{"answers": {"q1": 1, "q1": 2}}', "malformed_json"),
        ("{", "malformed_json"),
        ("[1]", "invalid_type"),
        ('{"answers": []}', "invalid_type"),
        ('{"surprise": 1}', "unknown_field"),
        ('{"answers": {"q2": "a\\u0000b"}}', "invalid_characters"),
        ('{"answers": {"q2": "\\ud800"}}', "invalid_characters"),
        ('{"answers": null}', "invalid_type"),
        ('{"answers": {"q2": [' + '"c1",' * 9_999 + '"c1"]}}', "malformed_json"),
        ("[" * 100_000, "malformed_json"),
        ('{"submission_id": ' + "9" * 5000 + "}", "malformed_json"),
    ],
)
def test_hostile_json_is_a_400(client, door, body, code):
    response = client.post(f"/r/{door.token}", body, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [("partial", 1, "invalid_type"), ("partial", "yes", "invalid_type"),
     ("human", "1", "invalid_type"), ("js", 1, "invalid_type"), ("language", 5, "invalid_type"),
     ("version", [], "invalid_type"), ("started_at", 5, "invalid_type"),
     ("channel", "sms", "unknown_field"), ("organisation", None, "unknown_field")],
)  # fmt: skip
def test_no_type_is_guessed_in_a_sheet(client, door, name, value, code):
    """reliability 4.5, at the respondent's door: half a sheet is not taken for a whole one."""
    body = {"submission_id": str(uuid4()), "answers": {"q1": 3}, name: value}

    response = client.post(
        f"/r/{door.token}", body, "application/json", headers={"accept-language": "fr"}
    )

    [error] = response.json()["errors"]
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert (error["path"], error["code"]) == (name, code)
    assert error["message"] in {"Envoyez ici un autre type de valeur",
                                "Ce champ n’existe pas, ou ne peut pas être fixé"}  # fmt: skip
    assert not Response.objects.exists()


@pytest.mark.parametrize("number", ["1e309", "-1e309", "9e999999"])
@pytest.mark.parametrize("value", ["%s", "[%s]", '{"v": %s}'])
@pytest.mark.parametrize("partial", ["true", "false"])
def test_a_number_beyond_all_bounds_is_an_invalid_answer(client, door, number, value, partial):
    """reliability 4.1: with the path of the question; it reaches no row."""
    body = f'{{"submission_id": "{uuid4()}", "partial": {partial}, "answers": {{"q1": %s}}}}'

    response = client.post(
        f"/r/{door.token}", body % (value % number), content_type="application/json"
    )

    assert response.status_code == 400
    assert [(error["path"], error["code"]) for error in response.json()["errors"]] == [
        ("answers.q1", "invalid_answer")
    ]
    assert not Response.objects.exists()


def test_a_person_sees_what_to_correct_and_keeps_what_was_typed(client, survey):
    door = invite(survey, language="fr")
    _response, page = opened(client, f"/r/{door.token}")

    response = client.post(f"/r/{door.token}", sheet(page, q2='Deux <b>jours</b> & "retard"'))

    assert response.status_code == 400
    assert response.text.count("Choisissez une note de 0 à 10") >= 2
    assert "Deux &lt;b&gt;jours&lt;/b&gt; &amp; &quot;retard&quot;</textarea>" in response.text
    assert "Erreur" in re.findall(r"<title>(.*?)</title>", response.text, re.DOTALL)[0]
    assert fields(response.text)["submission_id"] == page["submission_id"]


@pytest.mark.parametrize(
    "text",
    ["<img src=x onerror=alert(1)>", "javascript:alert(1)", "{{7*7}}", "${7*7}",
     "=cmd|' /C calc'!A0", "'; DROP TABLE surveys_response; --",
     "a\r\nBcc: x@example.org", "\u202eevil"],
)  # fmt: skip
def test_hostile_words_are_stored_as_words(client, door, text):
    """AB-26"""
    response = post_json(
        client,
        f"/r/{door.token}",
        {"submission_id": str(uuid4()), "answers": {"q1": 5, "q2": text}},
    )

    assert response.status_code == 201
    stored = Response.objects.get().answers["q2"]
    assert stored == text.replace("\r\n", "\n").replace("\u202e", "")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("a\x00b", "ab"), ("\x1b[31mred", "[31mred"), ("x" * 100_000, None), ("e\u0301", "é")],
    ids=["NUL", "escape", "100 k", "NFC"],
)
def test_what_a_form_cannot_show_is_not_stored(client, door, typed, stored):
    """AB-26"""
    _response, page = opened(client, f"/r/{door.token}")

    response = client.post(f"/r/{door.token}", sheet(page, q1="5", q2=typed))

    assert response.status_code == (201 if stored else 400)
    assert [r.answers["q2"] for r in Response.objects.all()] == ([stored] if stored else [])


@pytest.mark.parametrize("text", ["   ", "\u200b", "\u200b \u200b"])
def test_words_of_nothing_are_no_answer(client, door, text):
    post_json(
        client,
        f"/r/{door.token}",
        {"submission_id": str(uuid4()), "answers": {"q1": 5, "q2": text}},
    )

    assert Response.objects.get().answers == {"q1": 5}


@pytest.mark.parametrize("kind", ["text/xml", "", "text/plain", "application/octet-stream"])
def test_other_media_types_are_a_415(client, door, kind):
    response = client.generic("POST", f"/r/{door.token}", b"<x/>", content_type=kind)

    assert response.status_code == 415


def test_a_compressed_body_is_a_415(client, door):
    response = client.post(
        f"/r/{door.token}",
        gzip.compress(b"x" * 10_000_000),
        content_type=FORM,
        HTTP_CONTENT_ENCODING="gzip",
    )

    assert response.status_code == 415


def test_a_thousand_and_one_parts_are_a_400(client, door):
    response = client.post(f"/r/{door.token}", {f"f{number}": "x" for number in range(1001)})

    assert response.status_code == 400


def test_a_body_that_is_too_large_is_a_413(client, door):
    body = f"answers.q2={'x' * 300_000}"

    assert client.post(f"/r/{door.token}", body, content_type=FORM).status_code == 413


def test_a_broken_multipart_is_a_400(client, door):
    response = client.post(
        f"/r/{door.token}", b"--x\r\nnonsense", content_type="multipart/form-data; boundary="
    )

    assert response.status_code == 400


def test_unknown_fields_of_a_form_are_ignored(client, door):
    """reliability 4.1: a survey declares no hidden fields, so none is kept, whatever it holds."""
    _response, page = opened(client, f"/r/{door.token}")
    extra = {f"utm_{number}": "x" * 50 for number in range(100)}
    extra |= {"email": "lea@example.org", "ref": "x" * 5_000}

    assert client.post(f"/r/{door.token}", {**sheet(page, q1="3"), **extra}).status_code == 201
    [stored] = Response.objects.values()
    assert stored["answers"] == {"q1": 3}
    assert "lea@example.org" not in str(stored)
    assert "xxxxx" not in str(stored)
