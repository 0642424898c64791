"""The database and the broker, ours or named by the environment, and their addresses."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING

from launcher import places
from launcher.environment import base_env, compiled_catalogues, install, python, unchecked
from launcher.files import digest, only_one, own_secrets, read_json, write_json
from launcher.postgres import Postgres, remove_home
from launcher.processes import Child, Env, attend, birth, call, meanwhile, stop_all, sweep
from launcher.telling import TroubleError, step
from launcher.valkey import Valkey

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = (
    *(
        "DATABASE_",
        "REDIS_URL",
        "EMAIL_",
        "SITE_URL",
        "SECRET_KEY",
        "FIELD_KEYS",
        "OPERATOR_TOKEN",
        "DEBUG",
        "CXHUB_",
    ),
    *("TRUSTED_", "TWILIO_", "LIVE_URL", "SIMULATOR_DIR", "DJANGO_", "ALLOW", "LOG_", "PGHOST"),
    "SCANNER_",
)


def provision(admin_url: str, app_url: str, owner_url: str) -> None:
    """Make roles and database, or say why the role of this address cannot."""
    urls = {"DATABASE_URL": app_url, "DATABASE_OWNER_URL": owner_url}
    done = subprocess.run(
        python(places.ROOT / "deploy/provision.py"), capture_output=True, text=True, check=False,
        env={**base_env(), **urls, "DATABASE_ADMIN_URL": admin_url},
    )  # fmt: skip
    if not done.stdout.startswith("{"):
        raise TroubleError(f"The database could not be prepared:\n{done.stderr.strip()}")
    told = json.loads(done.stdout)
    advice = {
        "unreachable": f"DATABASE_URL does not answer: {told['why']}",
        "refused": f"DATABASE_URL's role may not prepare the database: {told['why']}",
        "plain": "DATABASE_URL's role may not create roles: set DATABASE_OWNER_URL as well.",
    }
    if told["kind"] in advice:
        raise TroubleError(advice[told["kind"]])


def external_database() -> tuple[str, str]:
    """Application's and owner's addresses on the server that DATABASE_URL names."""
    given = os.environ["DATABASE_URL"]
    if owner := os.environ.get("DATABASE_OWNER_URL", ""):
        return given, owner
    parts = urllib.parse.urlsplit(given)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise TroubleError("DATABASE_URL must look like postgres://user:password@host:5432/cxhub")
    host, own = parts.netloc.rpartition("@")[2], own_secrets()
    app, owner = (
        parts._replace(netloc=f"{role}:{own[role]}@{host}").geturl()
        for role in ("cxhub_app", "cxhub_owner")
    )
    provision(given, app, owner)
    return app, owner


class Servers:
    """PostgreSQL and Valkey, ours or the ones that the environment names."""

    def __init__(
        self, home: Path, database: str, *, ours: bool = False, durable: bool = True
    ) -> None:
        self.home, self.database, self.children = home, database, list[Child]()
        self.alone = contextlib.ExitStack()
        logs = places.LOGS if home == places.STATE else home
        self.postgres = self.valkey = None
        if ours or not os.environ.get("DATABASE_URL"):
            self.postgres = Postgres(home / "postgres", logs, durable=durable)
        if ours or not os.environ.get("REDIS_URL"):
            self.valkey = Valkey(home / "valkey", logs, durable=durable)

    def __enter__(self) -> Servers:
        self.alone.enter_context(only_one("servers", self.home, wait=False))
        try:
            sweep(self.home)
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        stop_all(self.children)
        if self.postgres:
            self.postgres.cleanup()
        self.alone.close()

    def start(self) -> None:
        step("Starting the database and the broker")
        starting = [server for server in (self.valkey, self.postgres) if server]
        for server in starting:
            self.children.append(server.start(self.env()))
        for server, child in zip(starting, self.children, strict=True):
            child.wait_until(server.ready)
        self.redis_url = self.valkey.url() if self.valkey else os.environ["REDIS_URL"]
        if not self.postgres:
            self.url, self.owner_url = external_database()
            return
        names = ("postgres", "cxhub_app", "cxhub_owner")
        admin, self.url, self.owner_url = (self.postgres.url(n, self.database) for n in names)
        wanted = digest(places.ROOT / "deploy/provision.py")
        if self.postgres.stamps().get("provisioned") != wanted:
            provision(admin, self.url, self.owner_url)
            self.postgres.stamp(provisioned=wanted)

    def env(self) -> Env:
        return {**base_env(), "CXHUB_HOME": str(self.home)}

    def settings(self) -> Env:
        """What every process of the product reads; it knows the application's role only."""
        env = {**default_settings(), **self.env(), "REDIS_URL": self.redis_url}
        env.pop("DATABASE_OWNER_URL", None)
        if self.postgres:
            env["PGHOST"] = str(self.postgres.sockets)
        return {**env, "DATABASE_URL": self.url}

    def owner_settings(self) -> Env:
        return {**self.settings(), "DATABASE_URL": self.owner_url}

    def tool_settings(self) -> Env:
        """For tests and tools: both addresses, and where PostgreSQL's own programmes are."""
        programmes = str(self.postgres.folder) if self.postgres else ""
        own = {"DATABASE_OWNER_URL": self.owner_url, "CXHUB_POSTGRES_BIN": programmes}
        own["ALLOW_INTERNAL_HOSTS"] = "1"  # the mail servers of tests listen here
        if self.postgres:
            own["DATABASE_ADMIN_URL"] = self.postgres.url("postgres", "postgres")
        return {**self.settings(), **own, "SIMULATOR_DIR": str(self.home / "simulator")}

    def migrate(self) -> None:
        """Bring the tables up to date; skipped when no migration changed since."""
        files = [*places.ROOT.glob("*/migrations/*.py"), *places.ROOT.glob("*/migrations/sql/*")]
        wanted = digest(*files, places.ROOT / "requirements/run.txt")
        if self.postgres and self.postgres.stamps().get("migrated") == wanted:
            return
        step("Migrating the database")
        argv = unchecked("migrate", "--no-input", "-v", "0")
        call("Migrating", argv, self.owner_settings())
        if self.postgres:
            self.postgres.stamp(migrated=wanted)

    @contextlib.contextmanager
    def loaded_demo(self, *, wanted: bool) -> Iterator[bool]:
        """Fill an empty database once, while the body runs; says whether the demo is there then."""
        if self.postgres and "demo" in self.postgres.stamps():
            yield bool(self.postgres.stamps()["demo"])
            return
        code = (
            "import os, psycopg2; c = psycopg2.connect(os.environ['DATABASE_URL']).cursor()\n"
            "c.execute('SELECT count(*) FROM accounts_user'); raise SystemExit(c.fetchone()[0])"
        )
        is_empty = wanted and attend(python("-c", code), self.owner_settings()) == 0
        if is_empty:
            step("Loading the demo world")
            argv = unchecked("seed_demo")
            with meanwhile("Loading the demo world", argv, self.settings(), show=True):
                yield wanted
        else:
            yield wanted
        if self.postgres:
            self.postgres.stamp(demo=wanted)


