"""The API of collectors."""

import pytest

from accounts.actions.places import archive_place
from cxhub.lib.ids import uuid7
from cxhub.lib.tenancy import tenant
from surveys.models import Collector
from tests.factories.accounts import PlaceFactory
from tests.factories.surveys import CollectorFactory, LiveSurveyFactory

URL = "/api/v1/collectors/"


@pytest.fixture
def survey(organisation):
    return LiveSurveyFactory(organisation=organisation)


@pytest.mark.parametrize(
    ("kind", "path"), [("link", "/s/"), ("qr", "/Q/"), ("kiosk", "/k/"), ("widget", "/widget/")]
)
def test_a_door_is_opened(api, survey, kind, path):
    answer = api.post(URL, {"survey": str(survey.pk), "kind": kind, "place": None}, format="json")

    body = answer.json()
    assert answer.status_code == 201
    assert path in body["url"]
    assert body["code"].lower() in body["url"].lower()
    assert (body["survey"], body["place"], body["is_open"]) == (str(survey.pk), None, True)


def test_a_door_carries_its_place(api, organisation, survey):
    place = PlaceFactory(organisation=organisation)
    body = {"survey": str(survey.pk), "kind": "qr", "place": str(place.pk)}

    assert api.post(URL, body, format="json").json()["place"] == str(place.pk)

    archive_place(place=place, actor=None)
    refused = api.post(URL, body, format="json")

    assert (refused.status_code, refused.json()["code"]) == (409, "place_archived")


def test_a_door_is_closed_and_read(api, survey):
    door = CollectorFactory(survey=survey)

    closed = api.patch(f"{URL}{door.pk}/", {"is_open": False}, format="json")

    assert (closed.status_code, closed.json()["is_open"]) == (200, False)
    assert api.get(f"{URL}{door.pk}/").json() == closed.json()


def test_doors_are_listed_by_survey(api, organisation, survey):
    mine = CollectorFactory(survey=survey)
    CollectorFactory(survey=LiveSurveyFactory(organisation=organisation))

    assert len(api.get(URL).json()["results"]) == 2
    only = api.get(URL, {"survey": str(survey.pk)}).json()["results"]
    assert [row["id"] for row in only] == [str(mine.pk)]


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"kind": "poster"}, "kind", "invalid_choice"),
        ({"survey": 5}, "survey", "invalid_type"),
        ({"survey": "abc"}, "survey", "invalid"),
        ({"place": "abc"}, "place", "invalid"),
        ({"code": "MINE"}, "code", "unknown_field"),
    ],
)
def test_bad_doors_are_refused(api, survey, change, path, code):
    """AB-52"""
    body = {"survey": str(survey.pk), "kind": "link", **change}

    answer = api.post(URL, body, format="json")

    assert answer.status_code == 400
    assert [(error["path"], error["code"]) for error in answer.json()["errors"]] == [(path, code)]


def test_a_foreign_survey_in_the_body_does_not_exist(stranger, survey):
    """AB-01"""
    bodies = [{"survey": str(pk), "kind": "link"} for pk in (survey.pk, uuid7())]

    foreign, random = (stranger.post(URL, body, format="json") for body in bodies)

    assert (foreign.status_code, foreign.content) == (404, random.content)
    assert Collector.objects.count() == 0


def test_a_foreign_place_does_not_exist(api, other_organisation, survey):
    """AB-01"""
    with tenant(other_organisation.pk):
        place = PlaceFactory(organisation=other_organisation)
    bodies = [
        {"survey": str(survey.pk), "kind": "qr", "place": str(pk)} for pk in (place.pk, uuid7())
    ]

    foreign, random = (api.post(URL, body, format="json") for body in bodies)

    assert (foreign.status_code, foreign.content) == (404, random.content)


def test_a_foreign_survey_in_a_filter_does_not_exist(stranger, survey):
    """AB-01"""
    foreign, random = (stranger.get(URL, {"survey": str(pk)}) for pk in (survey.pk, uuid7()))

    assert (foreign.status_code, foreign.content) == (404, random.content)


@pytest.mark.parametrize(("method", "body"), [("get", None), ("patch", {"is_open": False})])
def test_a_foreign_door_does_not_exist(stranger, survey, method, body):
    """AB-01"""
    door = CollectorFactory(survey=survey)
    options = {"format": "json"} if body else {}

    foreign, random = (
        getattr(stranger, method)(f"{URL}{pk}/", body, **options) for pk in (door.pk, uuid7())
    )

    assert (foreign.status_code, foreign.content) == (404, random.content)
    door.refresh_from_db()
    assert door.is_open


def test_reading_keys_open_no_door(reader, survey):
    """AB-03"""
    door = CollectorFactory(survey=survey)
    body = {"survey": str(survey.pk), "kind": "link"}

    answers = [
        reader.post(URL, body, format="json"),
        reader.patch(f"{URL}{door.pk}/", {"is_open": False}, format="json"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert Collector.objects.count() == 1
