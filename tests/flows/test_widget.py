"""The button of a survey on somebody else's page, whose policy is strict."""

import pytest
from playwright.sync_api import expect

from tests.flows.screens import PATIENCE
from tests.frontend.site import Site

pytestmark = [pytest.mark.slow(reason="drives the running product"), pytest.mark.browser]


@pytest.fixture(scope="module")
def script(product) -> str:
    """The address of a widget of a published survey in French and English."""
    key = product.key("maison-lune")
    surveys = product.call("GET", "/api/v1/surveys/", key=key).json["results"]
    survey = next(row["id"] for row in surveys if row["name"] == "NPS après achat")
    wanted = {"survey": survey, "kind": "widget"}
    made = product.call("POST", "/api/v1/collectors/", wanted, key=key)
    assert made.status == 201, made.body
    return made.json["url"]


@pytest.mark.parametrize("is_placed", [True, False], ids=["in its place", "in the corner"])
def test_it_opens_the_survey(product, chromium, script, is_placed):
    place = f'<div data-cxhub="{code_of(script)}"></div>' if is_placed else ""
    policy = f"default-src 'none'; script-src {product.url}; style-src 'none'"
    context = chromium.new_context(viewport={"width": 390, "height": 800}, locale="fr-FR")
    context.set_default_timeout(PATIENCE)
    page, told = context.new_page(), []
    page.on("console", lambda message: told.append(message.text))

    with Site(policy).open() as shop:
        shop.pages["/"] = (200, f'<main>{place}</main><script src="{script}"></script>')
        page.goto(shop.origin)
    button = page.get_by_role("button", name="Donnez votre avis")
    box = button.bounding_box()
    with context.expect_page() as opening:
        button.press("Enter")

    survey = opening.value
    expect(survey.locator("form#f legend").first).to_be_visible()
    assert survey.evaluate("window.opener") is None
    assert told == []
    assert (page.locator("[data-cxhub] > button").count() == 1) == is_placed
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= 390


def code_of(script: str) -> str:
    """What the address of a widget names."""
    return script.rpartition("/")[2].removesuffix(".js")
