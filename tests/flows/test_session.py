"""A session that ends under an open page: nothing typed is lost, or sent by somebody else."""

import pytest
from playwright.sync_api import expect

from tests.flows import screens
from tests.flows.product import PASSWORD

pytestmark = [pytest.mark.slow(reason="drives the running product"), pytest.mark.browser]


def sign_in(page, email, password=PASSWORD):
    page.locator("#session-login").fill(email)
    page.locator("#session-password").fill(password)
    page.locator("#session-form button[type=submit]").click()


def test_what_was_typed_is_sent_after_signing_in_again(product, chromium):
    page = screens.sign_in(chromium, product, "alice@demo.cxhub.test")
    page.clock.install()
    page.goto("/o/northwind/contacts/new/")
    name, save = page.locator("#id_name"), page.locator("main button[type=submit]")
    name.fill("Nobody Lost")
    page.locator("#id_email").fill("nobody.lost@example.org")
    page.clock.fast_forward("02:00")
    page.context.clear_cookies(name="cxhub-session")
    asked = []

    def hold(route):
        asked.append(route)

    page.route("**/accounts/session/", hold)

    save.click()
    page.clock.fast_forward("00:09")  # a slow server, and a button that may be pressed again
    save.click()
    asked[0].continue_()
    expect(page.locator("#session")).to_be_visible()
    assert len(asked) == 1
    page.unroute("**/accounts/session/")
    expect(page.locator("#session-login")).to_have_value("alice@demo.cxhub.test")
    page.keyboard.press("Escape")
    expect(name).to_have_value("Nobody Lost")
    save.click()
    sign_in(page, "alice@demo.cxhub.test", "not this one")
    expect(page.locator("#session-error")).not_to_be_empty()
    sign_in(page, "camille@demo.cxhub.test")
    expect(page.locator("#session-error")).to_contain_text("nothing was sent")
    assert page.url.endswith("/contacts/new/")

    page.context.clear_cookies(name="cxhub-session")
    page.keyboard.press("Escape")
    save.click()
    sign_in(page, "alice@demo.cxhub.test")

    expect(page.locator("h1")).to_have_text("Nobody Lost")


def test_what_htmx_was_refused_is_sent_after_signing_in_again(product, chromium):
    page = screens.sign_in(chromium, product, "alice@demo.cxhub.test")
    page.goto("/o/northwind/surveys/new/")
    page.locator("form:has(input[name=template][value=nps]) button").click()
    text = page.locator("#id_text-en")
    page.context.clear_cookies(name="cxhub-session")

    text.fill("How likely are you to come back?")
    expect(page.locator("#session")).to_be_visible()
    sign_in(page, "alice@demo.cxhub.test")

    expect(page.locator("#session")).to_be_hidden()
    expect(page.locator("#builder-status")).to_contain_text("Saved")

    page.context.clear_cookies(name="cxhub-session")
    screens.sign_in_here(page.context.new_page(), "alice@demo.cxhub.test")
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        text.fill("How likely are you to come back tomorrow?")
    expect(page.locator("#session")).to_be_hidden()
    page.reload()
    expect(text).to_have_value("How likely are you to come back tomorrow?")

    page.context.clear_cookies(name="cxhub-session")
    screens.sign_in_here(page.context.new_page(), "camille@demo.cxhub.test")
    text.fill("Not hers")
    expect(page.locator("#session-error")).to_contain_text("nothing was sent")


def test_a_send_is_only_counted_again_after_signing_in_and_its_button_asks_too(product, chromium):
    page = screens.sign_in(chromium, product, "alice@demo.cxhub.test")
    page.clock.install()
    page.goto("/o/northwind/sends/new/")
    here = page.evaluate("window.opened = performance.timeOrigin")
    page.clock.fast_forward("02:00")
    page.context.clear_cookies(name="cxhub-session")

    page.locator("[name=audience][value=contacts]").check()
    expect(page.locator("#session")).to_be_visible()
    with page.expect_response("**/sends/new/count/") as preview:
        sign_in(page, "alice@demo.cxhub.test")
    assert preview.value.status == 200
    expect(page.locator("#session")).to_be_hidden()

    page.context.clear_cookies(name="cxhub-session")
    page.locator("button[name=action][value=search]").click()
    expect(page.locator("#session")).to_be_visible()
    assert page.evaluate("window.opened") == here
