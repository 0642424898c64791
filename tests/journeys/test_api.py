"""Sends and events over the API."""

import json

import pytest

from accounts.actions.api_keys import create_api_key
from accounts.models import AuditEvent
from cxhub.lib.tenancy import tenant
from journeys.models import JourneyEvent, Outreach, Send
from tests.factories.contacts import ContactFactory, reachable
from tests.factories.surveys import LiveSurveyFactory, SurveyFactory

UNKNOWN = "0193b3a0-0000-7000-8000-000000000000"


@pytest.fixture
def caller(client, organisation, channels, alice):
    """Makes functions that call with an API key of their own."""
    return lambda: caller_with_key(client, organisation, alice.user)


@pytest.fixture
def call(caller):
    return caller()


def caller_with_key(client, organisation, created_by):
    _row, key = create_api_key(
        organisation=organisation,
        name="Shop",
        scopes=["sends:read", "sends:write", "contacts:read", "contacts:write", "events:write"],
        created_by=created_by,
    )

    def request(method, path, body=None, **headers):
        response = client.generic(
            method,
            f"/api/v1/{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}", **headers},
        )
        return response.status_code, response.json() if response.content else None

    return request


def body(survey, *people, **changed):
    return {
        "survey": str(survey.pk),
        "channel": "email",
        "contacts": [str(person.pk) for person in people],
        **changed,
    }


def test_a_send_says_who_is_asked_and_why_others_are_not(organisation, call):
    survey = LiveSurveyFactory(organisation=organisation)
    people = [reachable(organisation, 1), ContactFactory(organisation=organisation)]

    status, tried = call("POST", "sends/", body(survey, *people, dry_run=True))
    assert (status, Send.objects.count()) == (200, 0)
    status, started = call("POST", "sends/", body(survey, *people))
    read_status, read = call("GET", f"sends/{started['id']}/")

    expected = {
        "planned": 1,
        "deferred": 0,
        "suppressed": [{"reason": "no_address", "count": 1}],
    }
    assert tried == {"id": None, "state": "dry_run", "is_estimate": False, **expected}
    assert (status, started) == (201, {"id": started["id"], "state": "running", **expected})
    assert (read_status, read["counts"]["planned"], read["counts"]["suppressed"]) == (200, 1, 1)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"survey": UNKNOWN}, (404, "not_found")),
        ({"contacts": [UNKNOWN]}, (404, "not_found")),
        ({"contacts": []}, (400, "empty")),
        ({"channel": "pigeon"}, (400, "invalid_choice")),
        ({"dry_run": "yes"}, (400, "invalid_type")),
        ({"extra": 1}, (400, "unknown_field")),
        ({"contacts": [UNKNOWN] * 1001}, (413, "too_many_items")),
    ],
)
def test_a_send_that_cannot_be_read_is_refused(organisation, call, changed, expected):
    survey = LiveSurveyFactory(organisation=organisation)
    person = reachable(organisation, 1)

    status, problem = call("POST", "sends/", {**body(survey, person), **changed})

    assert (status, problem["code"]) == expected
    assert Send.objects.count() == 0


def test_a_draft_is_not_sent(organisation, call):
    survey = SurveyFactory(organisation=organisation)

    status, problem = call("POST", "sends/", body(survey, reachable(organisation, 1)))

    assert (status, problem["code"]) == (422, "survey_not_live")


def test_what_belongs_to_others_does_not_exist(organisation, other_organisation, call):
    """AB-01: another organisation's survey, contact and send."""
    survey = LiveSurveyFactory(organisation=organisation)
    with tenant(other_organisation.pk):
        theirs = LiveSurveyFactory(organisation=other_organisation)
        stranger = ContactFactory(organisation=other_organisation)
        send = Send.objects.create(
            organisation=other_organisation, survey=theirs, channel_kind="email", name="x"
        )
    person = reachable(organisation, 1)

    assert call("POST", "sends/", body(theirs, person))[0] == 404
    assert call("POST", "sends/", body(survey, person, stranger)) == (
        404,
        call("POST", "sends/", {**body(survey, person), "contacts": [str(person.pk), UNKNOWN]})[1],
    )
    assert Send.objects.count() == 0
    assert call("GET", f"sends/{send.pk}/") == call("GET", f"sends/{UNKNOWN}/")


