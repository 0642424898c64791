"""The API of surveys, as programs outside this repository call it."""

import pytest

from accounts.enums import SCOPES
from cxhub.lib.ids import uuid7
from surveys.models import Survey
from tests.factories.surveys import LiveSurveyFactory, SurveyFactory
from tests.surveys.api.conftest import client_with

URL = "/api/v1/surveys/"
QUERIES_OF_THE_LIST = 7  # the list itself is one; the rest finds the key and its tenant
NEW = {"name": "Livraison", "template": "nps", "languages": ["fr", "en"]}


def item(survey, rest=""):
    return f"{URL}{survey.pk}/{rest}"


def test_a_survey_is_made_from_a_template_and_published(api):
    made = api.post(URL, NEW, format="json")
    published = api.post(f"{URL}{made.json()['id']}/publish/", {}, format="json")

    assert (made.status_code, made.json()["status"]) == (201, "draft")
    assert made.json()["definition"]["questions"][0]["kind"] == "nps"
    assert (published.status_code, published.json()) == (
        200,
        {"id": made.json()["id"], "status": "live", "version": 1},
    )


def test_publishing_takes_no_body_at_all(api, organisation):
    survey = SurveyFactory(organisation=organisation)

    assert api.post(item(survey, "publish/")).status_code == 200


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({**NEW, "organisation": "x"}, "organisation", "unknown_field"),
        ({**NEW, "id": str(uuid7())}, "id", "unknown_field"),
        ({**NEW, "name": 5}, "name", "invalid_type"),
        ({**NEW, "name": " "}, "name", "blank"),
        ({**NEW, "name": "x" * 81}, "name", "max_length"),
        ({**NEW, "template": "essay"}, "template", "invalid_choice"),
        ({**NEW, "languages": "fr"}, "languages", "invalid_type"),
        ({**NEW, "languages": []}, "languages", "min_length"),
        ({**NEW, "languages": ["de"]}, "languages.0", "invalid_choice"),
        ({}, "name", "required"),
    ],
)
def test_survey_creation_refuses(api, body, path, code):
    """AB-52"""
    answer = api.post(URL, body, format="json")

    assert answer.status_code == 400
    assert [(error["path"], error["code"]) for error in answer.json()["errors"]] == [(path, code)]
    assert Survey.objects.count() == 0


def test_languages_are_named_once(api):
    answer = api.post(URL, {**NEW, "languages": ["fr", "fr"]}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, "duplicate")


def test_list_gives_own_surveys_by_state(api, organisation):
    draft = SurveyFactory(organisation=organisation)
    live = LiveSurveyFactory(organisation=organisation)

    everything = api.get(URL).json()
    only_live = api.get(URL, {"status": "live"}).json()

    assert {row["id"] for row in everything["results"]} == {str(draft.pk), str(live.pk)}
    assert [(row["id"], row["version"]) for row in only_live["results"]] == [(str(live.pk), 1)]
    assert everything["next"] is None


def test_list_asks_the_same_number_of_queries_for_one_and_three(
    api, organisation, django_assert_num_queries
):
    LiveSurveyFactory(organisation=organisation)
    api.get(URL)  # the first use of a key is noted
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        api.get(URL)
    LiveSurveyFactory.create_batch(2, organisation=organisation)

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        assert len(api.get(URL).json()["results"]) == 3


@pytest.mark.parametrize("query", ["status=open", "ordering=name", "status=live&status=draft"])
def test_list_refuses_unknown_filters(api, query):
    """AB-52"""
    assert api.get(f"{URL}?{query}").status_code == 400


def test_a_draft_is_changed_under_its_etag(api, organisation):
    survey = SurveyFactory(organisation=organisation)
    read = api.get(item(survey))
    draft = {**read.json()["definition"], "brand": "Lune"}

    changed = api.patch(
        item(survey), {"definition": draft, "name": "N"}, format="json", HTTP_IF_MATCH=read["ETag"]
    )
    stale = api.patch(item(survey), {"name": "M"}, format="json", HTTP_IF_MATCH=read["ETag"])

    assert changed["ETag"] == api.get(item(survey))["ETag"] != read["ETag"]
    assert (changed.json()["name"], changed.json()["definition"]["brand"]) == ("N", "Lune")
    assert (stale.status_code, stale.json()["code"]) == (412, "version_conflict")
    survey.refresh_from_db()
    assert survey.name == "N"


