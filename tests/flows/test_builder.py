"""The builder in a browser: what is corrected is no longer complained about."""

import re

import pytest
from playwright.sync_api import expect

from tests.flows import screens

pytestmark = [pytest.mark.slow(reason="drives the running product"), pytest.mark.browser]

REFUSED = re.compile("status of 4(09|22)")


def test_an_error_goes_when_its_cause_is_gone(product, chromium):
    page = screens.sign_in(chromium, product, "alice@demo.cxhub.test")
    told = []
    page.on("console", lambda said: told.append(said.text))
    page.goto("/o/northwind/surveys/new/")
    page.locator("form:has(input[name=template][value=nps]) button").click()
    text = page.locator("#id_text-en")
    text.evaluate("field => field.removeAttribute('maxlength')")

    text.fill("x" * 600)
    expect(page.locator("#builder-form .error")).to_contain_text("Write at most 500 characters")
    expect(text).to_have_attribute("aria-invalid", "true")
    text.fill("How likely are you to come back?")

    expect(page.locator("#builder-form .error")).to_have_count(0)
    expect(text).not_to_have_attribute("aria-invalid", "true")
    expect(text).to_be_focused()
    assert [said for said in told if not REFUSED.search(said)] == []
