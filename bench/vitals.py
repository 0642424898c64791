"""The survey page on a slow phone: first and largest paint, shifts, long tasks, taps.

Chromium with the screen, network and processor of Lighthouse's mobile preset opens an open and a
personal link with nothing cached, and real taps answer the survey. The browser's own observers
say what a customer waited for. It is not Lighthouse: nothing is simulated or scored.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import NamedTuple

from bench.ratios import Target, show
from bench.servers import granian
from bench.world import invite, world

from playwright.sync_api import Browser, Page, sync_playwright  # isort: skip
from tests.browser import launch_options

ROUNDS = 9
SCREEN = {"width": 412, "height": 823}
DENSITY = 1.75
SLOWER = 4  # times
RTT = 150  # ms
# The browser delays requests only, not the connection before them. The preset counts 3.75 round
# trips for one, and leaves a tenth of the bandwidth to what is not content.
NETWORK = {
    "offline": False,
    "latency": 3.75 * RTT,
    "downloadThroughput": 0.9 * 1_600 * 1024 / 8,
    "uploadThroughput": 0.9 * 750 * 1024 / 8,
}
SETTLED = 1_500  # ms after loading in which a late shift or task would still be seen

OBSERVE = """(() => {
  const seen = window.seen = { lcp: 0, cls: 0, blocked: 0, inp: 0, next: 0 };
  const watch = (type, note, more) => new PerformanceObserver(
    (list) => list.getEntries().forEach(note)
  ).observe({ type, buffered: true, ...more });
  watch("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
  watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value; });
  watch("longtask", (entry) => { seen.blocked += entry.duration - 50; });
  watch("event", (entry) => {
    if (entry.interactionId) seen.inp = Math.max(seen.inp, entry.duration);
  }, { durationThreshold: 16 });
  let touched = 0;
  addEventListener("pointerdown", (event) => { touched = event.timeStamp; }, true);
  document.addEventListener("DOMContentLoaded", () => {
    const second = document.querySelector('.q[data-step="1"]');
    new MutationObserver(() => {
      if (second.hidden || seen.next) return;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => { seen.next = performance.now() - touched; };
        port2.postMessage(0);
      });
    }).observe(second, { attributes: true, attributeFilter: ["hidden"] });
  });
})()"""


class Visit(NamedTuple):
    """What one customer waited for, in milliseconds; shifts as a share of the screen."""

    lcp: float
    cls: float
    blocked: float
    inp: float
    next: float
    thanked: float


@contextmanager
def phone(browser: Browser, number: int) -> Iterator[Page]:
    """A tab with nothing cached, as slow as the preset says."""
    context = browser.new_context(
        viewport=SCREEN,
        device_scale_factor=DENSITY,
        is_mobile=True,
        has_touch=True,
        extra_http_headers={"X-Forwarded-For": f"10.77.0.{number}"},
    )
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", NETWORK)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(OBSERVE)
    yield page
    context.close()


def visit(page: Page, url: str) -> Visit:
    """Open the page, choose a score, go on, write nothing, send."""
    page.goto(url)
    page.wait_for_timeout(SETTLED)
    tap(page, "label.cell:has(input[value='9'])")
    page.wait_for_timeout(300)
    tap(page, "#next")
    page.wait_for_selector(".q[data-step='1']:not([hidden])")
    page.wait_for_timeout(300)
    began = page.evaluate("performance.now()")
    tap(page, "#send")
    page.wait_for_selector(".message h1")
    thanked = page.evaluate("performance.now()") - began
    page.wait_for_timeout(300)
    return Visit(**page.evaluate("seen"), thanked=thanked)


def tap(page: Page, selector: str) -> None:
    """A finger on the middle of something: nothing is scrolled or waited for."""
    box = page.locator(selector).bounding_box()
    if box is None:
        raise RuntimeError(f"{selector} is not to be seen")
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def run() -> int:
    codes = world().codes
    invite("vitals", 0, ROUNDS)
    links: dict[str, Callable[[int], str]] = {
        "open link": lambda number: f"/s/{codes[number]}",
        "personal link": lambda number: f"/r/vitals{number}",
    }
    visits: dict[str, list[Visit]] = {name: [] for name in links}
    with (
        granian("cxhub.wsgi:application", "/healthz/live") as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**launch_options())
        for number in range(ROUNDS):
            for name, path in links.items():
                with phone(browser, number) as page:
                    visits[name].append(visit(page, site + path(number)))
        browser.close()
    return sum(report(name, made[1:]) for name, made in visits.items())  # the first one warms up


def report(name: str, visits: list[Visit]) -> int:
    worst = ", ".join(
        f"{field} {max(getattr(one, field) for one in visits):.{2 if field == 'cls' else 0}f}"
        for field in Visit._fields
    )
    print(f"  {name}, worst of {len(visits)} visits: {worst}")

    def middle(field: str) -> float:
        return median(getattr(one, field) for one in visits)

    print(f"  {name}, sent → thank-you on the screen: {middle('thanked'):.0f} ms")
    return show(
        [
            Target(f"{name}: largest paint", middle("lcp"), 1_500, "ms", is_ceiling=True),
            Target(f"{name}: blocked by long tasks", middle("blocked"), 50, "ms", is_ceiling=True),
            Target(f"{name}: shifted, × 1,000", 1_000 * middle("cls"), 20, "", is_ceiling=True),
            Target(f"{name}: slowest tap → painted", middle("inp"), 100, "ms", is_ceiling=True),
            Target(f"{name}: tap → next question", middle("next"), 100, "ms", is_ceiling=True),
        ]
    )
