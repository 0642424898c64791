"""The respondent's doors over HTTP: every row of the bad-input table, and the abuse cases."""

import gzip
import json
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from django.utils import timezone

from cxhub.lib.limits import LocalLimit, SharedLimit
from surveys.actions.collectors import create_collector
from surveys.models import Invitation, Response, Survey
from surveys.views import respond, respond_doors
from tests.surveys.responses.conftest import invite, make_survey

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _fresh_limits():
    for limit in vars(respond_doors).values():
        if isinstance(limit, LocalLimit | SharedLimit):
            getattr(limit, "local", limit).forget()
    cache.clear()


def fields(html: str) -> dict[str, str]:
    """The hidden fields of a page, as a browser would send them."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") == "hidden":
            found[attributes["name"]] = attributes["value"]
    return found


def opened(client, url, **headers):
    response = client.get(url, **headers)
    assert response.status_code == 200, response.content
    return response, fields(response.text)


def chosen(response) -> list[str]:
    """The values of what is checked on a page."""
    tags = re.findall(r"<input[^>]*\schecked[^>]*>", response.text)
    return [re.findall(r'value="([^"]*)"', tag)[0] for tag in tags]


def sheet(page, **answers):
    return {**page, **{f"answers.{key}": value for key, value in answers.items()}}


def post_json(client, url, body):
    return client.post(url, json.dumps(body), content_type="application/json")


# --- GET ----------------------------------------------------------------------------------


def test_a_personal_link_shows_the_survey_in_the_contacts_language(client, survey):
    response, page = opened(client, f"/r/{invite(survey, language='fr').token}")

    assert '<html lang="fr">' in response.text
    assert "Recommanderiez-vous" in response.text
    assert UUID(page["submission_id"]).version == 7
    assert page["version"] == str(survey.current_version_id)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.cookies == {}


def test_a_compressed_page_is_small_and_the_same(client, door):
    plain = client.get(f"/r/{door.token}")
    packed = client.get(f"/r/{door.token}", headers={"accept-encoding": "gzip"})

    html = gzip.decompress(packed.content).decode()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) <= 8_000
    assert packed.headers["Content-Length"] == str(len(packed.content))
    assert re.sub(r"[0-9a-f-]{36}", "", html) == re.sub(r"[0-9a-f-]{36}", "", plain.text)


def test_style_and_script_are_allowed_by_their_hash_alone(client, door):
    import base64
    import hashlib

    response = client.get(f"/r/{door.token}")

    policy = response.headers["Content-Security-Policy"]
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        [text] = re.findall(rf"<{tag}>(.*?)</{tag}>", response.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert re.findall(r'(?:src|href)="(?!#|data:,|mailto:)[^"]*"', response.text) == []


def test_a_personal_link_needs_one_query(client, door, django_assert_num_queries):
    client.get(f"/r/{door.token}")

    with django_assert_num_queries(1):
        client.get(f"/r/{door.token}")


def test_a_public_link_needs_no_query(client, collector, django_assert_num_queries):
    client.get(f"/s/{collector.code}")

    with django_assert_num_queries(0):
        client.get(f"/s/{collector.code.lower()}")


def test_a_placement_shows_its_place(client, organisation, survey):
    from tests.factories.accounts import PlaceFactory

    place = PlaceFactory(organisation=organisation, name="Lyon Part-Dieu")
    collector = create_collector(survey=survey, kind="qr", place=place)

    response = client.get(f"/q/{collector.code}")

    assert "Lyon Part-Dieu" in response.text


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"HTTP_SEC_PURPOSE": "prefetch"}, {"HTTP_PURPOSE": "preview"}],
    ids=["plain", "prefetch", "preview"],
)
def test_reading_writes_nothing(client, door, method, headers):
    """AB-18"""
    for score in ["", *(f"?score={value}" for value in range(11))]:
        response = getattr(client, method)(f"/r/{door.token}{score}", **headers)
        assert response.status_code == 200

    assert not Response.objects.exists()
    assert Invitation.objects.get().completed_at is None


def test_a_rating_link_only_preselects(client, door):
    response = client.get(f"/r/{door.token}?score=9")

    assert chosen(response) == ["9"]
    assert re.findall(r'data-step="(\d)"', response.text.partition("<body>")[2]) == ["0", "0"]


@pytest.mark.parametrize(
    "query",
    ["score=11", "score=-1", "score=9.5", "score=abc", "score=９", "score=1&score=9", "score=",
     "score=09", "score=%00", "score=1e1", "lang=zz", "utm_source=x&ref=" + "x" * 500],
)  # fmt: skip
def test_anything_else_selects_nothing(client, door, query):
    response = client.get(f"/r/{door.token}?{query}")

    assert response.status_code in {200, 400}
    if response.status_code == 200:
        assert chosen(response) == []


def test_a_score_that_the_scale_does_not_have_selects_nothing(client, organisation):
    door = invite(make_survey(organisation, "csat"))

    assert chosen(client.get(f"/r/{door.token}?score=9")) == []
    assert chosen(client.get(f"/r/{door.token}?score=4")) == ["4"]


@pytest.mark.parametrize(
    "token",
    ["unknown", "A" * 22, "A" * 10_000, "..%2f..%2fetc", "é漢字", "../x", "a b", "%25", "/", "x/"],
)
def test_an_unknown_link_is_a_404_in_both_languages(client, survey, token):
    response = client.get(f"/r/{token}")

    assert response.status_code == 404
    assert "This link is not valid" in response.text
    assert "Lien non valide" in response.text


@pytest.mark.parametrize("token", ["a\x00b", "\x00", "\ud800"])
def test_hostile_characters_in_a_token_are_a_404(survey, token):
    request = RequestFactory().get("/r/x")

    assert respond.response_open(request, token=token).status_code == 404
    assert respond.collector_open(request, code=token).status_code == 404


def test_unknown_links_look_the_same(client, survey):
    """AB-23: nothing tells one unknown link from another."""
    one, other = client.get("/r/" + "A" * 22), client.get("/s/NOSUCH")

    assert one.content == other.content or _masked(one) == _masked(other)


def _masked(response):
    return re.sub(rb"[0-9a-f-]{36}", b"", response.content)


@pytest.mark.parametrize(
    ("accepted", "first", "second"),
    [
        ("fr-CA,en;q=0.5", "Lien non valide", "This link is not valid"),
        ("en", "This link is not valid", "Lien non valide"),
    ],
)
def test_an_unknown_link_speaks_the_browsers_language_first(
    client, survey, accepted, first, second
):
    html = client.get("/r/unknown", headers={"Accept-Language": accepted}).text

    assert f'<html lang="{accepted[:2]}"' in html
    assert html.index(f"<h1>{first}") < html.index(f"<h2>{second}")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "This survey is paused for now"), ("fr", "Cette enquête est suspendue pour le moment")],
)
def test_a_paused_survey_says_that_it_will_come_back(
    client, survey, door, collector, language, words
):
    Survey.objects.update(state="paused")

    for url in (f"/r/{door.token}?lang={language}", f"/s/{collector.code}?lang={language}"):
        response = client.get(url)
        assert (response.status_code, response.headers["Retry-After"]) == (503, "3600")
        assert words in response.text


def test_an_answer_to_a_paused_survey_is_told_so(client, survey, door):
    Survey.objects.update(state="paused", closed_at=timezone.now() - timedelta(days=2))
    answers = {"submission_id": str(uuid4()), "answers": {"q1": 3}}

    response = post_json(client, f"/r/{door.token}", answers)

    assert (response.status_code, response.json()["code"]) == (503, "paused")


@pytest.mark.parametrize("state", ["closed", "archived"])
def test_a_closed_survey_is_a_410(client, survey, door, collector, state):
    Survey.objects.update(state=state)

    for url in (f"/r/{door.token}", f"/s/{collector.code}"):
        response = client.get(url)
        assert response.status_code == 410
        assert "This survey has closed" in response.text


def test_an_expired_link_is_a_410(client, survey):
    response = client.get(f"/r/{invite(survey, days=-1).token}")

    assert response.status_code == 410
    assert "This link has expired" in response.text


def test_a_closed_door_of_an_open_survey_is_a_410(client, collector):
    collector.is_open = False
    collector.save()

    assert client.get(f"/s/{collector.code}").status_code == 410


def test_a_suspended_organisation_is_a_410(client, organisation, door):
    organisation.is_suspended = True
    organisation.save()

    assert client.get(f"/r/{door.token}").status_code == 410


@pytest.mark.parametrize("method", ["put", "delete", "trace", "options", "patch"])
def test_other_methods_are_a_405(client, door, method):
    response = getattr(client, method)(f"/r/{door.token}")

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    ("header", "language"),
    [("fr-CA,fr;q=0.9", "fr"), ("de, en;q=0.5", "en"), ("<x>;;q=", "en"), ("x" * 8000, "en")],
)
def test_a_public_link_speaks_the_browsers_language(client, collector, header, language):
    response = client.get(f"/s/{collector.code}", headers={"accept-language": header})

    assert f'<html lang="{language}">' in response.text


def test_the_address_may_choose_the_language(client, door):
    assert '<html lang="fr">' in client.get(f"/r/{door.token}?lang=fr").text


# --- POST ---------------------------------------------------------------------------------


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


def test_twenty_times_the_same_is_one_answer(client, door):
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
    ("body", "code"),
    [
        ('{"submission_id": 1e309}', "malformed_json"),
        ('{"a": NaN}', "malformed_json"),
        ('{"answers": {"q1": 1, "q1": 2}}', "malformed_json"),
        ("{", "malformed_json"),
        ("[1]", "invalid_type"),
        ('{"answers": []}', "invalid_type"),
        ('{"surprise": 1}', "unknown_field"),
        ('{"answers": {"q2": "a\\u0000b"}}', "invalid_characters"),
        ('{"answers": {"q2": "\\ud800"}}', "invalid_characters"),
        ("[" * 100_000, "malformed_json"),
        ('{"submission_id": ' + "9" * 5000 + "}", "malformed_json"),
    ],
)
def test_hostile_json_is_a_400(client, door, body, code):
    response = client.post(f"/r/{door.token}", body, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (400, code)


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
    _response, page = opened(client, f"/r/{door.token}")
    extra = {f"utm_{number}": "x" * 50 for number in range(100)}

    assert client.post(f"/r/{door.token}", {**sheet(page, q1="3"), **extra}).status_code == 201


def test_the_version_of_another_survey_is_a_409_that_keeps_the_answers(
    client, organisation, survey, door
):
    other = make_survey(organisation, "csat")
    _response, page = opened(client, f"/r/{door.token}")
    body = {**sheet(page, q1="3", q2="Late"), "version": str(other.current_version_id)}

    response = client.post(f"/r/{door.token}", body)
    by_machine = post_json(
        client,
        f"/r/{door.token}",
        {"submission_id": str(uuid4()), "answers": {"q1": 3}, "version": str(uuid4())},
    )

    assert (response.status_code, by_machine.status_code) == (409, 409)
    assert "Late</textarea>" in response.text
    assert fields(response.text)["version"] == str(survey.current_version_id)
    assert by_machine.json()["errors"] == [
        {
            "path": "version",
            "code": "survey_changed",
            "message": str(survey.current_version_id),
        }
    ]


def test_a_closed_survey_refuses_what_skips_the_page(client, survey, door):
    """AB-20"""
    Survey.objects.update(state="closed", closed_at=timezone.now() - timedelta(days=2))

    response = post_json(
        client, f"/r/{door.token}", {"submission_id": str(uuid4()), "answers": {"q1": 3}}
    )

    assert (response.status_code, response.json()["code"]) == (410, "closed")


def test_an_unknown_token_takes_no_answer(client, survey):
    """AB-23"""
    body = {
        "submission_id": str(uuid4()),
        "answers": {"q1": 3},
        "version": str(survey.current_version_id),
    }

    assert post_json(client, "/r/nobody", body).status_code == 404
    assert post_json(client, "/s/NOBODY", body).status_code == 404


def test_an_answer_begun_before_the_close_is_taken(client, survey, door):
    """AB-30"""
    _response, page = opened(client, f"/r/{door.token}")
    Survey.objects.update(state="closed", closed_at=timezone.now() + timedelta(seconds=1))

    assert client.get(f"/r/{door.token}").status_code == 410
    assert client.post(f"/r/{door.token}", sheet(page, q1="3")).status_code == 201


def test_a_script_without_a_person_is_set_aside(client, door):
    """AB-19"""
    _response, page = opened(client, f"/r/{door.token}?score=0")

    scripted = client.post(f"/r/{door.token}", {**sheet(page, q1="0"), "js": "1"})

    assert scripted.status_code == 201
    assert Response.objects.get().state == "quarantined"

    _response, page = opened(client, f"/r/{door.token}")
    client.post(f"/r/{door.token}", {**sheet(page, q1="9"), "js": "1", "human": "1"})

    assert Response.objects.get().state == "completed"
    assert Response.objects.get().answers == {"q1": 9}


def test_a_person_without_javascript_counts(client, door):
    _response, page = opened(client, f"/r/{door.token}")
    client.post(f"/r/{door.token}", sheet(page, q1="9"))

    assert Response.objects.get().state == "completed"


def test_saved_answers_come_back_in_the_same_browser_only(client, client_class, door):
    _response, page = opened(client, f"/r/{door.token}")

    saved = client.post(f"/r/{door.token}", {**sheet(page, q1="7"), "partial": "1"})

    assert saved.status_code == 204
    cookie = saved.cookies["cxhub-answer"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (
        True,
        "Lax",
        f"/r/{door.token}",
        7 * 24 * 3600,
    )
    again, resumed = opened(client, f"/r/{door.token}")
    assert "You had started" in again.text
    assert resumed["submission_id"] == page["submission_id"]
    assert chosen(again) == ["7"]
    assert chosen(client_class().get(f"/r/{door.token}")) == []

    done = client.post(f"/r/{door.token}", sheet(resumed, q1="7", q2="Fine"))

    assert done.status_code == 201
    assert done.cookies["cxhub-answer"].value == ""
    assert Response.objects.get().state == "completed"


@pytest.fixture
def client_class():
    from django.test import Client

    return Client


def test_saved_answers_can_be_started_again(client, collector):
    _response, page = opened(client, f"/s/{collector.code}")
    client.post(f"/s/{collector.code}", {**sheet(page, q1="7"), "partial": "1"})

    response = client.post(f"/s/{collector.code}", {**sheet(page, q1="7"), "restart": "1"})

    assert response.status_code == 200
    assert chosen(response) == []
    assert fields(response.text)["submission_id"] != page["submission_id"]
    assert response.cookies["cxhub-answer"].value == ""


@pytest.mark.parametrize(
    "value", ["", "forged", "a:b:c", "x" * 4000, "0193b3a0-0000-7000-8000-000000000000"]
)
def test_a_forged_cookie_opens_nothing(client, door, value):
    client.cookies["cxhub-answer"] = value

    response, _page = opened(client, f"/r/{door.token}")

    assert chosen(response) == []


def test_switching_the_language_keeps_the_answers_and_stores_nothing(client, door):
    _response, page = opened(client, f"/r/{door.token}")

    response = client.post(f"/r/{door.token}", {**sheet(page, q1="7", q2="Bon"), "switch": "fr"})

    assert response.status_code == 200
    assert '<html lang="fr">' in response.text
    assert chosen(response) == ["7"]
    assert "Bon</textarea>" in response.text
    assert not Response.objects.exists()


def test_a_second_answer_of_the_same_browser_is_marked(client, collector):
    for _ in range(2):
        _response, page = opened(client, f"/s/{collector.code}")
        client.post(f"/s/{collector.code}", sheet(page, q1="7"))

    assert sorted(map(len, Response.objects.values_list("flags", flat=True))) == [1, 2]
    assert Response.objects.filter(flags__contains=["repeat"]).count() == 1


# --- limits -------------------------------------------------------------------------------


def test_the_61st_answer_in_a_minute_from_one_address_is_a_429(client, collector):
    """AB-21"""
    statuses = set()
    body = {"submission_id": str(uuid4()), "answers": {"q1": 3}}
    for _ in range(60):
        statuses.add(post_json(client, f"/s/{collector.code}", body).status_code)

    response = post_json(client, f"/s/{collector.code}", body)

    assert statuses == {201, 200}
    assert (response.status_code, response.json()["code"]) == (429, "rate_limited")
    assert 0 < int(response.headers["Retry-After"]) <= 61


def test_a_personal_link_takes_ten_posts_a_minute(client, door):
    body = {"submission_id": str(uuid4()), "answers": {"q1": 3}}
    statuses = [post_json(client, f"/r/{door.token}", body).status_code for _ in range(11)]

    assert statuses == [201, *[200] * 9, 429]


def test_thirty_one_misses_are_a_429(client, survey):
    """AB-23"""
    statuses = [client.get(f"/r/{number}").status_code for number in range(31)]

    assert statuses == [404] * 30 + [429]


def test_without_the_cache_a_quarter_is_allowed(client, survey, settings):
    """AB-23"""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }
    statuses = [client.get(f"/r/{number}").status_code for number in range(8)]

    assert statuses == [404] * 7 + [429]


def test_limits_count_by_the_network_behind_the_proxies(client, collector, settings):
    settings.TRUSTED_PROXY_HOPS = 1
    body = {"submission_id": str(uuid4()), "answers": {"q1": 3}}

    def post(address):
        return client.post(
            f"/s/{collector.code}",
            json.dumps(body),
            content_type="application/json",
            HTTP_X_FORWARDED_FOR=address,
        ).status_code

    for number in range(60):
        post(f"9.9.9.9, 2001:db8:1:2::{number:x}")

    assert post("2001:db8:1:2:ffff::1") == 429
    assert post("2001:db8:1:3::1") == 200
    assert post("8.8.8.8, 203.0.113.7") == 200
