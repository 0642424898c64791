"""The floor under the answer path: the same writer and SQL function, and nothing else.

It reads one form of a known shape and answers with bytes: no limits, no checks, no page. What
the product's rate lacks to this one is what its own work costs.
"""

import hashlib
import json
import os
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxhub.settings")
django.setup()

from cxhub.lib.ids import uuid7  # noqa: E402
from cxhub.lib.tokens import token_hash  # noqa: E402
from surveys.actions.writer import GroupWriter  # noqa: E402

THANKS = b"x" * 1500
HEADERS = [("Content-Type", "text/html"), ("Content-Length", str(len(THANKS)))]

writer = GroupWriter(on_stored=lambda _stored: None)
writer.thread.start()


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
    path = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] != "POST":
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]
    sent = parse_qs(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode())
    answers = {"q1": int(sent["answers.q1"][0]), "q2": sent["answers.q2"][0]}
    score = {"question_key": "q1", "metric": "nps", "value": answers["q1"]}
    stored = writer.store(
        {
            "token_hash": token_hash(path.removeprefix("/r/")),
            "collector": None,
            "id": str(uuid7()),
            "submission": sent["submission_id"][0],
            "version": sent["version"][0],
            "channel": None,
            "language": "en",
            "state": "completed",
            "fingerprint": hashlib.sha256(json.dumps(answers).encode()).hexdigest(),
            "answers": answers,
            "flags": [],
            "scores": [score],
            "started_at": None,
            "answered_at": None,
        }
    )
    start_response("201 Created" if stored.outcome == "created" else "409 Conflict", HEADERS)
    return [THANKS]
