"""A link that is flooded, in real browsers: with scripts, and without."""

import http.client
import json
import uuid
from random import randrange
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.flows import screens
from tests.flows.product import eventually

pytestmark = [pytest.mark.slow(reason="drives the running product"), pytest.mark.browser]
TOLD = "il en arrive énormément"
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "fr-FR"}

# A sheet that waits on the device since a day without network.
KEEP = """async () => {
    const form = document.getElementById("f");
    const sheet = new URLSearchParams(new FormData(form));
    sheet.set("answers.q1", "7");
    sheet.set("answers.q2", "Sur ce mobile");
    sheet.set("human", "1");
    const open = indexedDB.open("answers");
    await new Promise((done) => { open.onsuccess = done; });
    const rows = open.result.transaction("sheets", "readwrite").objectStore("sheets");
    const put = rows.put(String(sheet), location.pathname);
    await new Promise((done) => { put.onsuccess = done; });
    open.result.close();
}"""


@pytest.fixture
def link(product):
    def call(method, path, body=None):
        return product.call(method, f"/api/v1{path}", body, key=product.key("maison-lune")).json

    made = call("POST", "/surveys/", {"name": "Foule", "template": "nps", "languages": ["fr"]})
    call("POST", f"/surveys/{made['id']}/publish/")
    door = call("POST", "/collectors/", {"survey": made["id"], "kind": "link", "place": None})
    return urlsplit(door["url"]).path, lambda: call("GET", f"/responses/?survey={made['id']}")


def flood(product, path):
    """Sheets from very many addresses: more a minute than one link takes without proof."""
    statuses = []
    for _ in range(150):
        address = f"127.{randrange(1, 255)}.{randrange(255)}.{randrange(1, 255)}"
        server = http.client.HTTPConnection(
            urlsplit(product.url).netloc, timeout=20, source_address=(address, 0)
        )
        body = json.dumps({"submission_id": str(uuid.uuid4()), "answers": {}})
        server.request("POST", path, body, {"Content-Type": "application/json"})
        statuses.append(server.getresponse().status)
        server.close()
    return statuses


def answer(page, score, words):
    page.locator(f"label.cell:has(input[value='{score}'])").first.click()
    if page.locator("#next").is_visible():
        page.locator("#next").click()
    page.locator("textarea").first.fill(words)
    page.locator("#send").click()


def test_people_do_the_work_without_noticing(product, chromium, link):
    """AB-20, AB-21: with the page opened before or after, offline, kept, and without scripts."""
    path, responses = link
    before, after, tunnel, device = (
        chromium.new_context(base_url=product.url, **PHONE) for _ in range(4)
    )
    plain = screens.without_javascript(chromium, product).new_page()
    early, offline, kept = before.new_page(), tunnel.new_page(), device.new_page()
    for page in (early, offline, kept, plain):
        page.goto(path)
    tunnel.set_offline(True)
    answer(offline, 8, "Dans le tunnel")
    expect(offline.get_by_role("status")).to_contain_text("Pas de réseau")
    kept.evaluate(KEEP)

    eventually(lambda: flood(product, path)[-20:] == [403] * 20, "the flood is refused")

    answer(early, 9, "Avant la foule")
    late, posts = after.new_page(), []
    late.on("response", lambda one: posts.append((one.request.post_data or "", one.status)))
    late.goto(path)
    answer(late, 3, "Dans la foule")
    tunnel.set_offline(False)
    kept.reload()
    for page in (early, late, offline, kept):
        expect(page.locator(".message .mark")).to_be_visible()
    assert [status for body, status in posts if body and "partial" not in body] == [201]

    answer(plain, 2, "Sans script")
    expect(plain.get_by_role("alert")).to_contain_text(TOLD)
    expect(plain.locator("textarea")).to_have_value("Sans script")
    assert "pourra partir dans 10 minutes" in plain.locator("main").inner_text()
    found = [(one["state"], one["answers"].get("q2")) for one in responses()["results"]]
    words = ["Avant la foule", "Dans la foule", "Dans le tunnel", "Sur ce mobile"]
    assert sorted(found) == [("completed", text) for text in words]
