"""What a sign or a drawing says to mouse, finger and keyboard, in a real browser."""

import pytest

from tests.frontend.conftest import NOW
from tests.frontend.site import focused, shell, visit

pytestmark = pytest.mark.browser


def test_a_sign_says_its_name_to_the_mouse_and_to_the_keys(page, site, render):
    sign = '<button type="button" class="btn btn-icon" aria-label="Undo" id="undo">↶</button>'
    link = '<a href="/x">' + render("{% relative_time now %}", now=NOW) + "</a>"
    visit(page, site, shell(f"{sign}<p>{link}</p>"))
    tip = page.get_by_role("tooltip")

    page.locator("#undo").hover()
    tip.get_by_text("Undo").wait_for()
    page.mouse.move(0, 0)
    tip.wait_for(state="hidden")
    page.locator("#undo").focus()
    page.keyboard.press("Tab")
    exact = tip.inner_text()
    page.keyboard.press("Escape")

    assert exact == "14 March 2026, 10:42"
    assert tip.is_hidden()
    assert focused(page) == "14 March 2026"


def test_a_drawing_says_its_points_to_fingers_and_arrows(page, site, render):
    bars = "".join(
        f'<rect class="chart-fill" x="{10 * n}" width="9" height="9"><title>{n}: few</title></rect>'
        for n in (1, 2)
    )
    svg = f'<svg width="99" height="9"><title>Drawing</title>{bars}</svg>'
    caption = '<figcaption class="chart-title">Answers</figcaption>'
    figure = f'<figure class="chart">{caption}<div class="chart-plot">{svg}</div></figure>'
    visit(page, site, shell(figure, '<script type="module" src="/static/js/charts.js"></script>'))
    tip = page.get_by_role("tooltip")

    page.locator("rect").nth(1).click()
    tapped = tip.inner_text()
    page.get_by_role("group", name="Answers").focus()
    page.keyboard.press("ArrowRight")

    assert (tapped, tip.inner_text()) == ("2: few", "1: few")
    page.get_by_role("status").get_by_text("1: few").wait_for(state="attached")
