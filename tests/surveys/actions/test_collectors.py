"""Public doors: their codes, their addresses, their places."""

import pytest
from django.test import override_settings

from surveys.actions.collectors import ALPHABET, create_collector, ensure_link, set_open
from surveys.actions.publishing import change_state
from surveys.exceptions import WrongState
from surveys.queries.doors import collector_url, collectors, is_code_taken
from tests.factories.accounts import PlaceFactory
from tests.factories.surveys import CollectorFactory, LiveSurveyFactory


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("link", "https://cx.example.org/s/code0001"),
        ("qr", "HTTPS://CX.EXAMPLE.ORG/Q/CODE0001"),
        ("kiosk", "https://cx.example.org/k/code0001"),
        ("widget", "https://cx.example.org/widget/code0001.js"),
    ],
)
@override_settings(SITE_URL="https://cx.example.org", SHORT_URL="https://cx.example.org")
def test_collector_url_fits_its_kind(organisation, kind, url):
    survey = LiveSurveyFactory(organisation=organisation)

    assert collector_url(CollectorFactory(survey=survey, kind=kind, code="CODE0001")) == url


def test_create_collector_carries_its_place(organisation):
    survey = LiveSurveyFactory(organisation=organisation)
    place = PlaceFactory(organisation=organisation, name="Lyon")

    collector = create_collector(survey=survey, kind="qr", place=place)

    assert (collector.place, collector.is_open) == (place, True)
    assert set(collector.code) <= set(ALPHABET)
    assert len(collector.code) == 8


def test_codes_are_known_across_organisations(organisation, other_organisation):
    CollectorFactory(survey=LiveSurveyFactory(organisation=organisation), code="ABCD2345")

    assert is_code_taken("abcd2345")
    assert not is_code_taken("ABCD2346")


def test_ensure_link_makes_one_link_only(organisation):
    survey = LiveSurveyFactory(organisation=organisation)

    assert ensure_link(survey=survey, actor=None) == ensure_link(survey=survey, actor=None)
    assert collectors(organisation, survey).count() == 1


def test_set_open_closes_one_door(organisation):
    survey = LiveSurveyFactory(organisation=organisation)
    first, second = CollectorFactory(survey=survey), CollectorFactory(survey=survey)

    set_open(collector=first, is_open=False, actor=None)

    assert [door.is_open for door in collectors(organisation, survey)] == [False, True]
    assert second.is_open


def test_create_collector_refuses_an_archived_survey(organisation):
    survey = LiveSurveyFactory(organisation=organisation)
    change_state(survey=survey, state="archived", actor=None)

    with pytest.raises(WrongState):
        create_collector(survey=survey, kind="link")
