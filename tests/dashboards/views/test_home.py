"""Home: what waits, today, first steps ticked by facts."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from dashboards.queries.home import Today
from surveys.actions.collectors import create_collector
from surveys.actions.rollups import roll_up
from surveys.models import Survey
from tests.dashboards.answers import answer, live_survey
from tests.factories.cases import CaseFactory
from tests.factories.channels_out import ChannelFactory
from tests.factories.surveys import SurveyFactory


@pytest.fixture
def url(organisation):
    return f"/o/{organisation.slug}/"


def steps(html):
    found = re.search(r"Getting started (\d)/4", html)
    return int(found[1]) if found else None


def test_an_empty_organisation_is_offered_three_templates(
    organisation, url, alice_client, bob_client
):
    html = alice_client.get(url).content.decode()

    assert re.findall(r'name="template" value="(\w+)"', html) == ["nps", "csat", "ces"]
    assert "Start from scratch" in html
    assert organisation.name in re.search(r"<blockquote[^>]*>([^<]*)<", html)[1]
    assert 'name="template"' not in bob_client.get(url).content.decode()


def test_somebody_without_a_name_is_greeted_by_address(url, alice_client, alice):
    alice.user.name = ""
    alice.user.save()

    html = alice_client.get(url).content.decode()

    assert f"Hello {alice.user.email}" in html


def test_without_an_email_channel_alerts_reach_nobody(organisation, url, alice_client, bob_client):
    live_survey(organisation)
    without = [client.get(url).content.decode() for client in (alice_client, bob_client)]
    ChannelFactory(organisation=organisation, kind="email", provider="smtp", is_default=True)

    told = ["alerts reach nobody" in html for html in without]

    assert told == [True, True]
    assert ["settings/channels/" in html for html in without] == [True, False]
    assert "alerts reach nobody" not in alice_client.get(url).content.decode()


def test_where_no_phone_finds_the_survey_a_link_takes_the_codes_place(
    organisation, url, alice_client, settings
):
    settings.SHORT_URL = settings.SITE_URL = "http://127.0.0.1:8000"
    door = create_collector(survey=live_survey(organisation), kind="link")

    html = alice_client.get(url).content.decode()

    assert "qr.svg" not in html
    assert f'href="http://127.0.0.1:8000/s/{door.code.lower()}" target="_blank"' in html


def test_first_steps_tick_themselves(organisation, url, alice_client, settings):
    settings.SHORT_URL = "https://cx.example"
    SurveyFactory(organisation=organisation)
    assert steps(alice_client.get(url).content.decode()) == 1

    survey = live_survey(organisation)
    door = create_collector(survey=survey, kind="qr")
    html = alice_client.get(url).content.decode()
    assert steps(html) == 2
    assert f"/collectors/{door.pk}/qr.svg" in html

    answer(survey, 9)
    html = alice_client.get(url).content.decode()
    assert steps(html) == 3
    assert "qr.svg" not in html


def test_what_waits_comes_first(organisation, url, alice_client):
    survey = live_survey(organisation)
    ChannelFactory(organisation=organisation, kind="email", provider="smtp", is_default=True)
    assert "Nothing is waiting for you." in alice_client.get(url).content.decode()

    CaseFactory(response=answer(survey, 1), due_at=timezone.now() - timedelta(hours=1))
    CaseFactory(response=answer(survey, 2))
    html = alice_client.get(url).content.decode()

    assert "1 case overdue" in html
    assert "1 new case" in html
    assert "Nothing is waiting" not in html


def test_today_counts_today_and_the_last_words_are_shown(organisation, url, alice_client):
    survey = live_survey(organisation, name="Delivery")
    answer(survey, 10, answers={"q2": "Bravo <b>all</b>"})
    answer(survey, 10, at=timezone.now() - timedelta(days=3), answers={"q2": "Earlier"})
    roll_up(organisation.pk)

    html = alice_client.get(url).content.decode()

    assert re.search(r'kpi-value">1<', html)
    assert re.findall(r"<blockquote[^>]*>([^<]*)<", html) == [
        "Bravo &lt;b&gt;all&lt;/b&gt;",
        "Earlier",
    ]
    assert "2 responses in 90 days" in html


@pytest.mark.parametrize("count", [1, 3])
def test_home_takes_as_many_queries_for_any_number_of_surveys(
    organisation, url, alice_client, count, django_assert_num_queries
):
    for _ in range(count):
        answer(live_survey(organisation), 9, answers={"q2": "Fine"})
    roll_up(organisation.pk)
    alice_client.get(url)

    with django_assert_num_queries(24):
        alice_client.get(url)
    assert Survey.objects.count() == count


@pytest.mark.parametrize(
    ("asked", "answered", "rate"), [(0, 0, None), (6, 0, None), (29, 20, None), (30, 6, 0.2)]
)
def test_a_few_who_were_asked_have_no_rate(asked, answered, rate):
    assert Today(0, None, None, asked, answered).response_rate == rate
