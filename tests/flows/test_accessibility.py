"""axe finds nothing on any page of the chain: light and dark, 390 and 1440 px."""

import re

import pytest

from tests.browser import AXE, AXE_BRIEF
from tests.flows import screens

pytestmark = [pytest.mark.slow(reason="drives the running product"), pytest.mark.browser]

HOME = "/o/maison-lune/"
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    **AXE_BRIEF,
}
PAGES = [
    "",
    "surveys/",
    "surveys/new/",
    "surveys/{survey}/edit/",
    "surveys/{survey}/publish/",
    "surveys/{survey}/share/",
    "surveys/{survey}/results/",
    "responses/{response}/",
    "sends/",
    "sends/new/",
    "journeys/",
    "journeys/new/",
    "contacts/",
    "contacts/new/",
    "contacts/{contact}/",
    "inbox/",
    "inbox/{case}/",
    "alerts/",
    "alerts/new/",
    "alerts/history/",
    "settings/",
    "settings/team/",
    "settings/teams/",
    "settings/places/",
    "settings/channels/",
    "settings/api-keys/",
    "preferences/",
]
# A theme changes colours and nothing else: in the dark, axe looks at them alone.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
COLOURS |= AXE_BRIEF
LOOKS = [
    ("light", 1440, OPTIONS),
    ("light", 390, OPTIONS),
    ("dark", 390, COLOURS),
    ("dark", 1440, COLOURS),
]
# The rows of a table are alike: axe looks at the first eight. So is what stands around each
# page of the app, which is most of its elements: axe looks at it on the home page.
ROWS = ["tbody > tr:nth-child(n + 9)"]
FRAME = [".topbar", ".rail", ".bottombar", "#shortcuts", "#finder"]
RUN = """
([left_out, asked]) => axe
  .run({ exclude: left_out.map((one) => [one]) }, { ...asked, iframes: false })
  .then((all) => all.violations)
"""
STILL = """
addEventListener("DOMContentLoaded", () => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync("*{transition:none!important}")
  document.adoptedStyleSheets.push(sheet)
})
"""


def violations(page, options=OPTIONS, left_out=ROWS) -> list[str]:
    """What axe finds on the page that is open, in a context of `with_axe`."""
    found = page.evaluate(RUN, [left_out, options])
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary'][:120]}"
        for rule in found
        for node in rule["nodes"]
    ]


def with_axe(context):
    """Each page of the context brings axe along, and changes its colours at once.

    Pages within pages do not: they are looked at on their own.
    """
    context.add_init_script(f"if (window === top) {{ {AXE.read_text(encoding='utf-8')} }}")
    context.add_init_script(STILL)
    return context


@pytest.fixture(scope="module")
def ids(product) -> dict[str, str]:
    """One row of each kind, of the demo."""

    def call(path):
        return product.call("GET", f"/api/v1{path}", key=product.key("maison-lune")).json["results"]

    survey = next(row for row in call("/surveys/") if row["name"] == "NPS après achat")
    return {
        "survey": survey["id"],
        "response": call("/cases/?state=open")[0]["response"],
        "contact": call("/contacts/")[0]["id"],
        "case": call("/cases/?state=open")[0]["id"],
        "link": call(f"/collectors/?survey={survey['id']}")[0]["url"],
    }


def test_the_app_has_no_violation(product, chromium, ids):
    first = screens.sign_in(
        chromium, product, "camille@demo.cxhub.test", reduced_motion="reduce", bypass_csp=True
    )
    page = with_axe(first.context).new_page()
    found = {}
    for path in PAGES:
        page.goto(f"{HOME}{path.format(**ids)}")
        left_out = [*ROWS, *FRAME] if path else ROWS
        for theme, width, options in LOOKS:
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            problems = violations(page, options, left_out)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                problems.append("wider than the window")
            found[path, theme, width] = problems

    assert {look: problems for look, problems in found.items() if problems} == {}


@pytest.mark.parametrize("width", [320, 1440])
def test_what_customers_and_visitors_see_has_no_violation(product, chromium, ids, width):
    context = chromium.new_context(
        base_url=product.url,
        viewport={"width": width, "height": 800},
        bypass_csp=True,
        reduced_motion="reduce",
    )
    page = with_axe(context).new_page()
    found = {}
    for path in ("/accounts/login/", "/accounts/signup/", "/simulator/", "/r/unknown", ids["link"]):
        page.goto(path)
        found[path] = violations(page)
    screens.answer_on_page(page, 9, "Merci.")
    found["thanks"] = violations(page)

    assert {path: problems for path, problems in found.items() if problems} == {}


def test_respondent_targets_are_large(product, chromium, ids):
    page = chromium.new_context(viewport={"width": 320, "height": 640}).new_page()
    page.goto(ids["link"])

    sizes = [page.locator("label.cell").nth(number).bounding_box() for number in range(11)]

    assert all(size["width"] >= 44 and size["height"] >= 44 for size in sizes)
    assert re.search(r"\S", page.locator("legend").first.inner_text())
