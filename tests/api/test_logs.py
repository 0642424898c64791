"""D-LOG-1, AB-54: secrets and people that went through requests are in no log line."""

import json
import logging
from urllib.parse import quote

from tests.api.routes import CALLS, ITEMS, WRITES, send
from tests.api.rows import make

EMAIL = "canary.person@canary-mail.example"
PHONE = "+33639980177"
NATIONAL = "06 39 98 01 77"
NAME = "Canary"
TOKEN = "cAnArYtOkEn0123456789ab"


def walk(client, key):
    contact = {"email": EMAIL, "phone": PHONE, "name": NAME, "external_id": "E1"}
    for call in CALLS:
        send(client, call, json.dumps(contact))
        send(client, call, json.dumps({"contact": contact, "type": "a", "text": EMAIL}))
        send(client, call, url=f"{call.url()}?search={quote(EMAIL)}&to={quote(PHONE)}")
    for call in WRITES:
        send(client, call, b'{"email": "' + EMAIL.encode())
        send(client, call, HTTP_IDEMPOTENCY_KEY=EMAIL)
    for path in (f"/r/{TOKEN}", f"/r/{TOKEN}/x", f"/u/{TOKEN}", f"/me/{TOKEN}"):
        client.get(path)
        client.post(path, {"answers.q1": EMAIL})
    client.get(f"/api/v1/nothing/?phone={quote(NATIONAL)}")
    client.get(f"/api/v1/surveys/?token={key}")
    client.get(f"/api/v1/surveys/{key}/")


def test_a_walk_leaves_no_secret_in_the_logs(api, key, lines):
    """AB-54"""
    walk(api, key[1])

    written = lines()
    text = "\n".join(written)
    assert len(written) > len(CALLS)
    assert all(json.loads(line)["level"] for line in written)
    secrets = [key[1], key[1][10:40], EMAIL, quote(EMAIL), PHONE, quote(PHONE), PHONE[3:], TOKEN]
    assert [secret for secret in secrets if secret in text] == []


def test_a_refusal_is_one_line(api, lines):
    answer = api.post("/api/v1/surveys/?a=1", {"name": ""}, format="json", HTTP_IDEMPOTENCY_KEY="k")

    told = [json.loads(line) for line in lines()]
    names = ("event", "method", "path", "status", "code", "request_id")
    assert [tuple(line[name] for name in names) for line in told if line["level"] != "debug"] == [
        ("api_refused", "POST", "/api/v1/surveys/", 400, "blank", answer.json()["request_id"])
    ]


def test_a_fault_of_ours_tells_no_secret_either(lines):
    """AB-54"""
    logger = logging.getLogger("test")
    try:
        raise ValueError(f"Key (value)=({EMAIL}) already exists, {PHONE}, {NATIONAL}")
    except ValueError:
        logger.exception("failed for %s", EMAIL, extra={"to": PHONE, "all": [{"mail": EMAIL}]})

    line = json.loads(lines()[-1])
    assert line["event"].startswith("failed for email:")
    assert "ValueError: Key (value)=(email:" in line["exception"]
    assert line["to"].startswith("phone:")
    text = json.dumps(line)
    assert [secret for secret in (EMAIL, PHONE, NATIONAL) if secret in text] == []


def test_a_line_cannot_be_forged(lines):
    """AB-59"""
    logging.getLogger("test").warning("name: %s", 'x\r\n{"level": "error"}\x1b[31m')

    assert len(lines()) == 1
    assert json.loads(lines()[0])["level"] == "warning"


def test_a_security_event_names_who_it_was(organisation, other_organisation, key, api, lines):
    """AB-01, D-LOG-1: a row of another organisation was asked for."""
    theirs = make(next(call for call in ITEMS if "contacts" in call.route), other_organisation)

    api.get(f"/api/v1/contacts/{theirs.pk}/")

    (event,) = [row for line in lines() if (row := json.loads(line))["logger"] == "security"]
    assert {name: event[name] for name in ("event", "organisation", "actor", "method", "path")} == {
        "event": "row_not_found",
        "organisation": str(organisation.pk),
        "actor": f"key:{key[0].pk}",
        "method": "GET",
        "path": f"/api/v1/contacts/{theirs.pk}/",
    }
