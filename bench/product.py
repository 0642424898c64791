"""Every process of the product, as the launcher starts them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bench.servers import free_port, granian, wait_until_ready
from cxhub.celery import app

FAST = "events,alerts,inbound,rollup"
BULK = "sms,email,webhooks,bulk,maintenance"


@contextmanager
def product() -> Iterator[str]:
    """Web, live, both workers and the clock; the web's address."""
    port = free_port()
    live = f"http://127.0.0.1:{port}/live/"
    os.environ |= {"LIVE_URL": live, "LOG_LEVEL": "WARNING"}
    asgi = ("granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port))
    celery = ("celery", "-q", "-A", "cxhub.celery:app")
    worker = (*celery, "worker", "-c", "2", "-l", "WARNING", "--without-mingle", "--without-gossip")
    schedule = f"{os.environ.get('CXHUB_HOME', '/tmp')}/bench-schedule"
    with ExitStack() as stack:
        url = stack.enter_context(granian("cxhub.wsgi:application", "/healthz/live"))
        running = stack.enter_context(_process(*asgi, "--no-access-log", "cxhub.asgi:application"))
        wait_until_ready(f"{live}health", running)
        stack.enter_context(_process(*worker, "-n", "fast@%h", "-Q", FAST))
        stack.enter_context(_process(*worker, "-n", "bulk@%h", "-Q", BULK))
        stack.enter_context(_process(*celery, "beat", "-l", "WARNING", "-s", schedule))
        _wait_for_workers(2)
        yield url


@contextmanager
def _process(*command: str) -> Iterator["subprocess.Popen[bytes]"]:
    running = subprocess.Popen([sys.executable, "-W", "ignore", "-m", *command])
    try:
        yield running
    finally:
        running.terminate()
        running.wait(30)


def _wait_for_workers(count: int) -> None:
    deadline = time.monotonic() + 120
    while len(app.control.ping(timeout=1)) < count:
        if time.monotonic() > deadline:
            raise SystemExit("The workers did not start.")
