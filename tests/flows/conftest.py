"""One running product for all flows."""

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import launch_options
from tests.flows.product import Product


@pytest.fixture(scope="package")
def product(tmp_path_factory) -> Product:
    product = Product(tmp_path_factory.mktemp("product"))
    product.start()
    yield product
    product.stop()


@pytest.fixture(scope="package")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        yield browser
        browser.close()
