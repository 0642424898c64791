"""Processes that the launcher starts, watches and stops."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from launcher import places
from launcher.files import read_json
from launcher.telling import TroubleError, explain, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Env = dict[str, str]

READY_WITHIN = 90.0  # seconds until a process that does not answer counts as failed
STOP_WITHIN = 12.0  # seconds a process has to stop before it is killed


class Rights(NamedTuple):
    """As whom a process runs; PostgreSQL refuses to be root."""

    user: int | None = None
    enter: Callable[[], None] = lambda: None


OWN_RIGHTS = Rights()


def birth(pid: int) -> str:
    """When a process began: a number may be used again. Empty when it is gone."""
    if Path("/proc/self/stat").exists():
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            return "" if fields[0] == "Z" else fields[19]
        return ""
    asked = ["ps", "-o", "lstart=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def die_with_parent(number: int) -> None:
    """Ask Linux for this signal when the launcher dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, number, 0, 0, 0)


class Child:
    """One process that the launcher started, in a group of its own, and will stop."""

    def __init__(
        self, name: str, argv: Sequence[str], env: Env, *,
        number: int = signal.SIGTERM, rights: Rights = OWN_RIGHTS, log: Path | None = None,
    ) -> None:  # fmt: skip
        self.name, self.argv, self.env = name, argv, env
        self.number, self.rights = number, rights
        self.log = log or places.LOGS / f"{name}.log"
        self.start()

    def start(self) -> None:
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_suffix(".log.1"))
        user = self.rights.user
        with self.log.open("ab") as file:
            self.log_start = file.tell()
            self.popen = subprocess.Popen(
                self.argv, env=self.env, cwd=places.ROOT, stdin=subprocess.DEVNULL, stdout=file,
                stderr=subprocess.STDOUT, start_new_session=True, user=user, group=user,
                extra_groups=None if user is None else [],
                preexec_fn=self.prepare,  # noqa: PLW1509 (the launcher has one thread)
            )  # fmt: skip
        self.birth = birth(self.popen.pid)

    def prepare(self) -> None:
        self.rights.enter()
        die_with_parent(self.number)

    def dead(self) -> bool:
        return self.popen.poll() is not None

    def said(self, words: str) -> bool:
        """Whether the log of this start holds these words."""
        with self.log.open("rb") as file:
            file.seek(self.log_start)
            return words.encode() in file.read()

    def wait_until(self, answers: Callable[[], bool]) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not answers():
            if self.dead() or time.monotonic() > deadline:
                how = "stopped" if self.dead() else f"did not answer within {READY_WITHIN:.0f} s"
                raise TroubleError(explain(f"{self.name} {how}", self.log))
            time.sleep(0.05)

    def finish(self, deadline: float) -> None:
        """Wait for the end, then leave nothing of its group alive."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(max(0.1, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def restart(self) -> None:
        self.finish(0)
        self.start()


def stop_all(children: Sequence[Child]) -> None:
    """Stop processes; the servers, which the others need, after the others."""
    servers = [child for child in children if child.name in ("postgres", "valkey")]
    for wave in ([child for child in children if child not in servers], servers):
        for child in wave:
            child.popen.send_signal(child.number)
        deadline = time.monotonic() + STOP_WITHIN
        for child in wave:
            child.finish(deadline)


def orphans(home: Path) -> list[int]:
    """Living processes that were started for this folder: each carries its name."""
    mark, found = f"CXHUB_HOME={home}\0".encode(), []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark in environ.read_bytes():
                found.append(int(environ.parent.name))
    rows = read_json(home / "run.json").get("processes", [])  # where there is no /proc
    return found or [row["pid"] for row in rows if birth(row["pid"]) == row["birth"]]


def sweep(home: Path) -> None:
    """Stop what a launcher that was killed left behind."""
    deadline, number = time.monotonic() + STOP_WITHIN, int(signal.SIGINT)
    while left := orphans(home):
        if number == signal.SIGINT:
            step(f"Stopping {len(left)} processes, left by a launcher that was killed")
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        time.sleep(0.2)
        number = signal.SIGKILL if time.monotonic() > deadline else 0
    (home / "run.json").unlink(missing_ok=True)


@contextlib.contextmanager
def meanwhile(what: str, argv: Sequence[str], env: Env, *, show: bool = False) -> Iterator[None]:
    """Run one set-up command while the body runs, and wait for its end.

    Its output goes to a log of its own, unless it shows progress.
    """
    log = places.LOGS / f"setup-{'-'.join(what.lower().split())}.log"
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("wb") as file:
        output = None if show else file
        command = subprocess.Popen(argv, env=env, cwd=places.ROOT, stdout=output, stderr=file)
    try:
        yield
        command.wait()
    finally:
        command.kill()
        command.wait()
    if command.returncode:
        raise TroubleError(explain(f"{what} failed", log))


def call(what: str, argv: Sequence[str], env: Env) -> None:
    """Run one set-up command to its end."""
    with meanwhile(what, argv, env):
        pass


def attend(argv: Sequence[str], env: Env, children: Sequence[Child] = ()) -> int:
    """Run one command in the foreground and keep its servers alive; its exit code."""
    command = subprocess.Popen(
        argv, env=env, cwd=places.ROOT,
        preexec_fn=lambda: die_with_parent(signal.SIGTERM),  # noqa: PLW1509 (one thread)
    )  # fmt: skip
    try:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return command.wait(0.2)
            for child in children:
                if child.dead():
                    child.restart()
    finally:
        if command.poll() is None:
            command.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                command.wait(STOP_WITHIN)
            command.kill()


def works(argv: Sequence[str]) -> bool:
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0
