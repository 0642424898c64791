"""The running product: its processes, on servers that answer."""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import sys
import time
import urllib.request
from typing import Any, NoReturn

from launcher import places
from launcher.environment import python
from launcher.files import read_json, write_json
from launcher.ports import free_port
from launcher.processes import Child, birth
from launcher.servers import Servers
from launcher.telling import TroubleError, explain, step

QUEUES_FAST = "events,alerts,inbound,rollup"
QUEUES_BULK = "sms,email,webhooks,bulk,maintenance"
DEMO = """
  Maison Lune (French)       camille@demo.cxhub.test   owner
                             lea@demo.cxhub.test       support lead
                             viewer@demo.cxhub.test    viewer
  Northwind Bikes (English)  alice@demo.cxhub.test     owner
  Password of all four: demo-cxhub-2026
  API keys: .cxhub/demo-keys.json"""


def running() -> dict[str, Any]:
    """The record of the launcher that runs in this checkout, if one does."""
    found = read_json(places.RUN)
    return found if found and birth(found["pid"]) == found["birth"] else {}


def answers(url: str) -> bool:
    """Whether this address says 200."""
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as response:
        return bool(response.status == 200)
    return False


class Product:
    """The processes of the product, on servers that already answer."""

    def __init__(self, servers: Servers, port: int) -> None:
        self.servers, self.port, self.live_port = servers, port, free_port(port + 1)
        self.address = f"http://127.0.0.1:{port}"
        self.live_address = f"http://127.0.0.1:{self.live_port}/live/"
        addresses = {"SITE_URL": self.address, "LIVE_URL": self.live_address}
        chosen = servers.settings()
        if "SITE_URL" not in chosen:  # nobody but this machine gets here, by whatever name
            addresses["ALLOWED_HOSTS"] = "127.0.0.1,localhost,[::1]"
        self.env = {**addresses, **chosen}
        self.children: list[Child] = []

    def record(self, *, ready: bool) -> None:
        """Write down what runs, for `stop`, for the next start and for a second terminal."""
        children = (*self.servers.children, *self.children)
        rows = [{"name": c.name, "pid": c.popen.pid, "birth": c.birth} for c in children]
        names = ("DATABASE_URL", "REDIS_URL", "SITE_URL", "LIVE_URL", "PGHOST")
        record = {"pid": os.getpid(), "birth": birth(os.getpid()), "address": self.address}
        record |= {"ready": ready, "owner_url": self.servers.owner_url, "processes": rows}
        record |= {"settings": {name: self.env[name] for name in names if name in self.env}}
        write_json(places.RUN, record)

    def start(self) -> None:
        """Start every process, and return when all of them answer."""
        granian = python("-m", "granian", "--host", "127.0.0.1", "--no-access-log")
        granian += ["--respawn-failed-workers", "--interface"]
        page = [*granian, "wsgi", "cxhub.wsgi:application", "--workers", "2"]
        # Streams never end by themselves: without a limit, one open dashboard holds up the stop.
        live = [*granian, "asgi", "cxhub.asgi:application", "--workers", "1"]
        live += ["--workers-kill-timeout", "1"]
        celery = python("-m", "celery", "-A", "cxhub.celery:app")
        worker = [*celery, "worker", "-c", "2", "-l", "INFO"]
        worker += ["--without-mingle", "--without-gossip"]
        self.open("web", [*page, "--blocking-threads", "16", "--port", str(self.port)])
        # Pages first: on a small machine the workers' start would hold up the first one.
        self.children[0].wait_until(lambda: answers(f"{self.address}/healthz/ready"))
        step(f"Pages answer at {self.address}")
        self.open("live", [*live, "--port", str(self.live_port)])
        self.open("worker-fast", [*worker, "-n", "fast@%h", "-Q", QUEUES_FAST])
        self.open("worker-bulk", [*worker, "-n", "bulk@%h", "-Q", QUEUES_BULK])
        self.open(
            "beat", [*celery, "beat", "-l", "INFO", "-s", str(places.STATE / "beat-schedule")]
        )
        _, live_child, *workers, beat = self.children
        live_child.wait_until(lambda: answers(f"{self.live_address}health"))
        for child in workers:
            child.wait_until(functools.partial(child.said, "ready."))
        beat.wait_until(lambda: beat.said("beat: Starting"))

    def open(self, name: str, argv: list[str]) -> None:
        self.children.append(Child(name, argv, self.env))
        self.record(ready=False)

    def welcome(self, *, has_demo: bool) -> None:
        lines = [f"\nCXHub is ready: {self.address}"]
        lines += [DEMO if has_demo else "  No account yet: sign up on the first page."]
        if self.env.get("CXHUB_SIMULATOR") == "1":
            lines += [f"  Fake phone and mailbox: {self.address}/simulator/"]
        if has_demo:
            lines += ["  What to try first: README.md, “The demo in three minutes”"]
        lines += ["  Stop: Ctrl-C here, or ./cx stop. Logs: .cxhub/log/\n"]
        with contextlib.suppress(BrokenPipeError):
            print("\n".join(lines), flush=True)

    def keep(self) -> NoReturn:
        """Start again what dies, until somebody stops us."""
        falls: list[tuple[str, float]] = []
        while True:
            time.sleep(0.5)
            for child in (*self.servers.children, *self.children):
                if not child.dead():
                    continue
                falls = [(n, at) for n, at in falls if at > time.monotonic() - 60]
                falls.append((child.name, time.monotonic()))
                if [name for name, _ in falls].count(child.name) > 5:
                    raise TroubleError(explain(f"{child.name} stopped again and again", child.log))
                step(f"{child.name} stopped; starting it again")
                child.restart()
                self.record(ready=True)


def detach(arguments: list[str]) -> int:
    """Start a launcher in a session of its own and show what it says until all answers."""
    places.LOGS.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (places.LOGS / "cx.log").open("wb") as log:
        launcher = subprocess.Popen(
            [sys.executable, places.ROOT / "cx", "run", *arguments], stdin=subprocess.DEVNULL,
            stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    with (places.LOGS / "cx.log").open() as log:
        try:
            while True:
                ended = launcher.poll() is not None
                ready = (
                    read_json(places.RUN).get("ready")
                    and read_json(places.RUN).get("pid") == launcher.pid
                )
                time.sleep(0.1)
                with contextlib.suppress(BrokenPipeError):
                    print(log.read(), end="", flush=True)
                if ended or ready:
                    return launcher.returncode or 0
        except KeyboardInterrupt:
            launcher.terminate()
            launcher.wait()
            raise
