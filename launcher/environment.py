"""The Python environment and what is built in it once."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from launcher import places
from launcher.files import digest, only_one, read_json, write_json
from launcher.processes import Env, call, meanwhile, works
from launcher.telling import TroubleError, step

if TYPE_CHECKING:
    from collections.abc import Iterator


Part = str | Path
SYSTEM_PYTHON = Path("/usr/bin/python{}.{}".format(*sys.version_info))


def base_env() -> Env:
    env = {**os.environ, "PYTHONUNBUFFERED": "1", "UV_PYTHON_DOWNLOADS": "never"}
    # Without compiled modules on disk, each of the processes would compile them again.
    for name in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"):
        env.pop(name, None)
    return env


def install(kind: str) -> None:
    """Make `.venv` hold requirements/<kind>.txt exactly; "test" holds "run" as well."""
    with only_one("install"):
        wanted = {
            name: digest(places.ROOT / f"requirements/{name}.txt") for name in ("run", "test")
        }
        have = read_json(places.STAMP) if places.PYTHON.exists() else {}
        if have.get("run") == wanted["run"] and have.get(kind) == wanted[kind]:
            return
        kind = "test" if "test" in have else kind
        make_venv()
        step(f"Installing the packages of requirements/{kind}.txt")
        places.STAMP.unlink(missing_ok=True)
        sync = [
            str(places.VENV / "bin/uv"),
            "pip",
            "sync",
            "-q",
            "--require-hashes",
            "--python",
            str(places.PYTHON),
        ]
        call("Installing packages", [*sync, f"requirements/{kind}.txt"], base_env())
        write_json(places.STAMP, {name: wanted[name] for name in ("run", kind)})


def make_venv() -> None:
    """A virtual environment with uv in it."""
    if places.PYTHON.exists() and (places.VENV / "bin/uv").exists():
        return
    if shutil.disk_usage(places.ROOT).free < 1_500_000_000:
        raise TroubleError("The first start needs 1.5 GB of free disk space here.")
    own_pip = [str(places.PYTHON), "-m", "pip"]
    if not places.PYTHON.exists() or not works([*own_pip, "--version"]):
        step("Making the Python environment in .venv")
        base = faster_python() or sys.executable
        bare = not works([base, "-c", "import venv, ensurepip"])
        if bare and not works([base, "-c", "import venv, pip"]):
            version = "python{}.{}-venv".format(*sys.version_info)
            raise TroubleError(f"Python's venv module is missing: apt install {version}")
        options = ["--clear", *(["--without-pip"] if bare else [])]
        call("Making .venv", [base, "-m", "venv", *options, str(places.VENV)], base_env())
        if bare:
            own_pip = [base, "-m", "pip", "--python", str(places.PYTHON)]
    flags = ["-q", "--disable-pip-version-check", "--require-hashes"]
    call("Installing uv", [*own_pip, "install", *flags, "-r", "requirements/uv.txt"], base_env())


def faster_python(system: Path = SYSTEM_PYTHON) -> str | None:
    """The system's Python of the same version, where this one was compiled without profiles.

    Whoever compiles his own (pyenv does) rarely asks for them; distributions do (ADR 0017).
    """
    if "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or ""):
        return None
    if not system.exists() or system.samefile(sys.executable):
        return None
    return str(system) if works([str(system), "-c", "import venv, ensurepip"]) else None


def python(*arguments: Part) -> list[str]:
    """A command of the environment's Python."""
    return [str(part) for part in (places.PYTHON, *arguments)]


def unchecked(*arguments: Part) -> list[str]:
    """A command of the product without Django's checks of its code.

    They import every page, which takes seconds in a new environment, and tell the same on every
    machine: `./cx lint` runs them.
    """
    return python("manage.py", *arguments, "--skip-checks")


@contextlib.contextmanager
def compiled_catalogues() -> Iterator[None]:
    """Compile the translations that changed, while the body runs."""
    code = (
        "import sys; from babel.messages.frontend import CommandLineInterface as C\n"
        "for d in sys.argv[1:]: C().run(['pybabel', '-q', 'compile', '-D', 'django', '-d', d])"
    )
    with only_one("catalogues"):
        stale = {
            po.parents[2]
            for po in places.ROOT.glob("*/locale/*/LC_MESSAGES/django.po")
            if not (mo := po.with_suffix(".mo")).exists() or mo.stat().st_mtime < po.stat().st_mtime
        }
        if not stale:
            yield
            return
        step("Compiling translations")
        with meanwhile("Compiling translations", python("-c", code, *sorted(stale)), base_env()):
            yield


@contextlib.contextmanager
def built_font(env: Env) -> Iterator[None]:
    """Cut the interface font to size, once, while the body runs."""
    with only_one("font"):
        if any((places.STATE / "static").rglob("*.woff2")):
            yield
            return
        step("Building the interface font")
        with meanwhile("Building the font", unchecked("build_font"), env):
            yield


def install_browser() -> None:
    """The axe rules and, for machines without one, a browser: from npm, once."""
    folder = places.ROOT / "tests"
    stamp = folder / "node_modules/cxhub-stamp.json"
    wanted = digest(folder / "package.json", folder / "package-lock.json")
    with only_one("npm"):
        if read_json(stamp).get("lock") == wanted:
            return
        if not shutil.which("npm"):
            raise TroubleError("The browser tests need npm: install Node 20 or later.")
        step("Installing the browser tests' packages")
        call("npm ci", ["npm", "ci", "--prefix", str(folder), "--ignore-scripts"], base_env())
        write_json(stamp, {"lock": wanted})
