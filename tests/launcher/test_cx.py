"""The launcher's parts: what it writes down, what it starts, what it says."""

import ast
import errno
import os
import socket
import stat
import subprocess
import sys
import time

import pytest

from launcher import environment, files, places, ports, processes, telling, verbs
from tests.launcher.conftest import ROOT


def test_the_launcher_imports_nothing_but_the_standard_library():
    names = set()
    for path in (ROOT / "cx", *(ROOT / "launcher").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                names.add(node.module.split(".")[0])
            elif isinstance(node, ast.Import):
                names.update(alias.name.split(".")[0] for alias in node.names)

    assert names - sys.stdlib_module_names == {"launcher"}


def test_an_old_python_can_read_what_sends_it_away():
    """`cx` itself is read by whatever `python3` is, before it looks for a newer one."""
    ast.parse((ROOT / "cx").read_text(), feature_version=(3, 6))


def test_help_has_one_line_for_each_verb():
    asked, alone = (
        subprocess.run(
            [sys.executable, ROOT / "cx", *arguments], capture_output=True, text=True, check=True
        ).stdout
        for arguments in (["--help"], [])
    )

    listed = [line.split()[0] for line in asked.splitlines() if line.startswith("  ")]

    assert [name for name in listed if name in verbs.VERBS] == list(verbs.VERBS)
    assert alone == asked


def test_help_of_a_verb_does_nothing_else(monkeypatch, capsys):
    for verb, (about, _) in verbs.VERBS.items():
        monkeypatch.setattr(sys, "argv", ["cx", verb, "--help"])
        if verb == "run":
            with pytest.raises(SystemExit):
                verbs.main()
            assert "--detach" in capsys.readouterr().out
        else:
            assert verbs.main() == 0
            assert capsys.readouterr().out == f"cx {verb}: {about}\n"


def test_a_relative_state_folder_is_meant_from_where_the_command_was_typed(tmp_path):
    """PostgreSQL would look for it from its own folder."""
    done = subprocess.run(
        [sys.executable, "-c", "from launcher import places; print(places.STATE)"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
        env={**os.environ, "CXHUB_STATE": "here/state", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    assert done.stdout == f"{tmp_path.resolve()}/here/state\n"


def test_own_secrets_are_made_once_and_only_the_owner_reads_them():
    first = files.own_secrets()

    assert files.own_secrets() == first
    assert len(set(first.values())) == len(first)
    assert stat.S_IMODE((places.STATE / "secrets.json").stat().st_mode) == 0o600


def test_read_json_takes_a_file_cut_short_for_none(tmp_path):
    path = tmp_path / "half.json"
    path.write_text('{"pid": 12')

    assert files.read_json(path) == {}


def test_birth_tells_a_process_from_one_that_is_gone():
    sleeper = subprocess.Popen(["sleep", "60"])
    born = processes.birth(sleeper.pid)

    sleeper.kill()
    sleeper.wait()

    assert born
    assert processes.birth(sleeper.pid) == ""


def test_only_one_refuses_a_second_launcher():
    with (
        files.only_one("servers"),
        pytest.raises(telling.TroubleError, match="uses the database: wait for it"),
        files.only_one("servers", wait=False),
    ):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_sweep_stops_what_was_started_for_this_folder_and_nothing_else(tmp_path):
    home, other = tmp_path / "one", tmp_path / "one-more"
    for folder in (home, other):
        folder.mkdir()
    mine = subprocess.Popen(["sleep", "60"], env={**os.environ, "CXHUB_HOME": str(home)})
    theirs = subprocess.Popen(["sleep", "60"], env={**os.environ, "CXHUB_HOME": str(other)})
    wait_for(lambda: processes.orphans(home) and processes.orphans(other))

    try:
        processes.sweep(home)

        assert mine.wait(5) != 0
        assert theirs.poll() is None
    finally:
        theirs.kill()
        theirs.wait()


def test_is_free_sees_a_port_in_use():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert not ports.is_free(port)
        assert ports.free_port(port) > port


@pytest.mark.parametrize("port", [-1, 0, 65535, 99999])
def test_a_number_that_is_no_port_is_refused_in_one_line(port):
    with pytest.raises(telling.TroubleError, match="A port is a number from 1 to 65534"):
        ports.check_port(port)


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("error sending request for url", "the package index does not answer"),
        (
            "error sending request\ninvalid peer certificate",
            "the package index shows a certificate",
        ),
        ("ERROR: no uv==0.13.9 (from versions: none)", "the package index does not answer"),
        ("Temporary failure in name resolution", "no network"),
        ("x.ImproperlyConfigured: SCANNER_NETWORKS: 1.2.3.4/8 has", "SCANNER_NETWORKS: 1.2.3.4/8"),
    ],
)
def test_explain_says_what_to_do_about_a_known_fault(tmp_path, words, advice):
    log = tmp_path / "log"
    log.write_text(f"a long story\n{words}\n")

    told = telling.explain("Installing packages failed", log)

    assert told.startswith(f"Installing packages failed: {advice}")
    assert "\n" not in told


def test_explain_shows_the_end_of_the_log_for_an_unknown_fault(tmp_path):
    log = tmp_path / "log"
    log.write_text("\n".join(f"line {number}" for number in range(40)))

    told = telling.explain("web stopped", log)

    assert told.splitlines()[0] == f"web stopped. Log: {log}"
    assert told.splitlines()[1:] == [f"line {number}" for number in range(28, 40)]


def test_a_full_disk_is_one_line(monkeypatch, capsys):
    def fill(_: list[str]) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(verbs.VERBS, "doctor", ("", fill))
    monkeypatch.setattr(sys, "argv", ["cx", "doctor"])

    assert verbs.main() == 1
    assert capsys.readouterr().err == ("cx: the disk is full: free some space and start again\n")


def test_a_missing_venv_module_names_the_package_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(places, "PYTHON", tmp_path / "no" / "python")
    monkeypatch.setattr(environment, "works", lambda argv: False)

    with pytest.raises(telling.TroubleError, match=r"apt install python3\.\d+-venv"):
        environment.make_venv()


@pytest.mark.parametrize(
    ("options", "status", "is_taken"),
    [
        ("'--enable-shared'", 0, True),
        ("'--enable-optimizations' '--with-lto'", 0, False),
        ("'--enable-shared'", 1, False),  # it cannot make environments
    ],
)
def test_the_systems_python_stands_in_for_one_without_profiles(
    monkeypatch, tmp_path, options, status, is_taken
):
    monkeypatch.setattr(environment.sysconfig, "get_config_var", lambda _name: options)
    system = tmp_path / "python3"
    assert environment.faster_python(system) is None

    system.write_text(f"#!/bin/sh\nexit {status}\n")
    system.chmod(0o700)

    assert environment.faster_python(system) == (str(system) if is_taken else None)


def test_a_child_that_dies_is_told_with_its_log():
    child = processes.Child("web", ["sh", "-c", "echo port is taken; exit 3"], dict(os.environ))

    with pytest.raises(telling.TroubleError, match="web stopped") as caught:
        child.wait_until(lambda: False)

    assert str(caught.value).endswith("port is taken")


def test_stopping_a_child_stops_its_own_children(monkeypatch):
    script = "trap '' TERM; sleep 60 & echo $!; wait; wait"
    child = processes.Child("web", ["sh", "-c", script], dict(os.environ))
    wait_for(lambda: child.said("\n"))
    grandchild = int(child.log.read_text())
    monkeypatch.setattr(processes, "STOP_WITHIN", 0.2)

    processes.stop_all([child])

    assert child.dead()
    wait_for(lambda: processes.birth(grandchild) == "")


def wait_for(condition, within=5.0):
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
