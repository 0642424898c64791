"""The runs: what is killed, when, and what must be true afterwards."""

import os
import random
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from accounts.models import Organisation
from cxhub.lib.simulator import Ledger
from tests.faults.processes import ROOT, Broker, Process, clock, free_port, provider, worker
from tests.faults.verdict import Verdict, count_open, judge
from tests.faults.world import found

PLANNED = 1000
CHUNK = 50
LATENCY = 0.2  # seconds the provider takes: long enough to be interrupted in
# Lease 120 s, two looks a minute apart, the sweeper's 30 s, the last try: and as much again.
SETTLED_WITHIN = 480.0


def worker_killed(home: Path, seed: int) -> Verdict:
    """kill -9 of the whole worker, several times, in the middle of a send through the provider."""
    chance = random.Random(seed)
    port, ledger_path = free_port(), home / "provider.sqlite3"
    ledger = Ledger(ledger_path)
    organisation = found("twilio", f"fault-{home.name}", PLANNED)
    with ExitStack() as stack:
        broker = Broker(home).start()
        stack.callback(broker.stop)
        double = provider(home, ledger_path, port, LATENCY).start()
        stack.callback(double.stop)
        double.wait_for(port)
        env = _env(home, broker, TWILIO_API_BASE=f"http://127.0.0.1:{port}")
        _plant(env, organisation)
        began = time.monotonic()
        works = worker(env, home).start()
        stack.callback(works.stop)
        beat = clock(env, home).start()
        stack.callback(beat.stop)
        kills = 0
        for _ in range(5):
            more = chance.randint(10, 120)
            if not _wait_for(ledger, len(ledger.counts()) + more, 90, works, beat):
                break
            time.sleep(chance.uniform(0, LATENCY))
            works.kill()
            kills += 1
            time.sleep(chance.uniform(0, 2))
            works.start()
        _settle(organisation, works, beat)
        seconds = time.monotonic() - began
    return judge("worker kill -9", organisation, ledger, PLANNED, kills, seconds)


def broker_killed(home: Path, seed: int) -> Verdict:
    """kill -9 of the broker, which forgets every task, in the middle of a send."""
    chance = random.Random(seed)
    organisation = found("simulator", f"fault-{home.name}", PLANNED)
    with ExitStack() as stack:
        broker = Broker(home).start()
        stack.callback(broker.stop)
        env = _env(home, broker)
        ledger = Ledger(Path(env["SIMULATOR_DIR"]) / "ledger.sqlite3")
        _plant(env, organisation)
        began = time.monotonic()
        works = worker(env, home).start()
        stack.callback(works.stop)
        beat = clock(env, home).start()
        stack.callback(beat.stop)
        kills = 0
        for least in (50, 300, 600):
            if not _wait_for(ledger, least, 120, works, beat):
                break
            broker.kill()
            kills += 1
            time.sleep(chance.uniform(0.5, 4))
            broker.start()
        _settle(organisation, works, beat)
        seconds = time.monotonic() - began
    return judge("broker kill -9", organisation, ledger, PLANNED, kills, seconds)


def _env(home: Path, broker: Broker, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "REDIS_URL": broker.url,
        "SIMULATOR_DIR": str(home / "simulator"),
        "CXHUB_SIMULATOR": "1",
        "TWILIO_API_BASE": "http://127.0.0.1:9",  # nobody: no run may reach the real one
        **more,
    }


def _plant(env: dict[str, str], organisation: Organisation) -> None:
    argv = [sys.executable, "-m", "tests.faults.world", organisation.slug]
    subprocess.run([*argv, str(PLANNED), str(CHUNK)], env=env, cwd=ROOT, check=True)


def _wait_for(ledger: Ledger, least: int, seconds: float, *watched: Process) -> bool:
    deadline = time.monotonic() + seconds
    while len(ledger.counts()) < least:
        if time.monotonic() > deadline:
            return False
        for process in watched:
            process.revive()
        time.sleep(0.02)
    return True


def _settle(organisation: Organisation, *watched: Process) -> None:
    deadline = time.monotonic() + SETTLED_WITHIN
    while count_open(organisation) and time.monotonic() < deadline:
        for process in watched:
            process.revive()
        time.sleep(1)
