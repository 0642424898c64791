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

from cxhub.lib.ids import uuid7_text  # noqa: E402
from cxhub.lib.tokens import token_hash  # noqa: E402
from surveys.actions.writer import GroupWriter, Sheet  # noqa: E402

THANKS = b"x" * 1500
HEADERS = [("Content-Type", "text/html"), ("Content-Length", str(len(THANKS)))]

writer = GroupWriter(on_stored=lambda _stored: None)
writer.thread.start()


def sheet_of(path: str, body: bytes) -> Sheet:
    sent = parse_qs(body.decode())
    answers = {"q1": int(sent["answers.q1"][0]), "q2": sent["answers.q2"][0]}
    return {
        "token_hash": token_hash(path.removeprefix("/r/")),
        "collector": None,
        "id": uuid7_text(),
        "submission": sent["submission_id"][0],
        "version": sent["version"][0],
        "channel": None,
        "language": "en",
        "state": "completed",
        "fingerprint": hashlib.sha256(json.dumps(answers).encode()).hexdigest(),
        "answers": answers,
        "flags": [],
        "scores": [{"question_key": "q1", "metric": "nps", "value": answers["q1"]}],
        "started_at": None,
        "answered_at": None,
    }


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
    path = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] != "POST":
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    stored = writer.store(lambda: sheet_of(path, body))
    is_created = stored is not None and stored.outcome == "created"
    start_response("201 Created" if is_created else "409 Conflict", HEADERS)
    return [THANKS]
