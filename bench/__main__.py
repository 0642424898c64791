"""`./cx bench [name …]`: run the named benchmarks, or all; exit code 1 when a target is missed."""

import importlib
import signal
import sys
from pathlib import Path

# Modules of this package that are no benchmark.
PARTS = {
    *("__init__", "__main__"),
    *("bare", "client", "hello", "loops", "product", "providers", "ratios", "servers", "world"),
}


def names() -> list[str]:
    """Every benchmark: a module of this package with `run() -> int`, the number of misses."""
    found = (path.stem for path in Path(__file__).parent.glob("*.py"))
    return sorted(name for name in found if name not in PARTS)


def main(wanted: list[str]) -> int:
    known = names()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}. There are: {', '.join(known)}.")
        return 2
    missed = 0
    for name in wanted or known:
        print(f"{name}:", flush=True)
        missed += importlib.import_module(f"bench.{name}").run()
    return 1 if missed else 0


if __name__ == "__main__":
    # Whoever is told to stop stops the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
