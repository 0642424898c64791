"""What `./cx` can do, by name."""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from launcher import places
from launcher.environment import (
    base_env,
    built_font,
    compiled_catalogues,
    faster_python,
    install,
    install_browser,
    python,
)
from launcher.files import only_one, read_json
from launcher.ports import check_port, is_free
from launcher.postgres import postgres_folder, remove_home
from launcher.processes import STOP_WITHIN, attend, birth, call, stop_all, sweep
from launcher.product import Product, detach, running
from launcher.servers import Servers, default_settings, temporary_servers
from launcher.telling import FAULTS, TroubleError, step
from launcher.valkey import valkey_programme

if TYPE_CHECKING:
    from collections.abc import Callable


def run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="cx run")
    parser.add_argument("--port", type=int, default=8000, help="port of the pages (8000)")
    parser.add_argument("--empty", action="store_true", help="no demo world; sign-up is open")
    parser.add_argument("--detach", action="store_true", help="return when everything answers")
    options = parser.parse_args(arguments)
    if found := running():
        raise TroubleError(f"CXHub already runs at {found['address']}: use it, or ./cx stop.")
    with only_one("servers", wait=False):
        sweep(places.STATE)
    check_port(options.port)
    if options.detach:
        return detach([argument for argument in arguments if argument != "--detach"])
    install("run")
    with Servers(places.STATE, "cxhub") as servers:
        product = Product(servers, options.port)
        product.record(ready=False)
        with compiled_catalogues(), built_font(product.env):
            servers.migrate()
        try:
            with servers.loaded_demo(wanted=not options.empty) as has_demo:
                product.start()
            product.record(ready=True)
            product.welcome(has_demo=has_demo)
            product.keep()
        finally:
            step("Stopping")
            stop_all(product.children)
            places.RUN.unlink(missing_ok=True)


def stop(_: list[str]) -> int:
    if found := running():
        os.kill(found["pid"], signal.SIGTERM)
        deadline = time.monotonic() + 3 * STOP_WITHIN
        while birth(found["pid"]) == found["birth"] and time.monotonic() < deadline:
            time.sleep(0.1)
        if birth(found["pid"]) == found["birth"]:
            raise TroubleError(f"Process {found['pid']} does not stop. Logs: {places.LOGS}")
    with only_one("servers", wait=False):
        sweep(places.STATE)
    print("CXHub is stopped." if found else "CXHub was not running.")
    return 0


def reset(arguments: list[str]) -> int:
    question = "Delete every survey and every answer in .cxhub/? [y/N] "
    if "--yes" not in arguments and input(question).lower() != "y":
        return 1
    stop([])
    remove_home(places.STATE)
    shutil.rmtree(places.STATE / "simulator", ignore_errors=True)
    for path in (*places.STATE.glob("beat-schedule*"), places.STATE / "demo-keys.json"):
        path.unlink(missing_ok=True)
    print("The next ./cx run starts from nothing.")
    return 0


def manage(arguments: list[str]) -> int:
    install("run")
    with compiled_catalogues():
        command = python("manage.py", *arguments)
    as_owner = arguments[:1] == ["migrate"]
    if found := running():
        env = {**default_settings(), **base_env(), **found["settings"]}
        return attend(command, {**env, "DATABASE_URL": found["owner_url"]} if as_owner else env)
    with Servers(places.STATE, "cxhub") as servers:
        servers.migrate()
        return attend(command, servers.owner_settings() if as_owner else servers.settings())


def test(arguments: list[str]) -> int:
    with temporary_servers("test_cxhub") as servers:
        own = {"DEBUG": "1", "DJANGO_SETTINGS_MODULE": "tests.settings"}
        env = {**servers.tool_settings(), **own}
        with built_font({**env, "DJANGO_SETTINGS_MODULE": "cxhub.settings"}):
            install_browser()
        step("Running the tests")
        return attend(python("-m", "pytest", *side_by_side(arguments), *arguments), env)


def side_by_side(arguments: list[str]) -> list[str]:
    """For the whole suite: a process per processor, and one while others wait for the product."""
    if any(not argument.startswith("--") for argument in arguments):
        return []
    return ["-n", str((os.cpu_count() or 1) + 1), "--dist", "loadscope", "--no-loadscope-reorder"]


