"""A long list with search above it, in a real browser."""

import pytest

from tests.frontend.site import shell, visit

pytestmark = pytest.mark.browser

ZONES = ["Europe/Paris", "America/Coyorko", "America/New_York", *(f"Zone {n}" for n in range(14))]


def test_a_long_list_is_searched_by_keys_and_the_select_holds_the_value(page, site):
    options = "".join(f"<option>{zone}</option>" for zone in ZONES)
    label = '<label for="zone">Time zone <small>(optional)</small></label>'
    field = f'<div class="field">{label}<select id="zone" name="zone">{options}</select></div>'
    visit(page, site, shell(f"<form>{field}</form>"))
    box = page.get_by_role("combobox", name="Time zone")
    value = "document.querySelector('[name=zone]').value"

    box.fill("new york")
    page.keyboard.press("Escape")
    unchanged = (page.evaluate(value), box.input_value())
    box.fill("yôrk")
    page.keyboard.press("Enter")

    assert unchanged == ("Europe/Paris", "Europe/Paris")
    assert (page.evaluate(value), box.input_value()) == ("America/New_York", "America/New_York")
    assert box.get_attribute("aria-expanded") == "false"
