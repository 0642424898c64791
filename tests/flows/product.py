"""The whole product as a newcomer starts it: `./cx run`, in a folder of its own, with its demo."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "demo-cxhub-2026"
PATIENCE = 40.0  # how fast it is, the benchmarks say; here two cores run three browsers beside
OURS = (
    "DATABASE_",
    "REDIS_",
    "SITE_",
    "LIVE_",
    "SIMULATOR_",
    "CXHUB_",
    "DJANGO_",
    "DEBUG",
    "PG",
    "PYTEST_",
)
KEYS = ("SECRET_KEY", "FIELD_KEYS")

Found = TypeVar("Found")


@dataclass(frozen=True)
class Answer:
    """What the product answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Product:
    """A running installation."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(OURS) and name not in KEYS
        } | {"CXHUB_STATE": str(state)}

    @classmethod
    def of_this_run(cls) -> "Product":
        """The one that all processes of a test run share."""
        return cls(Path(os.environ["CXHUB_HOME"]) / "product")

    @property
    def url(self) -> str:
        return str(json.loads((self.state / "run.json").read_text())["address"])

    def start(self) -> None:
        """Start it, unless another process of this run did; returns when it answers."""
        with self._alone():
            if not (self.state / "run.json").exists():
                self._take_font()
                self._cx("run", "--port", str(free_port()), "--detach")

    def remove(self) -> None:
        """Stop it, if it runs, and leave nothing of it."""
        if self.state.exists():
            with self._alone():
                self._cx("reset", "--yes")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.state.mkdir(mode=0o700, exist_ok=True)
        with (self.state / "tests.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _take_font(self) -> None:
        """The interface's font as `./cx test` built it; cutting it again takes seconds."""
        built = Path(settings.STATE_DIR) / "static" / "fonts"
        shutil.copytree(built, self.state / "static" / "fonts", dirs_exist_ok=True)

    def key(self, slug: str) -> str:
        return str(json.loads((self.state / "demo-keys.json").read_text())[slug])

    def call(
        self, method: str, path: str, body: object = None, *, key: str = "", **headers: str
    ) -> Answer:
        """One HTTP request; refusals are answers too."""
        request = urllib.request.Request(f"{self.url}{path}", method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if key:
            request.add_header("Authorization", f"Bearer {key}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return Answer(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as refusal:
            return Answer(refusal.code, dict(refusal.headers), refusal.read())

    def messages(self, to: str) -> list[dict[str, Any]]:
        """What the simulator received for an address, newest first."""
        return list(self.call("GET", f"/simulator/messages/?to={urllib.request.quote(to)}").json)

    def _cx(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, str(ROOT / "cx"), *arguments],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(look: Callable[[], Found], what: str, patience: float = PATIENCE) -> Found:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what}: not within {patience} s"
        time.sleep(0.1)
    return found
