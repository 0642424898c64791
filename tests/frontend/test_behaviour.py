"""The script modules in a real browser: menus, dialogs, toasts, forms, swaps."""

import json

import pytest

from tests.browser import AXE, AXE_BRIEF
from tests.frontend.site import focused, shell, visit

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
    **AXE_BRIEF,
}


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_component_passes_axe(page, site, styleguide, theme, width):
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, site, styleguide("fr", theme))

    # The debugging protocol is not subject to the page's policy.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(rules)", RULES)["violations"]

    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


# What a finger may hit: a choice with its label, a line's link with the room around it.
# A link within a sentence has the height of its line.
SMALL_TARGETS = """
() => [...document.querySelectorAll("a[href], button, summary, select, input, textarea")]
  .map((one) => ["checkbox", "radio"].includes(one.type) ? one.closest("label") : one)
  .filter((one) => one.checkVisibility() && getComputedStyle(one).clipPath === "none")
  .filter((one) => getComputedStyle(one).display !== "inline" || !one.previousSibling?.data?.trim())
  .filter((one) => {
    const around = getComputedStyle(one, "::after")
    const inset = around.position === "absolute" ? parseFloat(around.insetBlockStart) || 0 : 0
    const box = one.getBoundingClientRect()
    return box.width && box.height - 2 * Math.min(inset, 0) < 43.5
  })
  .map((one) => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 30)}`)
"""


def test_at_320_pixels_nothing_overflows_and_every_target_suits_a_finger(page, site, styleguide):
    page.set_viewport_size({"width": 320, "height": 700})
    visit(page, site, styleguide("fr"))

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(SMALL_TARGETS) == []


def test_on_a_phone_the_open_tab_is_in_view(page, site, render):
    tabs = [{"url": f"#{n}", "label": f"Organisation {n}", "current": n == 5} for n in range(7)]
    page.set_viewport_size({"width": 390, "height": 800})
    visit(page, site, shell(render('{% include "components/_tabs.html" %}', tabs=tabs, label="T")))

    seen = page.evaluate(
        "() => { const tab = document.querySelector('.tabs [aria-current]')"
        ".getBoundingClientRect(); return tab.left >= 0 && tab.right <= innerWidth }"
    )

    assert seen


def test_on_a_phone_the_other_sections_open_above_the_bottom_bar(page, site, styleguide):
    page.set_viewport_size({"width": 390, "height": 800})
    visit(page, site, styleguide())

    page.locator(".bottombar-more summary").click()
    page.locator(".bottombar-sheet").evaluate(
        "sheet => Promise.all(sheet.getAnimations().map((rising) => rising.finished)).then(() => 0)"
    )

    sheet = page.locator(".bottombar-sheet").bounding_box()
    bar = page.locator(".bottombar").bounding_box()
    assert sheet
    assert bar
    assert sheet["y"] > 0
    assert sheet["y"] + sheet["height"] <= bar["y"]


def test_the_system_theme_follows_the_system_but_paper_is_light(page, site):
    page.emulate_media(color_scheme="dark")
    visit(page, site, shell(""))
    ink = "getComputedStyle(document.body).color"

    on_screen = page.evaluate(ink)
    page.emulate_media(media="print")
    on_paper = page.evaluate(ink)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")

    assert on_screen == "rgb(232, 235, 240)"
    assert [on_paper, page.evaluate(ink)] == ["rgb(23, 27, 34)"] * 2


def test_without_scripts_menus_open_and_dead_buttons_are_gone(browser, site, styleguide):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    site.pages["/"] = (200, styleguide())
    page.goto(site.origin)

    page.locator(".cell-actions summary").first.click()

    assert page.get_by_role("link", name="Duplicate").is_visible()
    assert [b for b in page.locator(".needs-js").all() if b.is_visible()] == []
    context.close()


def test_a_menu_obeys_arrows_and_gives_focus_back(page, site, styleguide):
    visit(page, site, styleguide())
    menu = page.locator(".cell-actions details").first
    menu.locator("summary").focus()

    page.keyboard.press("ArrowDown")
    first = focused(page)
    page.keyboard.press("ArrowUp")
    last = focused(page)
    page.keyboard.press("Escape")

    assert (first, last) == ("Open", "Archive")
    assert menu.get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_dialog_returns_focus_to_its_opener(page, site, styleguide):
    visit(page, site, styleguide())
    opener = page.locator("main [data-dialog-open=sample]")
    opener.click()
    assert page.locator("#sample").is_visible()

    page.keyboard.press("Escape")

    assert page.locator("#sample").is_hidden()
    assert opener.evaluate("element => element === document.activeElement")


