"""API clients: one that may do everything, one that may nothing, one of another organisation."""

import pytest
from rest_framework.test import APIClient

from accounts.actions.api_keys import create_api_key
from accounts.enums import SCOPES
from accounts.models import ApiKey
from cxhub.lib.tenancy import tenant


def key_for(organisation, scopes=SCOPES) -> tuple[ApiKey, str]:
    with tenant(organisation.pk):
        return create_api_key(
            organisation=organisation, name="test", scopes=list(scopes), created_by=None
        )


def client_with(text: str) -> APIClient:
    # A fault of ours is a 500 here, as it would be for a client.
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


@pytest.fixture(scope="module")
def made_key(make_once, made_organisation):
    return make_once(key_for, made_organisation)


@pytest.fixture
def key(organisation, made_key):
    return made_key.copy(organisation)


@pytest.fixture
def api(key):
    return client_with(key[1])


@pytest.fixture
def stranger(other_organisation):
    return client_with(key_for(other_organisation)[1])


@pytest.fixture
def nobody():
    return APIClient(raise_request_exception=False)
