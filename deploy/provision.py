"""Make the two roles and the database on a PostgreSQL server; harmless when they exist.

Reads DATABASE_ADMIN_URL (who may create roles), DATABASE_OWNER_URL and DATABASE_URL from the
environment and writes one JSON object. `cxhub_owner` owns the tables and migrates; `cxhub_app`
serves and is held by row-level security.
"""
# ruff: noqa: INP001 (a script that the launcher and the container run, not a package)

import json
import os
import sys
from typing import TypedDict
from urllib.parse import unquote, urlsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor

OWNER, APP = "cxhub_owner", "cxhub_app"
EXTENSIONS = ("pg_trgm", "unaccent", "citext")
PRIVILEGES = f"""
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO {OWNER};
GRANT USAGE ON SCHEMA public TO {APP};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP};
"""


class Outcome(TypedDict):
    """kind: made, plain (this role may not), unreachable or refused; and why."""

    kind: str
    why: str


def open_cursor(url: str) -> cursor:
    connection = psycopg2.connect(url, connect_timeout=10)
    connection.autocommit = True
    return connection.cursor()


def other_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def connect(url: str) -> cursor:
    """Connect; to the maintenance database when the named one is not there yet."""
    try:
        return open_cursor(url)
    except psycopg2.OperationalError as error:
        if "does not exist" not in str(error):
            raise
        return open_cursor(other_database(url, "postgres"))


def exists(rows: cursor, query: str, name: str) -> bool:
    rows.execute(query, [name])
    return rows.fetchone() is not None


def make_roles(rows: cursor, passwords: dict[str, str], *, superuser: bool) -> None:
    limits = "LOGIN NOCREATEROLE NOCREATEDB" + (" NOSUPERUSER NOBYPASSRLS" if superuser else "")
    for role, password in passwords.items():
        known = exists(rows, "SELECT 1 FROM pg_roles WHERE rolname = %s", role)
        verb = "ALTER" if known else "CREATE"
        statement = sql.SQL(f"{verb} ROLE {{}} {limits} PASSWORD %s")
        rows.execute(statement.format(sql.Identifier(role)), [password])
    if not superuser:
        rows.execute(f"GRANT {OWNER} TO CURRENT_USER")


def make_database(rows: cursor, url: str, name: str) -> None:
    if not exists(rows, "SELECT 1 FROM pg_database WHERE datname = %s", name):
        rows.execute(sql.SQL(f"CREATE DATABASE {{}} OWNER {OWNER}").format(sql.Identifier(name)))
    inside = open_cursor(other_database(url, name))
    inside.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name])
    if inside.fetchone() != (OWNER,):
        inside.execute(
            sql.SQL(f"ALTER DATABASE {{}} OWNER TO {OWNER}").format(sql.Identifier(name))
        )
    for extension in EXTENSIONS:
        inside.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    inside.execute(f"SET ROLE {OWNER}")
    inside.execute(PRIVILEGES)


def provision(admin_url: str, database: str, passwords: dict[str, str]) -> Outcome:
    """Do all of it, and say how it went."""
    try:
        rows = connect(admin_url)
    except psycopg2.Error as error:
        return {"kind": "unreachable", "why": " ".join(str(error).split())}
    rows.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")
    superuser, creates_roles = rows.fetchone() or (False, False)
    if not (superuser or creates_roles):
        return {"kind": "plain", "why": "this role may not create roles"}
    try:
        make_roles(rows, passwords, superuser=superuser)
        make_database(rows, admin_url, database)
    except psycopg2.Error as error:
        return {"kind": "refused", "why": " ".join(str(error).split())}
    return {"kind": "made", "why": ""}


def main() -> int:
    owner, app = urlsplit(os.environ["DATABASE_OWNER_URL"]), urlsplit(os.environ["DATABASE_URL"])
    if (owner.username, app.username) != (OWNER, APP):
        sys.exit(f"DATABASE_OWNER_URL must name {OWNER}, and DATABASE_URL {APP}.")
    passwords = {OWNER: unquote(owner.password or ""), APP: unquote(app.password or "")}
    database = unquote(app.path.removeprefix("/"))
    outcome = provision(os.environ["DATABASE_ADMIN_URL"], database, passwords)
    sys.stdout.write(json.dumps(outcome) + "\n")
    return 0 if outcome["kind"] == "made" else 1


if __name__ == "__main__":
    sys.exit(main())
