"""API clients: a key that may do everything, one that may read, one of another organisation."""

import pytest
from rest_framework.test import APIClient

from accounts.actions.api_keys import create_api_key
from accounts.enums import SCOPES
from cxhub.lib.tenancy import tenant


def client_with(organisation, scopes):
    with tenant(organisation.pk):
        _key, text = create_api_key(
            organisation=organisation, name="test", scopes=list(scopes), created_by=None
        )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


@pytest.fixture
def api(organisation):
    return client_with(organisation, SCOPES)


@pytest.fixture
def reader(organisation):
    return client_with(organisation, [scope for scope in SCOPES if scope.endswith(":read")])


@pytest.fixture
def stranger(other_organisation):
    return client_with(other_organisation, SCOPES)
