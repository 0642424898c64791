"""Small files of the launcher: records, secrets, locks."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from launcher import places
from launcher.telling import TroubleError

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Replace a file that only its owner may read, in one step."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(value, file, indent=1)
    draft.replace(path)


def digest(*paths: Path) -> str:
    """A fingerprint of names and contents."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.relative_to(places.ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()


def own_secrets() -> dict[str, str]:
    """Passwords and keys of this checkout, made once."""
    with only_one("secrets"):
        known = read_json(places.STATE / "secrets.json")
        if not known:
            names = ("secret_key", "postgres", "cxhub_owner", "cxhub_app", "valkey")
            known = {name: secrets.token_urlsafe(32) for name in names}
            known["field_key"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        if "operator_token" not in known:
            known["operator_token"] = secrets.token_urlsafe(32)
            write_json(places.STATE / "secrets.json", known)
    return known


@contextlib.contextmanager
def only_one(name: str, home: Path | None = None, *, wait: bool = True) -> Iterator[None]:
    """Let one launcher at a time do this work in this checkout."""
    folder = home or places.STATE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise TroubleError("Another ./cx command uses the database: wait for it.") from None
        yield
