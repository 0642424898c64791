"""The static checks, as `./cx lint`, `./cx fmt` and `./cx types` run them."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CODE = [".", "cx"]
Command = list[str | Path]


def python(*arguments: str) -> Command:
    """A module of the environment; works in a folder that was moved, unlike its scripts."""
    return [sys.executable, "-m", *arguments]


TYPES: list[Command] = [python("mypy", *CODE)]
LINT: list[Command] = [
    python("ruff", "check", "--quiet", *CODE),
    python("ruff", "format", "--check", "--quiet", *CODE),
    *TYPES,
    [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
    python("djlint", "--quiet", "--lint", "templates"),
    [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    python("codespell_lib"),
    [BIN / "hadolint", "Dockerfile"],
    python("check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
]
FORM: list[Command] = [
    python("ruff", "check", "--fix-only", "--quiet", *CODE),
    python("ruff", "format", "--quiet", *CODE),
]
TASKS = {"lint": LINT, "fmt": FORM, "types": TYPES}


def name_of(command: Command) -> str:
    words = [Path(part).name for part in command if str(part) not in ("-m", "-c")]
    return " ".join(words[1:] if words[0].startswith("python") else words)[:60]


def main(task: str) -> int:
    """Run every command of a task, even after one failed; 1 when one did."""
    failed = []
    for command in TASKS[task]:
        began = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, check=False)
        word = "failed" if done.returncode else "ok"
        sys.stdout.write(f"{time.monotonic() - began:6.1f} s  {word:6}  {name_of(command)}\n")
        sys.stdout.flush()
        failed += [command] if done.returncode else []
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
