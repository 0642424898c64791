"""The loop that talks to providers, at the end of its process."""

import subprocess
import sys

PROGRAMME = """
from channels_out.kinds.loop import kept, run_in_loop

class Connections:
    async def close(self):
        print("goodbye")

async def connect():
    assert kept("provider", Connections) is kept("provider", Connections)

run_in_loop(connect())
print("done")
"""


def test_what_is_kept_says_goodbye_when_the_process_ends():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAMME],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (done.stdout.split(), done.stderr) == (["done", "goodbye"], "")
