"""From an empty folder to the first page with the demo, and the same the second time.

Clones what is committed here and starts it as a newcomer does. What the package installers
have cached on this machine is used: a machine without any of it downloads about 200 MB more.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.ratios import Target, show
from bench.servers import free_port

ROOT = Path(__file__).resolve().parent.parent
OURS = ("DATABASE_", "REDIS_", "SITE_", "LIVE_", "SIMULATOR_", "CXHUB_", "DJANGO_", "DEBUG", "PG")
KEYS = ("SECRET_KEY", "FIELD_KEYS")


def run() -> int:
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(OURS) and name not in KEYS
    }
    with tempfile.TemporaryDirectory(prefix="cxhub-start-") as folder:
        home = Path(folder) / "cxhub"
        began = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", ROOT, home], check=True)
        try:
            _page, cold = start(home, env, began)
            cx(home, env, "stop")
            page, warm = start(home, env, time.monotonic())
        finally:
            cx(home, env, "stop")
    print(f"  everything answers the second time after {warm:.1f} s")
    return show(
        [
            Target("clone → first page, with the demo loaded", cold, 60, "s", is_ceiling=True),
            Target("second start → first page", page, 5, "s", is_ceiling=True),
        ]
    )


def start(home: Path, env: dict[str, str], began: float) -> tuple[float, float]:
    """Seconds until a page is there, and until the launcher says that everything answers."""
    port, page = free_port(), 0.0
    launcher = subprocess.Popen(
        [sys.executable, home / "cx", "run", "--detach", "--port", str(port)], env=env
    )
    while launcher.poll() is None:
        if not page and answers(f"http://127.0.0.1:{port}/"):
            page = time.monotonic() - began
        time.sleep(0.05)
    ready = time.monotonic() - began
    if launcher.returncode or not (page or answers(f"http://127.0.0.1:{port}/")):
        raise RuntimeError("The product did not start.")
    return page or ready, ready


def answers(url: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as response:
        return bool(response.status == 200)
    return False


def cx(home: Path, env: dict[str, str], verb: str) -> None:
    subprocess.run([sys.executable, home / "cx", verb], env=env, check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(run())
