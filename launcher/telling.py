"""What the person at the keyboard reads: progress, and what to do about a fault."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

BORN = time.monotonic()
FAULTS = {
    "No space left on device": "the disk is full: free some space and start again",
    "Disk quota exceeded": "the disk quota is used up: free some space and start again",
    "Read-only file system": "the folder is read-only: use a copy that can be written to",
    "Temporary failure in name resolution": "no network: the first start needs one",
    "dns error": "no network: the first start needs one",
    "invalid peer certificate": "the package index shows a certificate that uv does not know: "
    "behind a proxy with its own, set UV_SYSTEM_CERTS=1",
    "error sending request": "the package index does not answer: check network and proxy",
    "(from versions: none)": "the package index does not answer: check network and proxy",
    "NewConnectionError": "the package index does not answer: check network and proxy",
}

SETTING = "ImproperlyConfigured: "  # a setting that the product refuses, and why


class TroubleError(Exception):
    """Something the person at the keyboard can act on; shown as it is."""


def step(text: str) -> None:
    """One progress line, with the seconds since the start."""
    with contextlib.suppress(BrokenPipeError):  # nobody reads any more; the work goes on
        print(f"[{time.monotonic() - BORN:5.1f} s] {text}", flush=True)


def explain(what: str, log: Path) -> str:
    """One line for the faults we know, else the last lines of the log."""
    last = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
    for words, advice in FAULTS.items():
        if words in last:
            return f"{what}: {advice}. Log: {log}"
    if SETTING in last:
        return f"{what}: {last.rpartition(SETTING)[2].strip()} Log: {log}"
    return f"{what}. Log: {log}\n{last}"
