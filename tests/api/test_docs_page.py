"""The page of the API's description, in a real browser, under the policy it is served with."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ORIGIN = "http://127.0.0.1"


@pytest.fixture
def visit(browser):
    """Open an address of the application; gives the page and what its console said."""
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.route("**/*", _answer)

    def open_page(path):
        page.goto(f"{ORIGIN}{path}")
        return page, said

    yield open_page
    page.close()


def _answer(route):
    request = route.request
    headers = {"Accept": request.headers.get("accept", "*/*")}
    answer = Client().get(request.url.removeprefix(ORIGIN), headers=headers, HTTP_HOST="127.0.0.1")
    route.fulfill(
        status=answer.status_code,
        headers=dict(answer.headers.items()),
        body=answer.getvalue(),
    )


def test_the_calls_are_shown_and_the_policy_is_kept(visit):
    page, said = visit("/api/v1/docs/")
    ground = "getComputedStyle(document.querySelector('.swagger-ui')).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")

    page.wait_for_selector(".opblock-summary-path", timeout=20_000)
    page.click("text=/api/v1/surveys/ >> nth=0")

    paths = page.locator(".opblock-summary-path").all_inner_texts()
    assert any("surveys" in path.replace("\u200b", "") for path in paths)
    assert page.evaluate(ground) != light
    assert said == []
