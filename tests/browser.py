"""Which Chromium the browser tests start, and how.

In this order: $CHROMIUM, a browser of the system, the one of the npm package in tests/package.json.
"""

import fcntl
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TypedDict

from playwright.sync_api import Browser, Playwright, sync_playwright

PACKAGES = Path(__file__).resolve().parent / "node_modules"
UNPACKED = PACKAGES / ".chromium"
AXE = PACKAGES / "axe-core" / "axe.min.js"
# Only violations, and no style sheet or film fetched once more: the rules that would read them
# look at sound that plays by itself, which no page has, and at screens that may not be turned,
# which is an experiment of axe that its tags leave out.
AXE_BRIEF = {"resultTypes": ["violations"], "preload": False}
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--disable-gpu",
    "--force-color-profile=srgb",
]
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/fonts-cache</cachedir>
</fontconfig>
"""
UNPACK = """
import chromium from "@sparticuz/chromium";
chromium.setGraphicsMode = false;
console.log(await chromium.executablePath());
"""


class Launch(TypedDict):
    """What Playwright's `chromium.launch` takes."""

    executable_path: str
    args: list[str]
    env: dict[str, str | float | bool]


class SharedBrowser:
    """One Chromium for all browser tests that follow each other in a process.

    Playwright's loop stays in the thread as long, in the way of whatever reads the database:
    Django takes it for work of another kind, with connections of its own.
    """

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._chromium: Browser | None = None

    def opened(self) -> Browser:
        if self._playwright is None or self._chromium is None:
            self._playwright = sync_playwright().start()
            self._chromium = self._playwright.chromium.launch(**launch_options())
        return self._chromium

    def close(self) -> None:
        if self._chromium is not None:
            self._chromium.close()
        if self._playwright is not None:
            self._playwright.stop()
        self._playwright = self._chromium = None


class NoBrowserError(Exception):
    """No Chromium on this machine, and none could be unpacked."""


def _of_the_system() -> str | None:
    given = os.environ.get("CHROMIUM")
    return given or next((path for name in NAMES if (path := shutil.which(name))), None)


def _of_the_package() -> str:
    """Unpack the package's Chromium with its libraries, beside the package and only once."""
    if not (PACKAGES / "@sparticuz" / "chromium").is_dir():
        raise NoBrowserError("Install Chromium, or run `npm ci` in tests/ (`./cx test` does).")
    UNPACKED.mkdir(exist_ok=True)
    with (UNPACKED / "lock").open("w") as lock:  # test processes start at the same time
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _unpacked()


def _unpacked() -> str:
    # The package unpacks into TMPDIR, and its libraries only where it believes to run on Lambda.
    env = {**os.environ, "TMPDIR": str(UNPACKED), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs20.x"}
    command = ["node", "--input-type=module", "--eval", UNPACK]
    done = subprocess.run(
        command, cwd=PACKAGES.parent, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NoBrowserError(f"Chromium could not be unpacked: {done.stderr.strip()}")
    return done.stdout.strip()


@cache
def launch_options() -> Launch:
    """The arguments for `playwright.chromium.launch(**launch_options())`."""
    env: dict[str, str | float | bool] = {**os.environ}
    if path := _of_the_system():
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        return {"executable_path": path, "args": [*QUIET, *sandbox], "env": env}
    path = _of_the_package()
    libraries = [str(UNPACKED / "al2023" / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    env["LD_LIBRARY_PATH"] = ":".join(filter(None, libraries))
    fonts = UNPACKED / "fonts.conf"
    fonts.write_text(FONTS.format(folder=UNPACKED))
    env["FONTCONFIG_FILE"] = str(fonts)
    # Unpacked by a package manager, it has no setuid sandbox helper.
    return {"executable_path": path, "args": [*QUIET, "--no-sandbox"], "env": env}
