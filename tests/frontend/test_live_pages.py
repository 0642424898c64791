"""A page that moves by itself, in a real browser."""

import pytest

from tests.frontend.site import shell, visit

pytestmark = pytest.mark.browser

LIVE = """
<span data-live-url="/live/" data-text-one="1 new response" data-text-many="{n} new responses"
  data-text-live="Live" data-text-polling="Polling" data-text-paused="Paused"
  data-text-stale="Data from {time}"><span data-live-state></span>
  <button type="button" data-live-pause data-label-resume="Resume">Pause</button></span>
<div id="part" data-live-fragment data-live-count="1" hx-get="/part" hx-trigger="live"
  hx-swap="outerHTML">1</div>
"""
STREAM = """
window.EventSource = class extends EventTarget {
  constructor(url) { super(); this.url = url; this.readyState = 1; window.stream = this;
    setTimeout(() => this.dispatchEvent(new Event("open"))); }
  close() { this.readyState = 2; }
};
window.EventSource.OPEN = 1; window.EventSource.CLOSED = 2;
window.nudge = (id) => window.stream.dispatchEvent(
  new MessageEvent("nudge", {data: "{}", lastEventId: id}));
"""


@pytest.fixture
def live_page(page, site):
    part = LIVE[LIVE.index("<div") :].replace('"1"', '"3"').replace(">1<", ">3<")
    site.pages["/part"] = (200, part)
    page.add_init_script(STREAM)
    script = '<script type="module" src="/static/js/live.js"></script>'
    visit(page, site, shell(LIVE, script))
    page.wait_for_selector("[data-live-mode=live]")
    return page


def test_a_nudge_refreshes_the_fragment_and_says_what_is_new(live_page):
    live_page.evaluate("window.nudge('1')")

    live_page.wait_for_selector("#part:text('3')")
    live_page.wait_for_function(
        "() => document.getElementById('live').textContent === '2 new responses'"
    )


def test_the_same_version_is_not_fetched_twice(live_page, site):
    live_page.evaluate("window.nudge('1')")
    live_page.wait_for_selector("#part:text('3')")

    live_page.evaluate("window.nudge('1')")
    live_page.wait_for_timeout(150)

    assert site.asked.count("GET /part") == 1


def test_a_paused_page_stays_as_it_is(live_page, site):
    live_page.locator("[data-live-pause]").click()
    live_page.evaluate("window.nudge('1')")
    live_page.wait_for_timeout(150)

    assert site.asked.count("GET /part") == 0
    assert live_page.locator("[data-live-pause]").inner_text() == "Resume"


def test_without_the_stream_the_page_asks_every_15_seconds(page, site):
    site.pages["/part"] = (204, "")
    page.clock.install()
    page.add_init_script("delete window.EventSource")
    script = '<script type="module" src="/static/js/live.js"></script>'
    visit(page, site, shell(LIVE, script))

    page.clock.run_for(14_000)
    before = site.asked.count("GET /part")
    page.clock.run_for(17_000)
    page.wait_for_timeout(100)

    assert before == 0
    assert site.asked.count("GET /part") in {1, 2}