def test_a_send_is_paused_goes_on_and_stops(organisation, alice, call):
    """Said twice it is done once; what is over is not begun again."""
    survey = LiveSurveyFactory(organisation=organisation)
    _status, sent = call("POST", "sends/", body(survey, reachable(organisation, 1)))
    path = f"sends/{sent['id']}/"

    def become(state):
        status, answer = call("PATCH", path, {"state": state})
        return status, answer.get("code") or answer["state"]

    wishes = ["paused", "paused", "running", "running", "paused", "cancelled", "cancelled"]
    assert [become(state) for state in wishes] == [
        (200, "paused"),
        (200, "paused"),
        (200, "planning"),
        (200, "planning"),
        (200, "paused"),
        (200, "cancelled"),
        (200, "cancelled"),
    ]
    assert become("running") == become("paused") == (409, "wrong_state")
    assert become("done") == (400, "invalid_choice")
    assert call("PATCH", path, {})[1]["errors"][0]["code"] == "required"
    with tenant(organisation.pk):
        acts = AuditEvent.objects.filter(target=sent["id"]).order_by("pk")
        assert list(acts.values_list("action", "actor")) == [
            (f"send.{act}", alice.user.pk) for act in ("paused", "resumed", "paused", "cancelled")
        ]


def test_an_event_is_stored_once(organisation, call):
    event = {
        "type": "order.delivered",
        "occurred_at": "2026-03-14T10:00:00+01:00",
        "contact": {"email": "anna@example.org", "consents": [{"channel": "email"}]},
        "properties": {"order_id": "A-1"},
    }

    first = call("POST", "events/", event)
    second = call("POST", "events/", event)
    other = call("POST", "events/", {**event, "properties": {"order_id": "A-2"}})

    assert first == second
    assert (first[0], other[0]) == (202, 202)
    assert JourneyEvent.objects.count() == 2
    assert Outreach.objects.count() == 0


def test_two_shops_that_number_alike_lose_no_event(organisation, caller):
    """An Idempotency-Key belongs to the API key that sent it."""
    event = {
        "type": "order.delivered",
        "occurred_at": "2026-03-14T10:00:00+01:00",
        "contact": {"email": "anna@example.org"},
    }
    first, second = caller(), caller()
    other = {**event, "type": "order.paid"}

    answers = [
        first("POST", "events/", event, **{"Idempotency-Key": "1"}),
        second("POST", "events/", other, **{"Idempotency-Key": "1"}),
        first("POST", "events/", event, **{"Idempotency-Key": "1"}),
    ]

    assert [status for status, _body in answers] == [202, 202, 202]
    assert answers[0] == answers[2]
    assert sorted(JourneyEvent.objects.values_list("type", flat=True)) == [
        "order.delivered",
        "order.paid",
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "in_the_future"),
        ({"occurred_at": "2026-03-14T10:00:00"}, "no_zone"),
        ({"occurred_at": "yesterday"}, "invalid"),
        ({"type": "Order Delivered"}, "invalid"),
        ({"contact": {"phone": "0899123456"}}, "phone_premium_rate"),
        ({"contact": {"name": "Anna"}}, "identity_required"),
        ({"contact": []}, "invalid_type"),
        ({"contact": {"email": "a@b.example", "x": 1}}, "unknown_field"),
    ],
)
def test_an_event_that_cannot_be_read_is_refused(organisation, call, changed, expected):
    event = {
        "type": "order.delivered",
        "occurred_at": "2026-03-14T10:00:00+01:00",
        "contact": {"email": "anna@example.org"},
    }

    status, problem = call("POST", "events/", {**event, **changed})

    assert (status, problem["code"]) == (400, expected)
    assert JourneyEvent.objects.count() == 0


def test_a_contact_is_created_then_matched(organisation, call):
    details = {
        "external_id": "C-1",
        "email": "Anna@Example.org",
        "phone": "+33639980001",
        "name": "Anna",
        "language": "fr-FR",
        "attributes": {"city": "Rouen"},
        "consents": [{"channel": "sms", "purpose": "survey", "wording": "J’accepte."}],
    }

    created, contact = call("POST", "contacts/", details)
    matched, again = call("POST", "contacts/", {"phone": "+33 6 39 98 00 01"})
    listed = call("GET", "contacts/?search=rouen")[1]
    found = call("GET", "contacts/?search=anna")[1]

    assert (created, matched) == (201, 200)
    assert contact["id"] == again["id"]
    assert contact["email"] == "anna@example.org"
    assert again["channels"] == [
        {"channel": "email", "consent": "unknown", "is_stopped": False},
        {"channel": "sms", "consent": "granted", "is_stopped": False},
    ]
    assert (listed["results"], [one["id"] for one in found["results"]]) == ([], [contact["id"]])
    assert call("GET", f"contacts/{contact['id']}/")[1] == again


@pytest.mark.parametrize("pk", ["0", "-1", "abc", UNKNOWN, UNKNOWN.upper(), f"{{{UNKNOWN}}}"])
def test_an_identifier_that_is_nobodys_is_not_found(call, pk):
    assert call("GET", f"contacts/{pk}/")[0] == 404
