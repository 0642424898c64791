"""The cast: alice (owner), bob (viewer), charlie (owner of another organisation).

Tests run as the application's database role, under row-level security. The `organisation`
fixture sets the tenant for the whole test.
"""

import fcntl
import functools
import gc
import io
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.template import Context, Template
from django.test import Client
from django.test.signals import template_rendered
from django.utils.safestring import SafeString
from hypothesis import settings as search
from playwright.sync_api import Browser
from psycopg2 import sql
from psycopg2.errors import DeadlockDetected
from psycopg2.extensions import connection
from xdist.scheduler import LoadScopeScheduling

from accounts.models import Membership, Organisation
from cxhub.lib.fragments import forget_rendered
from cxhub.lib.redaction import TokenFilter
from cxhub.lib.tenancy import set_tenant, tenant
from tests.browser import SharedBrowser
from tests.factories.accounts import MembershipFactory, OrganisationFactory
from tests.flows.product import Product
from tests.shared import Made

TESTS = Path(__file__).resolve().parent
# The same examples on every machine, however busy it is.
search.register_profile("steady", derandomize=True, deadline=None)
search.load_profile("steady")


gc.disable()  # what is imported and collected stays; see pytest_collection_finish
# The longest first. Flows come when the product, which starts meanwhile, answers.
ORDER = ("frontend", "launcher", "surveys/responses", "flows", "architecture", "api")

# What TRUNCATE ... CASCADE would empty. TRUNCATE makes new files for hundreds of tables and
# indexes, of which a test has filled a few.
EMPTY = """
SET LOCAL session_replication_role = replica;
DO $$
DECLARE name regclass; is_filled boolean;
BEGIN
  FOR name IN
    WITH RECURSIVE touched (oid) AS (
      VALUES ('accounts_organisation'::regclass::oid), ('accounts_user'::regclass::oid)
      UNION SELECT conrelid FROM pg_constraint JOIN touched ON confrelid = touched.oid
      WHERE contype = 'f'
    ) SELECT oid FROM touched
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', name) INTO is_filled;
    IF is_filled THEN EXECUTE format('DELETE FROM %s', name); END IF;
  END LOOP;
END $$
"""


# What needs a browser, which starts once for what is one after the other in one process.
IN_A_BROWSER = {
    str(path.relative_to(TESTS.parent))
    for path in TESTS.rglob("test_*.py")
    if "mark.browser" in path.read_text(encoding="utf-8")
}


