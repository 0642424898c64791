"""PostgreSQL and Valkey as the launcher starts them, on folders of their own."""

import os
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import psycopg2
import pytest
import redis

from launcher import environment, files, places, ports, processes, product, servers, telling
from launcher.postgres import NOBODY, Postgres, remove_home
from launcher.valkey import Valkey

ROLES = ("cxhub_app", "cxhub_owner")


@contextmanager
def started(server):
    child = server.start({**environment.base_env(), "CXHUB_HOME": str(server.home)})
    try:
        child.wait_until(server.ready)
        yield child
    finally:
        processes.stop_all([child])


def ask(url, query, *arguments):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as rows:
        rows.execute(query, arguments)
        answer = rows.fetchall() if rows.description else []
    connection.close()
    return answer


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("pg")


@pytest.fixture
def postgres(home, monkeypatch):
    """One data folder for the whole module: making it is the slow part."""
    monkeypatch.setattr(places, "STATE", home)
    monkeypatch.setattr(places, "LOGS", home)
    server = Postgres(home / "postgres", home, durable=False)
    with started(server):
        yield server


def provisioned(postgres, database="shop"):
    admin, app, owner = (
        postgres.url(role, database) for role in ("postgres", "cxhub_app", "cxhub_owner")
    )
    servers.provision(admin, app, owner)
    return app, owner


def test_provision_makes_two_roles_that_row_level_security_holds(postgres):
    _, owner = provisioned(postgres)

    flags = ask(
        owner,
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
        " WHERE rolname LIKE 'cxhub_%%' ORDER BY 1",
    )

    assert flags == [
        ("cxhub_app", False, False, False, False),
        ("cxhub_owner", False, False, False, False),
    ]


def test_provision_lets_the_application_read_and_write_but_own_nothing(postgres):
    app, owner = provisioned(postgres)
    ask(owner, "CREATE TABLE IF NOT EXISTS basket (id bigserial PRIMARY KEY, name text)")

    ask(app, "INSERT INTO basket (name) VALUES ('apple')")

    assert ask(app, "SELECT count(*) > 0 FROM basket") == [(True,)]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(app, "CREATE TABLE mine (id int)")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(app, "DROP TABLE basket")


def test_provision_twice_changes_nothing(postgres):
    provisioned(postgres)
    app, owner = provisioned(postgres)

    extensions = ask(owner, "SELECT extname FROM pg_extension ORDER BY 1")

    assert extensions == [("citext",), ("pg_trgm",), ("plpgsql",), ("unaccent",)]
    assert ask(app, "SELECT current_user") == [("cxhub_app",)]


def test_provision_works_for_a_role_that_is_no_superuser(postgres):
    provisioned(postgres)
    admin = postgres.url("postgres", "postgres")
    ask(admin, "DROP ROLE IF EXISTS operator")
    ask(admin, "CREATE ROLE operator LOGIN CREATEROLE CREATEDB PASSWORD 'o'")
    ask(admin, "GRANT cxhub_owner, cxhub_app TO operator WITH ADMIN OPTION")
    password = files.own_secrets()["postgres"]
    given = postgres.url("postgres", "managed").replace(f"postgres:{password}", "operator:o")

    servers.provision(given, *(postgres.url(role, "managed") for role in ROLES))

    owner = ask(admin, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'managed'")
    assert owner == [("cxhub_owner",)]


def test_an_ordinary_role_is_asked_for_the_owner_as_well(postgres, monkeypatch):
    app, _ = provisioned(postgres)
    monkeypatch.setenv("DATABASE_URL", app)
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)

    with pytest.raises(telling.TroubleError, match="set DATABASE_OWNER_URL as well"):
        servers.external_database()


def test_both_addresses_given_are_taken_as_they_are(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://a@db/x")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgres://b@db/x")

    assert servers.external_database() == ("postgres://a@db/x", "postgres://b@db/x")


def test_a_server_that_does_not_answer_is_one_line(monkeypatch):
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL", f"postgres://a:b@127.0.0.1:{ports.free_port()}/x")

    with pytest.raises(telling.TroubleError, match="DATABASE_URL does not answer") as caught:
        servers.external_database()

    assert "\n" not in str(caught.value)


def test_postgres_starts_over_a_mark_that_another_process_has_by_now(home):
    other = Postgres(home / "again" / "postgres", home, durable=False)
    with started(other):
        mark = (other.data / "postmaster.pid").read_text()

    _, rest = mark.split("\n", 1)
    (other.data / "postmaster.pid").write_text(f"{os.getpid()}\n{rest}")

    with started(other):
        assert ask(other.url("postgres", "postgres"), "SELECT 1") == [(1,)]


def test_postgres_in_a_deep_folder_uses_a_short_socket(tmp_path):
    deep = tmp_path / ("a" * 50) / ("b" * 50)
    server = Postgres(deep / "postgres", tmp_path, durable=False)

    try:
        with started(server):
            version = ask(server.url("postgres", "postgres"), "SHOW server_version_num")
        assert int(version[0][0]) >= 180000
    finally:
        server.cleanup()
    assert not server.sockets.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_postgres_runs_as_nobody_where_the_kernel_refuses_the_other_way(tmp_path, monkeypatch):
    monkeypatch.setattr("launcher.postgres.can_leave_root", lambda programme: False)
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    server = Postgres(private / "postgres", private, durable=False)

    try:
        with started(server) as child:
            assert ask(server.url("postgres", "postgres"), "SELECT 1") == [(1,)]
            assert Path(f"/proc/{child.popen.pid}").stat().st_uid == NOBODY
    finally:
        remove_home(private)
    assert not server.home.exists()


def test_valkey_wants_its_password_and_keeps_every_write(tmp_path):
    server = Valkey(tmp_path / "valkey", tmp_path, durable=True)

    with started(server):
        client = redis.Redis.from_url(server.url())
        settings = client.config_get("appendonly", "appendfsync", "maxmemory-policy")
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=server.port, retry=None).ping()

    assert settings == {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }


@pytest.mark.parametrize(
    ("chosen", "hosts"),
    [({}, "127.0.0.1,localhost,[::1]"), ({"SITE_URL": "https://feedback.example.com"}, None)],
)
def test_the_machines_names_are_added_to_no_other_address(chosen, hosts):
    """A site of its own name is served under that name alone."""
    running = product.Product(SimpleNamespace(settings=lambda: chosen, children=[]), 8000)

    assert running.env.get("ALLOWED_HOSTS") == hosts
