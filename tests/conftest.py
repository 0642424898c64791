"""The cast: alice (owner), bob (viewer), charlie (owner of another organisation).

Tests run as the application's database role, under row-level security. The `organisation`
fixture sets the tenant for the whole test.
"""

import fcntl
import gc
import os
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client
from hypothesis import settings as search
from psycopg2 import sql

from accounts.models import Membership, Organisation
from cxhub.lib.tenancy import set_tenant, tenant
from tests.factories.accounts import MembershipFactory, OrganisationFactory
from tests.flows.product import Product

TESTS = Path(__file__).resolve().parent
# The same examples on every machine, however busy it is.
search.register_profile("steady", derandomize=True, deadline=None)
search.load_profile("steady")

LONGEST_FIRST = ("flows", "launcher", "frontend", "surveys/responses", "architecture", "api")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests first, and each file in one process; flows test by test.

    A process that waits for the product leaves its processor to the others.
    """
    for item in items:
        path = item.path.relative_to(TESTS)
        group = item.nodeid if path.parts[0] == "flows" else str(path)
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: _place(item.path.relative_to(TESTS)))


def _place(path: Path) -> int:
    places = [place for place, name in enumerate(LONGEST_FIRST) if str(path).startswith(name)]
    return places[0] if places else len(LONGEST_FIRST)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the product that the flows shared, when the last of all processes is done."""
    if not hasattr(session.config, "workerinput"):
        Product.of_this_run().remove()


def pytest_collection_finish() -> None:
    """What is there now stays: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker) -> str:
    """The migrated database, or this process's copy of it; returns the address of its owner.

    The first process that needs it migrates it. The tests connect as the application.
    """
    home = Path(os.environ["CXHUB_HOME"])
    with (home / "tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "migrated").exists():
            with django_db_blocker.unblock():
                _migrate()
            (home / "migrated").touch()
        if settings.DATABASES["default"]["NAME"] != settings.DATABASE_TEMPLATE:
            _copy(settings.DATABASES["default"]["NAME"])
    return settings.DATABASE_OWNER_URL


def _migrate() -> None:
    app, owner = dict(connections["default"].settings_dict), urlsplit(settings.DATABASE_OWNER_URL)
    connections["default"].close()
    connections["default"].settings_dict.update(
        NAME=settings.DATABASE_TEMPLATE, USER=owner.username, PASSWORD=owner.password
    )
    call_command("migrate", verbosity=0)
    connections["default"].close()
    connections["default"].settings_dict.update(app)


def _copy(database: str) -> None:
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER cxhub_owner").format(
        sql.Identifier(database), sql.Identifier(settings.DATABASE_TEMPLATE)
    )
    with closing(psycopg2.connect(os.environ["DATABASE_ADMIN_URL"])) as admin:
        admin.autocommit = True
        admin.cursor().execute(copy)


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
