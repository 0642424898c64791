"""The whole life of a run, with the real launcher on the smallest project."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from launcher import processes
from tests.launcher.test_cx import wait_for


@pytest.fixture
def cx_in(project):
    """Call the launcher in the project; whatever happens, nothing stays alive."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith(HIDDEN)}

    def call(*arguments):
        return subprocess.run(
            [sys.executable, project / "cx", *arguments],
            capture_output=True, text=True, check=False, timeout=60, env=environ,
        )  # fmt: skip

    yield call
    call("stop")


HIDDEN = ("DATABASE_", "REDIS_", "CXHUB_", "DJANGO_", "SECRET_KEY", "FIELD_KEYS", "SITE_", "LIVE_")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def pids(project):
    rows = json.loads((project / ".cxhub/run.json").read_text())["processes"]
    return {row["name"]: row["pid"] for row in rows}


# Ten seconds: it starts PostgreSQL, Valkey and five processes twice, as a user does.
def test_run_survives_kills_and_leaves_no_orphan(cx_in, project):
    (project / "accounts/management/commands").mkdir(parents=True)
    port = free_port()

    first = cx_in("run", "--detach", "--port", port)

    assert first.returncode == 0, first.stdout + first.stderr
    assert f"CXHub is ready: http://127.0.0.1:{port}\n" in first.stdout
    assert "camille@demo.cxhub.test" in first.stdout
    assert page(port) == b"a page"
    # The demo world came in once, through the application's role.
    assert cx_in("manage", "who").stdout == "cxhub_app\n"

    again = cx_in("run", "--port", port)
    assert again.returncode == 1
    assert again.stderr == (
        f"cx: CXHub already runs at http://127.0.0.1:{port}: use it, or ./cx stop.\n"
    )

    before = pids(project)
    launcher = json.loads((project / ".cxhub/run.json").read_text())["pid"]
    for pid in (launcher, before["web"]):  # the workers of a killed web server live on
        os.kill(pid, signal.SIGKILL)
    second = cx_in("run", "--detach", "--port", port)

    assert second.returncode == 0, second.stdout + second.stderr
    assert page(port) == b"a page"
    assert not any(processes.birth(pid) for pid in before.values())
    assert cx_in("manage", "who").stdout == "cxhub_app\n"

    after = pids(project)
    assert cx_in("stop").stdout == "CXHub is stopped.\n"
    wait_for(lambda: not any(processes.birth(pid) for pid in after.values()))
    assert processes.orphans(project / ".cxhub") == []


def test_a_port_in_use_is_one_line_with_another_port(cx_in):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = cx_in("run", "--port", str(port))

    assert done.returncode == 1
    assert done.stderr.startswith(f"cx: Port {port} is in use: ./cx run --port ")
    assert done.stderr.count("\n") == 1


def page(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
        return response.read()
