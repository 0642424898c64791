"""The button of a survey on somebody else's page."""

import json
import re
from functools import partial
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from playwright.sync_api import sync_playwright

from cxhub.lib.misses import MISSES
from surveys.actions.collectors import create_collector
from surveys.models import Response, Survey
from surveys.queries import openings
from surveys.queries.doors import collector_url
from tests.browser import launch_options
from tests.surveys.responses.browser import opened, sheet
from tests.surveys.responses.conftest import make_survey

STRICT = "default-src 'none'; script-src https://cx.example; style-src 'none'"


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


@pytest.mark.slow  # a browser of its own: with one, nothing reads the database
def test_a_page_with_a_strict_policy_shows_a_button_that_opens_the_survey(
    client, settings, widget, path
):
    """Where the page has a place for it, and else in the corner."""
    settings.SITE_URL = "https://cx.example"
    bodies = {
        "https://shop.example/": ("text/html", host_page("", path)),
        "https://shop.example/place": (
            "text/html",
            host_page(f'<div data-cxhub="{widget.code.lower()}"></div>', path),
        ),
        f"https://cx.example{path}": ("text/javascript", client.get(path).text),
        f"https://cx.example/s/{widget.code.lower()}": ("text/html", "<h1>the survey</h1>"),
    }

    def answer(route):
        kind, body = bodies[route.request.url]
        headers = {"Content-Type": kind, "Content-Security-Policy": STRICT}
        route.fulfill(status=200, body=body, headers=headers)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        context = browser.new_context(viewport={"width": 390, "height": 800})
        context.route("**/*", answer)
        found = [_opened(context, f"https://shop.example/{name}") for name in ("", "place")]
        browser.close()

    assert [is_placed for is_placed, _box in found] == [False, True]
    for _is_placed, box in found:
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= 390


def host_page(place, path):
    return f'<main>{place}</main><script src="https://cx.example{path}"></script>'


def _opened(context, address):
    """Press the button of a page; says whether it stands in its place, and where."""
    page = context.new_page()
    told = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(address)
    button = page.get_by_role("button", name="Donnez votre avis")
    box = button.bounding_box()
    with context.expect_page() as opening:
        button.press("Enter")
    survey = opening.value
    survey.wait_for_load_state()
    assert survey.get_by_role("heading").inner_text() == "the survey"
    assert survey.evaluate("window.opener") is None
    assert told == []
    return page.locator("[data-cxhub] > button").count() == 1, box