def test_escape_closes_what_is_open_first_and_then_clears_the_filters(page, site, render):
    menu = render('{% menu label="More" %}<a href="/x">X</a>{% endmenu %}')
    clear = '<a href="/all" data-clear-filters>Clear filters</a>'
    site.pages["/all"] = (200, shell("all"))
    visit(page, site, shell(f'{menu}{clear}<input aria-label="Name" id="name">'))

    page.locator("details summary").click()
    page.keyboard.press("Escape")
    page.locator("#name").fill("Lyon")
    page.keyboard.press("Escape")
    still_here = page.url
    page.locator("#page-title").focus()
    page.keyboard.press("Escape")
    page.wait_for_url(f"{site.origin}/all")

    assert still_here == f"{site.origin}/"
    page.get_by_role("status").get_by_text("Filters cleared").wait_for(state="attached")


def found(words, address):
    return 200, f'<ul data-words="{words}"><li><a href="{address}">{address}</a></li></ul>'


def test_control_k_opens_one_field_that_leads_anywhere(page, site, render, request_inside):
    """Enter does not open what still stands there for other words."""
    find = "/o/maison-lune/find/"
    site.pages[find] = found("", "/home")
    site.pages["/there"] = (200, shell("there"))
    opener = (
        f'<a href="{find}" data-dialog-open="finder">Go to</a><input aria-label="x" id="field">'
    )
    finder = render('{% include "components/_finder.html" %}', request_inside())
    visit(page, site, shell(opener + finder))

    page.locator("#field").focus()
    page.keyboard.press("Control+k")
    assert focused(page) == "finder-words"
    page.locator("#finder-words-found a").wait_for()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "/home"
    page.keyboard.press("ArrowUp")
    assert focused(page) == "finder-words"
    site.pages[find] = found("lyon", "/there")
    page.keyboard.type(" lyon")
    page.keyboard.press("Enter")

    page.wait_for_url(f"{site.origin}/there")


def test_letters_are_inert_in_fields_and_can_be_switched_off(page, site):
    site.pages["/there"] = (200, shell("there"))
    content = (
        '<input aria-label="x" id="field"><a href="/there" data-shortcut-go="e">x</a>'
        '<input type="checkbox" aria-label="y" data-shortcuts-switch>'
    )
    visit(page, site, shell(content))

    page.locator("#field").press_sequentially("ge")
    assert page.url == f"{site.origin}/"
    page.locator("[data-shortcuts-switch]").uncheck()
    page.locator("h1").focus()
    page.keyboard.type("ge")
    assert page.url == f"{site.origin}/"
    page.locator("[data-shortcuts-switch]").check()
    page.locator("h1").focus()
    page.keyboard.type("ge")

    page.wait_for_url(f"{site.origin}/there")


def test_a_letter_that_opens_a_menu_leads_into_it(page, site):
    """A menu closes when focus is elsewhere, so that Tab would never reach its items."""
    content = (
        '<a href="/there" id="before">x</a><details data-menu><summary data-shortcut="n">Add'
        '</summary><button type="button" id="one">One</button></details>'
    )
    visit(page, site, shell(content))
    page.locator("#before").focus()

    page.keyboard.press("n")

    assert page.evaluate("document.activeElement.id") == "one"
    assert page.locator("details").get_attribute("open") is not None


def test_a_letter_that_opens_a_form_leads_to_its_first_field(page, site):
    content = (
        '<details><summary data-shortcut="e">Close</summary><form><input type="hidden" name="r">'
        '<input type="radio" id="first" aria-label="x"><button>Close it</button></form></details>'
    )
    visit(page, site, shell(content))

    page.keyboard.press("e")

    assert page.evaluate("document.activeElement.id") == "first"


def test_a_form_is_sent_once_however_often_it_is_pressed(page, site):
    form = (
        '<form method="post" action="/save" target="frame"><button id="go">Save it</button></form>'
    )
    visit(page, site, shell(form + '<iframe name="frame" title="x"></iframe>'))
    site.pages["/save"] = (200, "ok")

    page.evaluate("for (let i = 0; i < 3; i++) document.querySelector('#go').click()")
    page.wait_for_timeout(100)

    assert site.asked.count("POST /save") == 1
    assert page.locator("#go").get_attribute("aria-busy") == "true"


def test_a_long_text_says_what_room_is_left_from_four_fifths_on(page, site):
    visit(page, site, shell('<form><textarea aria-label="Note" maxlength="10"></textarea></form>'))
    area = page.get_by_label("Note")

    told = []
    for words in ("1234567", "123456789", "1234567890", "12"):
        area.fill(words)
        told.append("".join(page.locator(".counter").all_inner_texts()))

    assert told == ["", "1 character left", "0 characters left", ""]