def measure(module: str, arguments: list[str]) -> int:
    """Run a module of ours on durable servers that are migrated, and that start again."""
    with temporary_servers("cxhub", durable=True) as servers:
        with built_font(servers.settings()):
            servers.migrate()
        argv = python("-m", module, *arguments)
        return attend(argv, servers.tool_settings(), servers.children)


def tools(task: str) -> int:
    with temporary_servers("cxhub") as servers:
        env = {**servers.tool_settings(), "DEBUG": "1"}
        return attend(python("-m", "tests.tools", task), env)


def lock(arguments: list[str]) -> int:
    install("test")
    flags = ["-q", "--generate-hashes", "--universal", "--python-version", "3.11", "--no-header"]
    for name in ("uv", "run", "test"):
        step(f"Resolving requirements/{name}.in")
        same = ["-c", "requirements/run.txt"] if name == "test" else []
        files = [f"requirements/{name}.in", "-o", f"requirements/{name}.txt"]
        argv = [str(places.VENV / "bin/uv"), "pip", "compile", *flags, *same, *arguments, *files]
        call("Resolving", argv, base_env())
    return 0


def doctor(_: list[str]) -> int:
    def found(finder: Callable[[], Path]) -> str:
        try:
            return str(finder())
        except TroubleError as trouble:
            return str(trouble)

    product = running()
    rows = {
        "Python": f"{sys.version.split()[0]} ({sys.executable})",
        "Faster": faster_python() or "no faster one of this version",
        "Packages": ", ".join(read_json(places.STAMP)) or "not installed yet",
        "PostgreSQL": "as DATABASE_URL says"
        if "DATABASE_URL" in os.environ
        else found(postgres_folder),
        "Valkey": "as REDIS_URL says" if "REDIS_URL" in os.environ else found(valkey_programme),
        "Node": shutil.which("node") or "missing; only the browser tests need it",
        "Free disk": f"{shutil.disk_usage(places.ROOT).free / 1e9:.1f} GB",
        "Port 8000": "free" if is_free(8000) else "in use",
        "CXHub": f"runs at {product['address']}" if product else "does not run",
    }
    for name, fact in rows.items():
        print(f"{name:11} {fact}")
    return 0


VERBS: dict[str, tuple[str, Callable[[list[str]], int]]] = {
    "run": ("start everything, with a demo world: --port N, --empty, --detach", run),
    "stop": ("stop what `run` started", stop),
    "reset": ("delete the database in .cxhub/ (--yes: without asking)", reset),
    "seed": ("load the demo world", lambda more: manage(["seed_demo", *more])),
    "manage": ("run a Django command on the database of `run`", manage),
    "test": ("run the tests on throw-away servers; takes pytest's arguments", test),
    "bench": ("measure speed beside the bare tools", lambda more: measure("bench", more)),
    "faults": ("kill processes at work, count losses", lambda more: measure("tests.faults", more)),
    "lint": ("check form, types, imports, templates, migrations", lambda _: tools("lint")),
    "fmt": ("put code into form", lambda _: tools("fmt")),
    "types": ("check types only", lambda _: tools("types")),
    "lock": ("pin the requirements again (--upgrade: newer versions)", lock),
    "doctor": ("say what this machine has and what runs", doctor),
}


def interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> int:
    verbs = "\n".join(f"  {name:8} {about}" for name, (about, _) in VERBS.items())
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="cx", description=verbs, formatter_class=form)
    parser.add_argument("verb", choices=VERBS, metavar="verb")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args(sys.argv[1:] or ["--help"])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # which nohup sets
        signal.signal(signal.SIGHUP, interrupted)
    about, act = VERBS[options.verb]
    if options.arguments[:1] in (["-h"], ["--help"]) and options.verb != "run":
        print(f"cx {options.verb}: {about}")
        return 0
    try:
        return act(options.arguments)
    except TroubleError as trouble:
        print(f"cx: {trouble}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        print(f"cx: {FAULTS['No space left on device'] if full else error}", file=sys.stderr)
    return 1
