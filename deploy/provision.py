"""Make the two roles and the database on a PostgreSQL server; harmless when they exist.

Reads one JSON object from standard input (url, database, roles: name to password), writes one.
`cxhub_owner` owns the tables and migrates; `cxhub_app` serves and is held by row-level security.
"""

from __future__ import annotations

import json
import sys
import urllib.parse

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

EXTENSIONS = ("pg_trgm", "unaccent", "citext")
PRIVILEGES = """
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO cxhub_owner;
GRANT USAGE ON SCHEMA public TO cxhub_app;
ALTER DEFAULT PRIVILEGES FOR ROLE cxhub_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cxhub_app;
ALTER DEFAULT PRIVILEGES FOR ROLE cxhub_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO cxhub_app;
"""


def open_cursor(url: str) -> Cursor:
    connection = psycopg2.connect(url, connect_timeout=10)
    connection.autocommit = True
    return connection.cursor()


def other_database(url: str, name: str) -> str:
    return urllib.parse.urlsplit(url)._replace(path="/" + urllib.parse.quote(name)).geturl()


def connect(url: str) -> Cursor:
    """Connect; to the maintenance database when the named one is not there yet."""
    try:
        return open_cursor(url)
    except psycopg2.OperationalError as error:
        if "does not exist" not in str(error):
            raise
        return open_cursor(other_database(url, "postgres"))


def exists(cursor: Cursor, query: str, name: str) -> bool:
    cursor.execute(query, [name])
    return cursor.fetchone() is not None


def make_roles(cursor: Cursor, roles: dict[str, str], *, superuser: bool) -> None:
    limits = "LOGIN NOCREATEROLE NOCREATEDB" + (" NOSUPERUSER NOBYPASSRLS" if superuser else "")
    for role, password in roles.items():
        known = exists(cursor, "SELECT 1 FROM pg_roles WHERE rolname = %s", role)
        statement = sql.SQL(("ALTER" if known else "CREATE") + " ROLE {} " + limits + " PASSWORD %s")
        cursor.execute(statement.format(sql.Identifier(role)), [password])
    if not superuser:
        cursor.execute("GRANT cxhub_owner TO CURRENT_USER")


def make_database(cursor: Cursor, url: str, name: str) -> None:
    if not exists(cursor, "SELECT 1 FROM pg_database WHERE datname = %s", name):
        statement = sql.SQL("CREATE DATABASE {} OWNER cxhub_owner")
        cursor.execute(statement.format(sql.Identifier(name)))
    inside = open_cursor(other_database(url, name))
    inside.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name])
    if inside.fetchone() != ("cxhub_owner",):
        statement = sql.SQL("ALTER DATABASE {} OWNER TO cxhub_owner")
        inside.execute(statement.format(sql.Identifier(name)))
    for extension in EXTENSIONS:
        inside.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    inside.execute("SET ROLE cxhub_owner")
    inside.execute(PRIVILEGES)


def provision(url: str, database: str, roles: dict[str, str]) -> dict[str, str]:
    """Do all of it; say "made", or "plain" when this role may not, or why it failed."""
    try:
        cursor = connect(url)
    except psycopg2.Error as error:
        return {"kind": "unreachable", "why": " ".join(str(error).split())}
    cursor.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")
    superuser, creates_roles = cursor.fetchone() or (False, False)
    if not (superuser or creates_roles):
        return {"kind": "plain"}
    try:
        make_roles(cursor, roles, superuser=superuser)
        make_database(cursor, url, database)
    except psycopg2.Error as error:
        return {"kind": "refused", "why": " ".join(str(error).split())}
    return {"kind": "made"}


if __name__ == "__main__":
    print(json.dumps(provision(**json.load(sys.stdin))))
