"""One running product for all flows."""

import pytest
from playwright.sync_api import expect

from tests.conftest import SHARED
from tests.flows.product import Product

PATIENCE = 20_000  # milliseconds; other tests run beside


@pytest.fixture(scope="session")
def product() -> Product:
    product = Product.of_this_run()
    product.start()
    return product


@pytest.fixture(scope="module")
def chromium():
    expect.set_options(timeout=PATIENCE)
    return SHARED.opened()


@pytest.fixture(autouse=True)
def contexts_are_closed(request):
    """What a test opened works on beside the next ones otherwise: pages here are live."""
    if "chromium" not in request.fixturenames:
        yield
        return
    chromium = request.getfixturevalue("chromium")
    before = list(chromium.contexts)
    yield
    for context in chromium.contexts:
        if context not in before:
            context.close()
