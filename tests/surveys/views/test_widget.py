"""The button of a survey on somebody else's page."""

import json
import re
from functools import partial
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache

from cxhub.lib.misses import MISSES
from surveys.actions.collectors import create_collector
from surveys.models import Response, Survey
from surveys.queries import openings
from surveys.queries.doors import collector_url
from tests.surveys.responses.browser import opened, sheet
from tests.surveys.responses.conftest import make_survey


@pytest.fixture(autouse=True)
def _nothing_kept():
    openings.forget()
    MISSES.forget()
    cache.clear()
    yield
    openings.forget()


@pytest.fixture(scope="module")
def made_survey(make_once, made_organisation):
    return make_once(partial(make_survey, languages=("fr", "en")), made_organisation)


@pytest.fixture
def survey(organisation, made_survey):
    return made_survey.copy(organisation)


@pytest.fixture
def widget(survey):
    return create_collector(survey=survey, kind="widget")


@pytest.fixture
def path(widget):
    return urlsplit(collector_url(widget)).path


def described(script):
    return json.loads(re.search(r"const survey = (\{.*\});", script)[1])


def test_the_address_that_is_handed_out_is_a_script(client, settings, widget, path):
    response = client.get(path)

    assert path == f"/widget/{widget.code.lower()}.js"
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.cookies == {}
    assert "Cookie" not in response.headers.get("Vary", "")
    assert described(response.text)["url"] == f"{settings.SITE_URL}/s/{widget.code.lower()}"
    assert len(response.content) < 3_000


@pytest.mark.parametrize(
    ("languages", "label"), [(("fr", "en"), "Donnez votre avis"), (("en",), "Give your feedback")]
)
def test_it_speaks_the_surveys_language(client, organisation, languages, label):
    survey = make_survey(organisation, languages=languages)
    code = create_collector(survey=survey, kind="widget").code

    survey_told = described(
        client.get(f"/widget/{code}.js", headers={"Accept-Language": "de"}).text
    )

    assert (survey_told["label"], survey_told["language"]) == (label, languages[0])


def test_an_answer_behind_it_counts_for_the_widget(client, path):
    url = urlsplit(described(client.get(path).text)["url"]).path
    _response, page = opened(client, url)

    client.post(url, sheet(page, q1="9"))

    assert [row.channel for row in Response.objects.all()] == ["widget"]


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_shut_survey_shows_no_button(client, survey, path, state):
    Survey.objects.update(state=state)

    response = client.get(path)

    assert (response.status_code, response.text.startswith("//")) == (200, True)
    assert "createElement" not in response.text


@pytest.mark.parametrize("code", ["nosuch", "a%00b", "..%2f..%2fetc", "é", "x" * 300, "%22%29"])
def test_an_unknown_code_is_no_script(client, survey, code):
    response = client.get(f"/widget/{code}.js")

    assert response.status_code in {400, 404}
    assert "createElement" not in response.text


def test_guessing_codes_is_limited(client, survey):
    """AB-23"""
    statuses = [client.get(f"/widget/nosuch{number}.js").status_code for number in range(31)]

    assert statuses == [404] * 30 + [429]


def test_it_only_reads(client, path):
    assert client.post(path).status_code == 405