def test_a_document_that_is_none_is_refused_with_its_places(api, organisation):
    survey = SurveyFactory(organisation=organisation)
    draft = {**survey.draft, "colour": "red"}

    answer = api.patch(item(survey), {"definition": draft}, format="json")

    assert answer.status_code == 400
    assert [(error["path"], error["code"]) for error in answer.json()["errors"]] == [
        ("definition.colour", "unknown_field")
    ]


def test_an_unfinished_draft_is_not_published(api, organisation):
    survey = SurveyFactory(organisation=organisation)
    api.patch(item(survey), {"definition": {**survey.draft, "questions": []}}, format="json")

    answer = api.post(item(survey, "publish/"), {}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, "no_question")
    assert [error["path"] for error in answer.json()["errors"]] == ["questions"]


def test_a_key_of_another_kind_is_a_conflict(api, organisation):
    survey = LiveSurveyFactory(organisation=organisation)
    other = {**survey.draft["questions"][1], "key": "q1"}
    del other["follows"]
    api.patch(item(survey), {"definition": {**survey.draft, "questions": [other]}}, format="json")

    answer = api.post(item(survey, "publish/"), {}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")


def test_states_change_only_as_they_can(api, organisation):
    survey = LiveSurveyFactory(organisation=organisation)

    paused = api.patch(item(survey), {"status": "paused"}, format="json")
    refused = api.patch(item(survey), {"status": "draft"}, format="json")

    assert (paused.status_code, paused.json()["status"]) == (200, "paused")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [("get", "", None), ("patch", "", {"name": "X"}), ("post", "publish/", {})],
)
def test_somebody_elses_survey_does_not_exist(stranger, organisation, method, rest, body):
    """AB-01"""
    survey = LiveSurveyFactory(organisation=organisation)
    call = getattr(stranger, method)
    options = {"format": "json"} if body is not None else {}

    foreign = call(item(survey, rest), body, **options)
    random = call(f"{URL}{uuid7()}/{rest}", body, **options)

    assert (foreign.status_code, foreign.content) == (404, random.content)
    assert foreign.headers == random.headers
    survey.refresh_from_db()
    assert survey.name != "X"


@pytest.mark.parametrize("pk", ["0", "-1", "abc", "9" * 30, "{x}", "%00", "é"])
def test_ids_that_are_none_are_not_found(api, pk):
    assert api.get(f"{URL}{pk}/").status_code in {400, 404}


def test_an_id_in_capitals_is_another_id(api, organisation):
    survey = SurveyFactory(organisation=organisation)

    assert api.get(f"{URL}{str(survey.pk).upper()}/").status_code == 404


@pytest.mark.parametrize("organisation_id", ["", None, 0, [], "northwind"])
def test_naming_an_organisation_changes_nothing(api, organisation, organisation_id):
    """AB-02"""
    answer = api.post(URL, {**NEW, "organisation": organisation_id}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_field")


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [("post", None, NEW), ("patch", "", {"name": "X"}), ("post", "publish/", {})],
)
def test_reading_keys_do_not_write(reader, organisation, method, rest, body):
    """AB-03"""
    survey = SurveyFactory(organisation=organisation)
    url = URL if rest is None else item(survey, rest)

    answer = getattr(reader, method)(url, body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert Survey.objects.get().name == survey.name
    assert Survey.objects.get().state == "draft"


def test_a_key_without_the_scope_does_not_read(organisation):
    client = client_with(organisation, [scope for scope in SCOPES if "surveys" not in scope])

    assert client.get(URL).status_code == 403


def test_a_repeated_post_makes_one_survey(api):
    """AB-53"""
    answers = [api.post(URL, NEW, format="json", HTTP_IDEMPOTENCY_KEY="k1") for _ in range(2)]

    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert Survey.objects.count() == 1
