"""Where things are: the checkout, its environment, its state."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = Path(os.environ.get("CXHUB_STATE") or ROOT / ".cxhub").resolve()
LOGS = STATE / "log"
RUN = STATE / "run.json"  # what `run` started, for `stop` and for a second terminal
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "cxhub-stamp.json"
