"""`./cx faults [seed]`: every run, a table, and exit 1 if anything was lost or doubled."""

import random
import sys
import tempfile
from pathlib import Path

from tests.faults.world import django  # noqa: F401 (sets Django up before anything else)

from tests.faults.runs import broker_killed, worker_killed  # isort: skip
from tests.faults.verdict import Verdict, table  # isort: skip


def main(arguments: list[str]) -> int:
    """Run everything; the seed repeats the moments of the kills."""
    seed = int(arguments[0]) if arguments else random.randrange(10_000)
    verdicts: list[Verdict] = []
    print(f"Seed {seed}. Each run sends 1,000 messages and takes some minutes.", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        homes = [Path(folder) / "broker", Path(folder) / "worker"]
        for home in homes:
            home.mkdir()
        # One after the other: the clock's tasks look after every organisation, so a second
        # worker would quietly do what the killed one left undone.
        for run, home in zip((broker_killed, worker_killed), homes, strict=True):
            verdicts.append(run(home, seed))
            print(table(verdicts[-1:]), flush=True)
    return 0 if all(verdict.holds for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
