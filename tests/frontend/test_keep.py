"""Changing the language of a page loses nothing that was typed in it."""

import pytest

from tests.frontend.site import shell, visit

pytestmark = pytest.mark.browser

SWITCH = (
    '<form method="post" action="/" data-keeps-fields data-no-busy>'
    '<button name="language" value="fr">Français</button></form>'
)
FIELDS = (
    '<form method="post" data-dirty-guard>'
    '<label>Name <input id="name" name="name" value="as it was"></label>'
    '<label>Secret <input id="secret" name="secret" type="password"></label>'
    '<label>Words <textarea id="words" name="words"></textarea></label>'
    '<label><input id="yes" type="checkbox" name="yes"> Yes</label>'
    '<label><input id="one" type="radio" name="kind" value="1" checked> 1</label>'
    '<label><input id="two" type="radio" name="kind" value="2"> 2</label>'
    '<label>Role <select id="role" name="role"><option>a</option><option>b</option></select>'
    "</label>"
    "<button>Save</button></form>"
)


def ids(page):
    return page.evaluate(
        "() => ['name', 'secret', 'words', 'role'].map(id => document.getElementById(id).value)"
        ".concat(['yes', 'two'].map(id => document.getElementById(id).checked))"
    )


def test_what_was_typed_comes_back_once(page, site):
    visit(page, site, shell(SWITCH + FIELDS))
    page.fill("#name", "Léa")
    page.fill("#secret", "never kept")
    page.fill("#words", "Two lines\nof words")
    page.check("#yes")
    page.check("#two")
    page.select_option("#role", "b")

    with page.expect_navigation():  # and no question whether to leave
        page.click("text=Français")
    page.wait_for_function("() => window.htmx !== undefined")

    assert ids(page) == ["Léa", "", "Two lines\nof words", "b", True, True]
    assert page.get_attribute("form[data-dirty-guard]", "data-dirty") == "yes"
    assert page.evaluate("window.sessionStorage.getItem('cxhub-kept')") is None


def test_what_came_back_is_counted_again(page, site):
    counted = FIELDS.replace(
        "data-dirty-guard", 'hx-post="/count" hx-trigger="change" hx-target="#n" data-counts'
    )
    site.pages["/count"] = (200, "counted")
    visit(page, site, shell(SWITCH + counted + '<p id="n"></p>'))
    is_counted = "() => document.getElementById('n').textContent === 'counted'"
    page.check("#two")
    page.wait_for_function(is_counted)

    with page.expect_navigation():
        page.click("text=Français")

    page.wait_for_function(is_counted)
    assert site.asked.count("POST /count") == 2


def test_another_page_gets_nothing(page, site):
    visit(page, site, shell(SWITCH.replace('action="/"', 'action="/other"') + FIELDS))
    site.pages["/other"] = (200, shell(FIELDS))
    page.fill("#name", "Léa")

    with page.expect_navigation():
        page.click("text=Français")
    page.wait_for_function("() => window.htmx !== undefined")

    assert ids(page)[0] == "as it was"
