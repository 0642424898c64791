"""A person's way through the pages, in whichever language they are."""

import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.flows.product import PASSWORD, Product

PATIENCE = 20_000


def sign_in(browser: Browser, product: Product, email: str, **options: object) -> Page:
    """A fresh browser of somebody who has signed in."""
    page = browser.new_context(base_url=product.url, **options).new_page()
    page.set_default_timeout(PATIENCE)
    return sign_in_here(page, email)


def sign_in_here(page: Page, email: str) -> Page:
    """The same in a tab of a browser that is open."""
    page.goto("/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    return page


def survey_from_template(page: Page, home: str) -> str:
    """Choose the NPS template, publish; returns the survey's id."""
    page.goto(f"{home}surveys/new/")
    page.locator("form:has(input[name=template][value=nps]) button").click()
    page.locator("#builder-publish").click()
    page.wait_for_url(re.compile(r"/surveys/[0-9a-f-]{36}/"))
    found = re.search(r"/surveys/([0-9a-f-]{36})/", page.url)
    assert found
    page.locator("main form .form-actions button.btn-primary").click()
    page.wait_for_url(re.compile("/share/"))
    return found[1]


def public_doors(page: Page) -> tuple[str, str]:
    """The open link of the share page, and the address of a QR code made for the first place."""
    link = page.locator(".share-link a[target=_blank]").first.get_attribute("href")
    page.select_option(".placement-form select[name=place]", index=1)
    page.locator(".placement-form:has([name=kind][value=qr]) button").click()
    code = page.locator(".placement-url").first.inner_text()
    assert link
    return link, code if code.startswith("http") else f"http://{code}"


def watch(page: Page, home: str, survey: str, lead: str) -> None:
    """Name the support lead in the alert that came with the survey; others keep theirs."""
    page.goto(f"{home}surveys/{survey}/results/")
    name = page.locator("#page-title").inner_text().strip()
    page.goto(f"{home}alerts/")
    quoted = re.compile(rf"[“«]\s*{re.escape(name)}\s*[”»]")
    page.locator("li.rule").filter(has_text=quoted).locator("a.btn").click()
    expect(page.locator("select[name=survey]")).to_have_value(survey)
    for box in page.locator("input[name=recipients]").all():
        box.uncheck()
    page.get_by_label(lead, exact=True).check()
    page.locator("main form.form .form-actions button.btn-primary").click()
    page.wait_for_url(re.compile(r"/alerts/$"))


def send(page: Page, home: str, survey: str, contact: str, channel: str, mode: str = "") -> None:
    """Send a survey to one contact, chosen by hand, and wait until it is on its way."""
    page.goto(f"{home}sends/new/?survey={survey}")
    page.check("input[name=audience][value=contacts]")
    page.check(f"input[name=contacts][value='{contact}']")
    page.select_option("select[name=survey]", survey)
    page.check(f"input[name=channel][value={channel}]")
    if mode:
        page.select_option("select[name=mode]", mode)
    expect(page.locator("#preview input[name=seen]")).to_have_value("1")
    page.locator("button[name=action][value=send]").click()
    page.wait_for_url(re.compile(r"/sends/[0-9a-f-]{36}/"))


def journey_after_delivery(page: Page, home: str, survey: str) -> None:
    """A journey that asks by email as soon as an order is delivered."""
    page.goto(f"{home}journeys/new/")
    page.fill("[name=name]", "Flow")
    page.check("input[name=template][value=blank]")
    page.locator("main form .form-actions button.btn-primary").click()
    page.locator("a[href*='touchpoints/new']").first.click()
    page.fill("[name=name]", "Delivery")
    page.fill("[name=event_type]", "order.delivered")
    page.fill("[name=delay]", "0")
    page.select_option("select[name=survey]", survey)
    page.select_option("select[name=channel]", "email")
    page.locator("main form .form-actions button.btn-primary").click()
    page.locator("form[action$='/publish/'] button").click()


def answer_on_page(page: Page, score: int, words: str) -> None:
    """Give a note and words on the survey page that is open, with or without JavaScript."""
    page.locator(f"label.cell:has(input[value='{score}'])").first.click()
    if page.locator("#next").is_visible():
        page.locator("#next").click()
    page.locator("textarea").first.fill(words)
    page.locator("#send").click()
    expect(page.locator(".message .mark")).to_be_visible()


def without_javascript(browser: Browser, product: Product) -> BrowserContext:
    """A browser on a small phone, with JavaScript off."""
    return browser.new_context(
        base_url=product.url, java_script_enabled=False, viewport={"width": 360, "height": 740}
    )


def response_count(page: Page) -> int:
    """How many answers the results page that is open shows now."""
    return int(page.locator("#numbers").get_attribute("data-live-count") or 0)


def texts_of(page: Page, person: str) -> Page:
    """The simulator, showing one person's phone and mailbox."""
    page.goto("/simulator/")
    value = page.locator("#sim-person option").filter(has_text=person).first.get_attribute("value")
    page.select_option("#sim-person", value)
    page.wait_for_url(re.compile("person="))
    return page


def close_case(page: Page, words: str) -> None:
    """Close the case that is open, saying how it ended."""
    page.locator("details.case-close summary").click()
    page.locator("details.case-close [name=reason][value=resolved]").check()
    page.fill("details.case-close [name=note]", words)
    page.locator("details.case-close form button.btn-primary").click()
