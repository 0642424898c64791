"""One running product for all flows."""

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser import launch_options
from tests.flows.product import Product

PATIENCE = 20_000  # milliseconds; other tests run beside


@pytest.fixture(scope="session")
def product() -> Product:
    product = Product.of_this_run()
    product.start()
    return product


@pytest.fixture(scope="module")
def chromium():
    """Closed before another module's tests: Playwright's loop would be in the way of theirs."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        yield browser
        browser.close()