def test_a_toast_is_announced_and_only_two_stay(page, site):
    visit(page, site, shell(""))

    for text in ("one", "two", "three"):
        page.evaluate(
            "text => document.body.dispatchEvent(new CustomEvent('toast', {detail: {text}}))", text
        )

    page.wait_for_function("() => document.getElementById('live').textContent === 'three'")
    assert page.locator(".toast p").all_inner_texts() == ["two", "three"]


def test_a_swap_is_busy_until_it_settles_and_focus_goes_to_the_new_heading(page, site):
    content = '<div id="area"><a href="/next" hx-get="/next" hx-target="#area">Go</a></div>'
    visit(page, site, shell(content))
    site.pages["/next"] = (200, '<h2 id="new" data-focus tabindex="-1">Next</h2>')
    page.evaluate(
        "document.addEventListener('htmx:beforeSend', () => {"
        " window.busy = document.getElementById('area').getAttribute('aria-busy') })"
    )

    page.get_by_text("Go").click()
    page.wait_for_selector("#new")
    page.wait_for_function("() => document.activeElement.id === 'new'")

    assert page.evaluate("window.busy") == "true"
    assert page.locator("#area").get_attribute("aria-busy") is None


def test_after_a_delete_focus_goes_to_the_next_row(page, site):
    rows = "".join(
        f'<li id="row-{n}"><button id="delete-{n}" hx-post="/delete" hx-target="closest li"'
        f' hx-swap="delete">Delete {n}</button></li>'
        for n in (1, 2, 3)
    )
    visit(page, site, shell(f'<ul class="list" id="rows">{rows}</ul>'))
    site.pages["/delete"] = (200, "")

    page.locator("#delete-2").click()
    page.wait_for_selector("#row-2", state="detached")
    page.wait_for_function("() => document.activeElement !== document.body")

    assert focused(page) == "delete-3"


def test_after_a_gesture_that_loads_the_page_again_focus_is_back_on_its_button(page, site):
    up, down = (f'<button name="gesture" value="{way}">{way}</button>' for way in ("up", "down"))
    row = '<ol><li id="row"><form action="/moved#row"><button>other</button>{}</form></li></ol>'
    site.pages["/moved"] = (200, shell(row.format(up)))
    visit(page, site, shell(row.format(up + down)))

    for way in ("up", "down"):
        page.goto(site.origin)
        page.locator(f"button[value={way}]").press("Enter")
        page.wait_for_url("**/moved?*#row")
        page.wait_for_load_state("load")

        assert focused(page) == "up"


def test_errors_of_a_form_are_swapped_in_and_take_focus(page, site):
    content = (
        '<div id="area"><form hx-post="/save" hx-target="#area"><input aria-label="x" name="x">'
        "<button>Save it</button></form></div>"
    )
    visit(page, site, shell(content))
    site.pages["/save"] = (422, '<div class="error-summary" data-focus tabindex="-1">Enter x</div>')

    page.get_by_text("Save it").click()
    page.wait_for_selector(".error-summary")

    page.wait_for_function("() => document.activeElement.className === 'error-summary'")


def test_a_failed_fragment_keeps_its_old_content_and_offers_another_try(page, site):
    content = '<div id="area"><p>old</p><a href="/f" hx-get="/f" hx-target="#area">Go</a></div>'
    visit(page, site, shell(content))
    site.pages["/f"] = (500, "broken")

    page.get_by_text("Go", exact=True).click()
    page.wait_for_selector("#area[data-stale]")
    assert page.get_by_text("old").is_visible()
    site.pages["/f"] = (200, "<p>new</p>")
    page.locator(".stale-note button").click()

    page.wait_for_selector("text=new")
    assert page.locator("#area").get_attribute("data-stale") is None


def test_posts_of_htmx_carry_the_token(page, site):
    visit(page, site, shell('<button hx-post="/act" hx-swap="none">Act</button>'))
    page.evaluate("document.querySelector('meta[name=csrf-token]').content = 'secret'")
    site.pages["/act"] = (200, "")

    with page.expect_request("**/act") as request:
        page.get_by_text("Act").click()

    assert request.value.headers["x-csrftoken"] == "secret"


def test_the_configuration_of_htmx_forbids_code_in_markup(page, site):
    visit(page, site, shell(""))

    config = json.loads(page.evaluate("JSON.stringify(htmx.config)"))

    assert config["allowEval"] is False
    assert config["allowScriptTags"] is False
    assert config["includeIndicatorStyles"] is False
