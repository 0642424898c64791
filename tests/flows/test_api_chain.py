"""The main job by API alone: survey, send, answer, dashboard, alert, case."""

import re
import uuid
from datetime import UTC, datetime

import pytest

from tests.flows.product import eventually
from tests.flows.surveys import answer

pytestmark = pytest.mark.slow(reason="drives the running product")
WORDING = "J’accepte de recevoir une courte enquête."


@pytest.fixture(scope="module")
def api(product):
    key = product.key("maison-lune")

    def call(method, path, body=None, **headers):
        return product.call(method, f"/api/v1{path}", body, key=key, **headers)

    return call


@pytest.fixture(scope="module")
def survey(api):
    made = api(
        "POST", "/surveys/", {"name": "Livraison", "template": "nps", "languages": ["fr", "en"]}
    )
    assert made.status == 201
    assert made.json["status"] == "draft"
    published = api("POST", f"/surveys/{made.json['id']}/publish/")
    assert (published.status, published.json["status"], published.json["version"]) == (
        200,
        "live",
        1,
    )
    return made.json["id"]


def customer(api, number, *channels):
    details = {
        "external_id": f"flow-{number}",
        "email": f"flow{number}@customers.example",
        "phone": f"+3363998{5000 + number}",
        "name": f"Client {number}",
        "language": "fr",
        "consents": [
            {"channel": channel, "purpose": "survey", "wording": WORDING} for channel in channels
        ],
    }
    made = api("POST", "/contacts/", details)
    assert made.status == 201
    assert api("POST", "/contacts/", details).status == 200
    return made.json["id"], details


def n_of(api, survey, channel):
    groups = api("GET", f"/metrics/?survey={survey}&metric=nps&group_by=channel").json["groups"]
    return next((group["n"] for group in groups if group["key"] == {"channel": channel}), 0)


def test_a_send_by_email_becomes_an_answer(product, api, survey):
    contact, details = customer(api, 1, "email")
    silent, _details = customer(api, 2)

    sent = api(
        "POST", "/sends/", {"survey": survey, "channel": "email", "contacts": [contact, silent]}
    )

    assert sent.status == 201
    assert (sent.json["planned"], sent.json["suppressed"]) == (
        1,
        [{"reason": "no_consent", "count": 1}],
    )
    mail = eventually(lambda: product.messages(details["email"]), "the mail")[0]
    link = re.search(r"https?://\S+/r/[\w-]+", mail["text"])
    assert link
    before = n_of(api, survey, "email")
    answer(product, link[0], 9)
    assert eventually(lambda: n_of(api, survey, "email") == before + 1, "the dashboard")
    state = api("GET", f"/sends/{sent.json['id']}/").json
    assert state["counts"]["suppressed"] == 1


def test_a_text_message_is_answered_by_replying(product, api, survey):
    contact, details = customer(api, 3, "sms")
    api("POST", "/sends/", {"survey": survey, "channel": "sms", "contacts": [contact]})
    message = eventually(lambda: product.messages(details["phone"]), "the text message")[0]

    replied = product.call(
        "POST",
        "/simulator/sms/",
        {"from": details["phone"], "to": message["from"], "text": "10 super accueil"},
    )

    assert replied.status in {200, 201, 202}
    responses = eventually(
        lambda: [
            row
            for row in api("GET", f"/responses/?survey={survey}").json["results"]
            if row["contact"] == contact
        ],
        "the answer",
    )
    assert responses[0]["scores"] == [{"metric": "nps", "value": 10}]


def test_stop_ends_it(product, api, survey):
    contact, details = customer(api, 4, "sms", "email")
    api("POST", "/sends/", {"survey": survey, "channel": "sms", "contacts": [contact]})
    message = eventually(lambda: product.messages(details["phone"]), "the text message")[0]
    product.call(
        "POST",
        "/simulator/sms/",
        {"from": details["phone"], "to": message["from"], "text": " Stop. "},
    )

    def refused():
        again = api(
            "POST",
            "/sends/",
            {"survey": survey, "channel": "sms", "contacts": [contact], "dry_run": True},
        )
        return again.json["suppressed"]

    assert eventually(refused, "the stop list")[0]["count"] == 1


def test_an_order_event_asks(product, api):
    body = {
        "type": "order.delivered",
        "occurred_at": datetime.now(UTC).isoformat(),
        "contact": {
            "external_id": "flow-event",
            "email": "flow-event@customers.example",
            "consents": [{"channel": "email", "purpose": "survey", "wording": WORDING}],
        },
        "properties": {"order": "A-1"},
    }
    key = uuid.uuid4().hex

    first = api("POST", "/events/", body, Idempotency_Key=key)
    second = api("POST", "/events/", body, Idempotency_Key=key)

    assert first.status == second.status == 202
    assert first.json["id"] == second.json["id"]


def test_a_bad_score_opens_a_case_and_writes_to_the_lead(product, api):
    mine = next(
        row
        for row in api("GET", "/surveys/").json["results"]
        if row["name"].startswith("NPS après achat")
    )
    link = api("POST", "/collectors/", {"survey": mine["id"], "kind": "link", "place": None})
    assert link.status == 201
    words = f"Colis ouvert, personne ne répond {uuid.uuid4().hex[:6]}"

    answer(product, link.json["url"], 2, words)

    mail = eventually(
        lambda: [m for m in product.messages("lea@demo.cxhub.test") if words in m["text"]],
        "the alert",
    )[0]
    assert mail["text"].lstrip().startswith(words)
    assert words in mail["html"]
    cases = api("GET", "/cases/?state=open").json["results"]
    responses = api("GET", f"/responses/?survey={mine['id']}").json["results"]
    response = next(row for row in responses if words in row["answers"].values())
    assert response["id"] in [case["response"] for case in cases]
