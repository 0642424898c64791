"""API clients and forgotten doors."""

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from accounts.actions.api_keys import create_api_key
from cxhub.lib.tenancy import tenant
from surveys.queries import openings


def client_with(organisation, *scopes):
    with tenant(organisation.pk):
        _key, text = create_api_key(
            organisation=organisation, name="test", scopes=list(scopes), created_by=None
        )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


@pytest.fixture
def api(organisation):
    return client_with(organisation, "metrics:read")


@pytest.fixture
def stranger(other_organisation):
    return client_with(other_organisation, "metrics:read")


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()
    openings.forget()
    yield
    openings.forget()
