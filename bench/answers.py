"""Storing answers through the whole path, against hello and against single-row pgbench."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import psycopg2
from django.db import connection

from bench.client import Result, load, post_form
from bench.pages import describe, hellos
from bench.ratios import Target, anchored, show
from bench.servers import granian
from bench.world import CONTACTS, PLACES, address, invite, world
from cxhub.lib.ids import uuid7
from cxhub.lib.tenancy import tenant

WARM_UP = 4.0  # every survey's pages are made once per process
SECONDS = 3.0
TOKENS = 60_000
CLIENTS = 32

# The same row as a customer's answer makes: with the customer, the place and the door.
INSERT = """
\\set contact random(1, {contacts})
\\set place random(1, {places})
INSERT INTO surveys_response (id, organisation_id, survey_id, version_id, collector_id, \
contact_id, place_id, channel, language, state, submission_id, fingerprint, answers, flags) \
VALUES (uuidv7(), '{organisation}', '{survey}', '{version}', '{collector}', \
md5('contact' || :contact)::uuid, md5('place' || :place)::uuid, 'web', 'en', 'completed', \
gen_random_uuid(), repeat('0', 64), \
'{{"q1": 9, "q2": "The driver was kind and the parcel came early."}}', '{{}}');
"""


def answers() -> Iterator[bytes]:
    """One POST for each invitation, made before the clock starts."""
    made = world()
    requests = []
    for number in range(TOKENS):
        body = urlencode(
            {
                "version": made.versions[number % len(made.versions)],
                "submission_id": uuid7(),
                "language": "en",
                "js": "1",
                "human": "1",
                "answers.q1": number % 11,
                "answers.q2": "The driver was kind and the parcel came early.",
            }
        )
        requests.append(post_form(f"/r/answer{number}", body, address(number)))
    return iter(requests)


def pgbench() -> float:
    """Single-row inserts a second into the same table, 32 clients, prepared, durable."""
    made = world()
    folder = os.environ.get("CXHUB_POSTGRES_BIN", "")
    program = next(
        (str(path) for path in [Path(folder) / "pgbench"] if folder and path.exists()),
        shutil.which("pgbench"),
    )
    if program is None:
        raise SystemExit("No pgbench: set CXHUB_POSTGRES_BIN.")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(
            INSERT.format(
                organisation=made.organisation_id,
                survey=made.surveys[0],
                version=made.versions[0],
                collector=made.collectors[0],
                contacts=CONTACTS,
                places=PLACES,
            )
        )
        script.flush()
        command = [
            program, "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2",
            "-T", str(int(SECONDS)), "-f", script.name, os.environ["DATABASE_OWNER_URL"],
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise SystemExit(f"pgbench failed: {done.stderr.strip()}")
    return float(found[1])


def stored() -> int:
    """How many answers are in the table with their score and their event."""
    made = world()
    with tenant(made.organisation_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM surveys_response r WHERE r.state = 'completed' "
            "AND EXISTS (SELECT FROM surveys_score s WHERE s.response_id = r.id "
            "AND s.organisation_id = r.organisation_id)"
        )
        answers_with_score = int(cursor.fetchone()[0])
        cursor.execute("SELECT count(*) FROM events_domainevent WHERE kind = 'response.completed'")
        return min(answers_with_score, int(cursor.fetchone()[0]))


def floor(requests: Iterator[bytes]) -> int:
    """Say what the writer and its SQL function allow by themselves; how many were accepted."""
    with granian("bench.bare:application", "/") as url:
        warm = load(url, requests, seconds=1).statuses[b"201"]
        result = load(url, requests, seconds=SECONDS, connections=CLIENTS)
    share = 100 * result.rate / pgbench()
    print(f"  bare lane around the same writer {describe([result])}, {share:.0f} % of pgbench")
    return warm + result.statuses[b"201"]


def forget() -> None:
    """Leave no backlog of uncounted answers to the benchmark that comes next."""
    with psycopg2.connect(os.environ["DATABASE_OWNER_URL"]) as owner, owner.cursor() as cursor:
        cursor.execute("TRUNCATE surveys_response, events_domainevent CASCADE")


def run() -> int:
    world()
    invite("answer", 0, TOKENS)
    results: list[Result] = []
    singles: list[float] = []
    with (
        granian("bench.hello:application", "/") as hello_url,
        granian("cxhub.wsgi:application", "/healthz/live") as url,
    ):
        requests = answers()
        accepted = load(url, requests, seconds=WARM_UP).statuses[b"201"]
        load(hello_url, hellos(), seconds=0.5)

        def measure() -> float:
            singles.append(pgbench())
            results.append(load(url, requests, seconds=SECONDS, connections=CLIENTS))
            return results[-1].rate

        def anchor() -> float:
            return load(hello_url, hellos(), seconds=2).rate

        hello, share = anchored(anchor, measure, tries=5)
    accepted += sum(result.statuses[b"201"] for result in results)
    accepted += floor(requests)
    print(f"  hello {hello:,.0f}/s, pgbench {median(singles):,.0f}/s, submit {describe(results)}")
    shares = [result.rate / single for result, single in zip(results, singles, strict=True)]
    print(f"  of pgbench, round by round: {', '.join(f'{100 * share:.0f} %' for share in shares)}")
    slow = median(result.percentile(0.99) for result in results)
    lost = accepted - stored()
    forget()
    return show(
        [
            Target("submit ÷ hello", 100 * share, 20),
            Target("submit ÷ single-row pgbench, 32 clients", 100 * median(shares), 40),
            Target("submit p99, saturated at 32 connections", slow, 50, "ms", is_ceiling=True),
            Target("answers acknowledged and not stored whole", lost, 0, "", is_ceiling=True),
        ]
    )
