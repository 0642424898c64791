"""The main job in a browser, in both languages, from a template to a closed case."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.flows import screens
from tests.flows.product import eventually

pytestmark = [pytest.mark.slow(reason="drives the running product"), pytest.mark.browser]


@dataclass(frozen=True)
class World:
    """A demo company as the flow meets it."""

    slug: str
    owner: str
    lead: str
    lead_name: str
    language: str
    phone: str

    @property
    def home(self) -> str:
        return f"/o/{self.slug}/"


WORLDS = [
    World(
        "maison-lune",
        "camille@demo.cxhub.test",
        "lea@demo.cxhub.test",
        "Léa Bernard",
        "fr",
        "+3363998{:04d}",
    ),
    World(
        "northwind",
        "alice@demo.cxhub.test",
        "sam@demo.cxhub.test",
        "Sam Okoro",
        "en",
        "+447700900{:03d}",
    ),
]


def new_customer(product, world, *channels) -> tuple[str, dict]:
    """A customer who agreed to be asked, made by API."""
    mark = uuid.uuid4().hex[:6]
    number = 200 + int(mark, 16) % 800
    details = {
        "external_id": mark,
        "email": f"{mark}@customers.example",
        "phone": world.phone.format(number),
        "name": f"Flow {mark}",
        "language": world.language,
        "consents": [
            {"channel": channel, "purpose": "survey", "wording": "Yes."} for channel in channels
        ],
    }
    made = product.call("POST", "/api/v1/contacts/", details, key=product.key(world.slug))
    assert made.status in {200, 201}, made.body
    return made.json["id"], details


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.slug)
def test_from_a_template_to_a_closed_case(product, chromium, world):
    owner = screens.sign_in(chromium, product, world.owner)
    assert owner.locator("html").get_attribute("lang") == world.language

    survey = screens.survey_from_template(owner, world.home)
    link, code = screens.public_doors(owner)
    screens.watch(owner, world.home, survey, world.lead_name)
    screens.journey_after_delivery(owner, world.home, survey)
    results = owner.context.new_page()
    results.goto(f"{world.home}surveys/{survey}/results/")
    assert screens.response_count(results) == 0

    by_link(product, chromium, owner, world, survey)
    by_reply(product, owner, world, survey)
    by_rating_row(product, owner, world, survey)
    by_event(product, owner, world)
    by_open_link(owner, link)
    words = f"Colis ouvert {uuid.uuid4().hex[:6]}"
    by_qr_code(product, chromium, code, words)

    expect(results.locator("#feed-waiting")).not_to_be_empty()
    expect(results.locator("#numbers[data-live-count='6']")).to_be_visible(timeout=40_000)
    the_lead_closes_the_case(product, chromium, world, words)


def by_link(product, browser, owner, world, survey):
    """A text message with a link, answered on the phone."""
    contact, customer = new_customer(product, world, "sms")
    screens.send(owner, world.home, survey, contact, "sms", "link")
    text = eventually(lambda: product.messages(customer["phone"]), "the text message")[0]["text"]
    link = re.search(r"https?://\S+/r/[\w-]+", text)
    assert link, text
    phone = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True).new_page()
    phone.goto(link[0])
    screens.answer_on_page(phone, 9, "Parfait.")
    phone.goto(link[0])
    expect(phone.locator("form#f")).to_have_count(0)


def by_reply(product, owner, world, survey):
    """A text message, answered by replying from the simulator's phone."""
    contact, customer = new_customer(product, world, "sms")
    screens.send(owner, world.home, survey, contact, "sms", "conversation")
    eventually(lambda: product.messages(customer["phone"]), "the text message")
    desk = screens.texts_of(owner, customer["name"])
    for count, reply in enumerate(("8", "Rapide et simple"), start=2):
        desk.fill("#sim-text", reply)
        desk.press("#sim-text", "Enter")
        wait_for_texts(product, customer["phone"], count)


def wait_for_texts(product, phone, count):
    """Until so many texts of ours have reached the phone."""
    eventually(lambda: len(product.messages(phone)) >= count, f"text number {count}")


def by_rating_row(product, owner, world, survey):
    """An email, answered from its rating row: the link only pre-selects, the button records."""
    contact, customer = new_customer(product, world, "email")
    screens.send(owner, world.home, survey, contact, "email")
    mail = eventually(lambda: product.messages(customer["email"]), "the mail")[0]
    rating = re.search(r'href="([^"]+\?score=10)"', mail["html"])
    assert rating
    page = owner.context.browser.new_context().new_page()
    page.goto(rating[1].replace("&amp;", "&"))
    expect(page.locator("input[value='10']").first).to_be_checked()
    screens.answer_on_page(page, 10, "Bravo.")


def by_event(product, owner, world):
    """An order event starts the journey; its mail is answered from the main link."""
    _contact, customer = new_customer(product, world, "email")
    event = {
        "type": "order.delivered",
        "occurred_at": datetime.now(UTC).isoformat(),
        "contact": {"external_id": customer["external_id"]},
        "properties": {"order": uuid.uuid4().hex},
    }
    assert product.call("POST", "/api/v1/events/", event, key=product.key(world.slug)).status == 202
    mail = eventually(lambda: product.messages(customer["email"]), "the journey's mail")[0]
    link = re.search(r"https?://\S+/r/[\w-]+", mail["text"])
    assert link
    page = owner.context.browser.new_context().new_page()
    page.goto(link[0])
    screens.answer_on_page(page, 7, "Correct.")


def by_open_link(owner, link):
    """The open link, on a desk."""
    page = owner.context.browser.new_context().new_page()
    page.goto(link)
    screens.answer_on_page(page, 9, "Merci.")


def by_qr_code(product, browser, code, words):
    """A scanned code on a phone without JavaScript."""
    page = screens.without_javascript(browser, product).new_page()
    page.goto(code)
    screens.answer_on_page(page, 2, words)


def the_lead_closes_the_case(product, browser, world, words):
    """The alert brings the lead to the case; the case is closed from there."""
    mail = eventually(
        lambda: [one for one in product.messages(world.lead) if words in one["text"]], "the alert"
    )[0]
    assert mail["text"].lstrip().startswith(words)
    button = re.search(r'href="(http[^"]+/inbox/[0-9a-f-]{36}/[^"]*)"', mail["html"])
    assert button
    lead = screens.sign_in(browser, product, world.lead, viewport={"width": 390, "height": 844})
    lead.goto(button[1].replace("&amp;", "&"))
    expect(lead.locator("main")).to_contain_text(words)
    screens.close_case(lead, "Rappelée.")
    lead.goto(f"{world.home}inbox/?folder=closed")
    expect(lead.locator("main")).to_contain_text(words)
