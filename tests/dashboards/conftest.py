"""API clients and forgotten doors."""

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from accounts.actions.api_keys import create_api_key
from cxhub.lib.tenancy import tenant
from surveys.queries import openings


def make_key(organisation):
    with tenant(organisation.pk):
        _key, text = create_api_key(
            organisation=organisation, name="test", scopes=["metrics:read"], created_by=None
        )
    return text


def client_with(text):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


@pytest.fixture(scope="module")
def made_key(make_once, made_organisation):
    return make_once(make_key, made_organisation)


@pytest.fixture
def api(organisation, made_key):
    return client_with(made_key.copy(organisation))


@pytest.fixture
def stranger(other_organisation):
    return client_with(make_key(other_organisation))


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()
    openings.forget()
    yield
    openings.forget()