class ByFile(LoadScopeScheduling):
    """Each file in one process; those that need a browser in the same one, and flows in another."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file not in IN_A_BROWSER:
            return file
        return "flows" if file.startswith("tests/flows/") else "browser"


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(str(item.path.relative_to(TESTS))))


def _place(path: str) -> tuple[int, bool]:
    places = [place for place, name in enumerate(ORDER) if path.startswith(name)]
    return places[0] if places else len(ORDER), f"tests/{path}" not in IN_A_BROWSER


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the product that the flows shared, when the last of all processes is done."""
    if not hasattr(session.config, "workerinput"):
        Product.of_this_run().remove()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the product that flows will need, beside the tests that come before them.

    What is there now stays: the garbage collector need not look at it again and again.
    What tests leave is collected in larger heaps than a server would let grow.
    """
    collects_only = session.config.option.collectonly
    if not collects_only and any(item.path.parent.name == "flows" for item in session.items):
        threading.Thread(target=Product.of_this_run().start, name="product").start()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    gc.enable()


SHARED = SharedBrowser()


@pytest.fixture
def browser() -> Browser:
    """Chromium; a test opens contexts of its own and closes them."""
    return SHARED.opened()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    yield
    if "organisation" in item.fixturenames:  # what was counted and shown of it
        cache.clear()
        forget_rendered()
    if nextitem is None or nextitem.get_closest_marker("browser") is None:
        SHARED.close()


def _render(template: Template, context: Context) -> SafeString:
    """Note what a page is rendered from, for its test, and not the same again for each part."""
    if context.template is template:
        template_rendered.send(sender=template, template=template, context=context)
    return template.nodelist.render(context)


@pytest.fixture(scope="session", autouse=True)
def pages_are_noted(django_test_environment: None) -> None:
    Template._render = _render


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
    """Real transactions, seen by every connection; the administrator deletes them afterwards."""
    with django_db_blocker.unblock():
        yield
        connections["default"].close()
    _empty(django_db_setup)


def _empty(owner_url: str) -> None:
    admin = _admin_of(urlsplit(owner_url).path)
    try:
        _delete_all(admin)
    except DeadlockDetected:  # a thread of the last test was still writing; it has written now
        _delete_all(admin)


def _delete_all(admin: connection) -> None:
    with admin, admin.cursor() as cursor:
        cursor.execute(EMPTY)


@functools.cache
def _admin_of(database: str) -> connection:
    """One connection for the whole process: each new one reads the catalogue again."""
    address = urlsplit(os.environ["DATABASE_ADMIN_URL"])._replace(path=database).geturl()
    return psycopg2.connect(address, options="-c deadlock_timeout=20ms")  # it gives way first


@pytest.fixture
def mid_minute() -> Iterator[None]:
    """What counts per minute does not start anew in the middle of the test."""
    with time_machine.travel(time.time() // 60 * 60 + 20):
        yield


@pytest.fixture
def lines() -> Iterator[Callable[[], list[str]]]:
    """What the handler of the real settings writes, at its most talkative."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    formatter = dict(settings.LOGGING["formatters"]["json"])
    handler.setFormatter(formatter.pop("()")(**formatter))
    handler.addFilter(TokenFilter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: stream.getvalue().splitlines()
    root.setLevel(level)
    root.removeHandler(handler)


# Where no test minds that there are organisations beside its own.
KEEPING = (
    "alerts/", "api/", "architecture/", "cases/", "channels_out/", "contacts/", "dashboards/",
    "journeys/", "surveys/",
)  # fmt: skip


@pytest.fixture(scope="module")
def make_once(request, django_db_setup, django_db_blocker) -> Iterator[Callable[..., Made]]:
    """Makes rows for all tests of a file: `make_once(make_survey, made_organisation)`."""
    mine = [item for item in request.session.items if item.path == request.path]
    is_anew = request.node.get_closest_marker("anew") or any(
        "committed" in item.fixturenames for item in mine
    )
    is_kept = not is_anew and str(request.path.relative_to(TESTS)).startswith(KEEPING)

    def once(make: Callable, parent: Made | None = None) -> Made:
        with django_db_blocker.unblock():
            return Made(make, parent, is_kept=is_kept)

    yield once
    if is_kept:
        _empty(django_db_setup)


@pytest.fixture(scope="module")
def made_organisation(make_once) -> Made:
    return make_once(OrganisationFactory)


@pytest.fixture
def organisation(db, made_organisation) -> Organisation:
    organisation = made_organisation.copy()
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


def _alice(organisation: Organisation) -> Membership:
    return member(organisation, "owner", name="Alice", email="alice@example.org")


@pytest.fixture(scope="module")
def made_alice(make_once, made_organisation) -> Made:
    return make_once(_alice, made_organisation)


@pytest.fixture
def alice(organisation, made_alice) -> Membership:
    return made_alice.copy(organisation)


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


def _cookie(membership: Membership) -> str:
    return client_of(membership).cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture(scope="module")
def made_cookie(make_once, made_alice) -> Made:
    return make_once(_cookie, made_alice)


@pytest.fixture
def alice_client(alice, made_cookie) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = made_cookie.copy(alice)
    return client


@pytest.fixture
def bob_client(bob) -> Client:
    return client_of(bob)


@pytest.fixture
def charlie_client(charlie) -> Client:
    return client_of(charlie)