def default_settings() -> Env:
    own = own_secrets()
    keys = {"SECRET_KEY": own["secret_key"], "FIELD_KEYS": own["field_key"], "DEBUG": "0"}
    keys["OPERATOR_TOKEN"] = own["operator_token"]
    return {**keys, "CXHUB_SIMULATOR": "1", "DJANGO_SETTINGS_MODULE": "cxhub.settings"}


@contextlib.contextmanager
def temporary_servers(database: str, *, durable: bool = False) -> Iterator[Servers]:
    """Servers for one command, in a folder that goes away with it."""
    for name in [name for name in os.environ if name.startswith(SETTINGS)]:
        del os.environ[name]  # tests and tools do not depend on what this shell has set
    install("test")
    parent = places.STATE / "tmp"
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in parent.iterdir():  # by a launcher that was killed
        owner = read_json(left / "owner.json")
        if owner and birth(owner["pid"]) != owner["birth"]:
            clear(left)
    home = Path(tempfile.mkdtemp(dir=parent, prefix=""))
    write_json(home / "owner.json", {"pid": os.getpid(), "birth": birth(os.getpid())})
    try:
        with contextlib.ExitStack() as stack:
            with compiled_catalogues():
                servers = Servers(home, database, ours=True, durable=durable)
                stack.enter_context(servers)
            yield servers
    finally:
        clear(home)


def clear(home: Path) -> None:
    """Leave nothing of a temporary folder, nor of the product that the tests start in it."""
    for folder in (home / "product", home):
        sweep(folder)
        remove_home(folder)
    shutil.rmtree(home, ignore_errors=True)
