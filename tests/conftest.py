"""The cast: alice (owner), bob (viewer), charlie (owner of another organisation).

Tests run as the application's database role, under row-level security. The `organisation`
fixture sets the tenant for the whole test.
"""

from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client
from hypothesis import settings as search

from accounts.models import Membership, Organisation
from cxhub.lib.tenancy import set_tenant, tenant
from tests.factories.accounts import MembershipFactory, OrganisationFactory

# The same examples on every machine, however busy it is.
search.register_profile("steady", derandomize=True, deadline=None)
search.load_profile("steady")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Migrate the test database as its owner; the tests connect as the application."""
    with django_db_blocker.unblock():
        app = dict(settings.DATABASES["default"])
        owner = urlsplit(settings.DATABASE_OWNER_URL)
        connections["default"].close()
        connections["default"].settings_dict.update(USER=owner.username, PASSWORD=owner.password)
        call_command("migrate", verbosity=0)
        connections["default"].close()
        connections["default"].settings_dict.update(USER=app["USER"], PASSWORD=app["PASSWORD"])
    return urlunsplit(owner)


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """Real transactions, seen by every connection; the owner empties the tables afterwards."""
    with django_db_blocker.unblock():
        yield
        connections["default"].close()
    with psycopg2.connect(django_db_setup) as owner, owner.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_organisation, accounts_user CASCADE")


@pytest.fixture
def organisation(db) -> Organisation:
    organisation = OrganisationFactory()
    set_tenant(organisation.pk)
    return organisation


@pytest.fixture
def other_organisation(organisation) -> Organisation:
    """Charlie's organisation; the tenant stays the first one."""
    return OrganisationFactory()


def member(organisation: Organisation, role: str, **user: object) -> Membership:
    """A member of an organisation, whatever the current tenant."""
    with tenant(organisation.pk):
        return MembershipFactory(
            organisation=organisation, role=role, **{f"user__{k}": v for k, v in user.items()}
        )


@pytest.fixture
def alice(organisation) -> Membership:
    return member(organisation, "owner", name="Alice", email="alice@example.org")


@pytest.fixture
def bob(organisation) -> Membership:
    return member(organisation, "viewer", name="Bob", email="bob@example.org")


@pytest.fixture
def charlie(other_organisation) -> Membership:
    return member(other_organisation, "owner", name="Charlie", email="charlie@example.org")


def client_of(membership: Membership) -> Client:
    """A browser signed in as a member."""
    client = Client()
    client.force_login(membership.user)
    return client


@pytest.fixture
def alice_client(alice) -> Client:
    return client_of(alice)


@pytest.fixture
def bob_client(bob) -> Client:
    return client_of(bob)


@pytest.fixture
def charlie_client(charlie) -> Client:
    return client_of(charlie)
