"""`./cx faults [seed] [broker|worker]`: a table; exit 1 if anything was lost or doubled."""

import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.faults.world import django  # noqa: F401 (sets Django up before anything else)

from tests.faults.runs import broker_killed, worker_killed  # isort: skip
from tests.faults.verdict import Verdict, table  # isort: skip

RUNS = {"broker": broker_killed, "worker": worker_killed}


def main(arguments: list[str]) -> int:
    """Run everything; the seed repeats the moments of the kills."""
    seed = next((int(a) for a in arguments if a.isdecimal()), random.randrange(10_000))
    names = [a for a in arguments if a in RUNS] or list(RUNS)
    print(f"Seed {seed}. Each run sends 1,000 messages and takes some minutes.", flush=True)
    # One after the other: the clock's tasks look after every organisation, so a second
    # worker would quietly do what the killed one left undone.
    verdicts = [_run(name, seed) for name in names]
    return 0 if all(verdict.holds for verdict in verdicts) else 1


def _run(name: str, seed: int) -> Verdict:
    """One run in a folder of its own, which stays when the run is broken."""
    home = Path(tempfile.mkdtemp(prefix=f"cxhub-{name}-"))
    verdict = RUNS[name](home, seed)
    print(table([verdict]), flush=True)
    if verdict.holds:
        shutil.rmtree(home)
    else:
        print(f"Logs: {home}", flush=True)
    return verdict


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
