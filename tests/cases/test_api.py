"""Cases for programs."""

import pytest

from accounts.actions.api_keys import create_api_key
from cases.actions.cases import close_case
from cases.models import CaseEvent
from cxhub.lib.tenancy import tenant
from tests.factories.alerts import answered
from tests.factories.cases import CaseFactory
from tests.factories.surveys import LiveSurveyFactory


@pytest.fixture
def survey(organisation):
    return LiveSurveyFactory(organisation=organisation)


@pytest.fixture
def case(survey):
    return CaseFactory(response=answered(survey, 2, name="Ann"))


def key_of(membership, *scopes):
    with tenant(membership.organisation_id):
        _row, key = create_api_key(
            organisation=membership.organisation,
            name="Till",
            scopes=list(scopes),
            created_by=membership.user,
        )
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def headers(alice):
    return key_of(alice, "cases:read", "cases:write")


def post(client, headers, case, gesture, **body):
    return client.post(
        f"/api/v1/cases/{case.pk}/{gesture}/",
        body,
        content_type="application/json",
        headers=headers,
    )


def test_open_cases(client, headers, survey, case, alice):
    closed = CaseFactory(response=answered(survey, 3))
    close_case(case=closed, reason="resolved", note="", actor=alice)

    answer = client.get("/api/v1/cases/", {"state": "open"}, headers=headers).json()

    assert answer["next"] is None
    (found,) = answer["results"]
    assert {
        key: found[key] for key in ("id", "state", "response", "contact", "assignee", "number")
    } == {
        "id": str(case.pk),
        "state": "new",
        "response": str(case.response_id),
        "contact": str(case.contact_id),
        "assignee": None,
        "number": case.number,
    }
    assert found["opened_at"].endswith("Z")


def test_pages_and_states(client, headers, survey):
    numbers = [CaseFactory(response=answered(survey, 2)).number for _ in range(3)]

    first = client.get("/api/v1/cases/", {"limit": "2"}, headers=headers).json()
    second = client.get(first["next"], headers=headers).json()
    closed = client.get("/api/v1/cases/", {"state": "closed"}, headers=headers).json()

    shown = [row["number"] for row in first["results"] + second["results"]]
    assert shown == numbers[::-1]
    assert closed["results"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [({"state": "asleep"}, "invalid_choice"), ({"colour": "red"}, "unknown_field")],
)
def test_a_senseless_filter_is_refused(client, headers, query, code):
    answer = client.get("/api/v1/cases/", query, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_assign_note_and_close(client, headers, case, alice):
    assigned = post(client, headers, case, "assign", assignee=str(alice.pk))
    noted = post(client, headers, case, "notes", text="Called her.")
    closed = post(client, headers, case, "close", reason="gesture", note="Refunded.")

    assert (assigned.status_code, assigned.json()["assignee"]) == (200, str(alice.pk))
    assert (noted.status_code, noted.json()["text"]) == (201, "Called her.")
    assert (closed.json()["state"], closed.json()["close_reason"]) == ("closed", "gesture")
    assert [event.kind for event in CaseEvent.objects.order_by("created_at", "pk")] == [
        "assigned",
        "note",
        "closed",
    ]
    again = post(client, headers, case, "close", reason="gesture")
    assert (again.status_code, again.json()["code"]) == (409, "case_closed")


def test_a_closed_case_is_opened_again_once(client, headers, case, alice):
    close_case(case=case, reason="gesture", note="", actor=alice)

    answers = [post(client, headers, case, "reopen") for _ in range(2)]

    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [
        (200, "new")
    ] * 2
    kinds = CaseEvent.objects.order_by("created_at", "pk").values_list("kind", flat=True)
    assert list(kinds) == ["closed", "reopened"]
    assert post(client, headers, case, "close", reason="resolved").status_code == 200


@pytest.mark.parametrize(
    ("gesture", "body", "code"),
    [
        ("notes", {"text": ""}, "blank"),
        ("notes", {"text": 7}, "invalid_type"),
        ("notes", {"text": "x", "by": "me"}, "unknown_field"),
        ("close", {}, "required"),
        ("close", {"reason": "because"}, "invalid_choice"),
    ],
)
def test_bad_input_changes_nothing(client, headers, case, gesture, body, code):
    answer = post(client, headers, case, gesture, **body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    case.refresh_from_db()
    assert (case.state, case.revision) == ("new", 1)


def test_a_viewer_is_not_assigned(client, headers, case, bob):
    answer = post(client, headers, case, "assign", assignee=str(bob.pk))

    assert (answer.status_code, answer.json()["code"]) == (400, "not_an_agent")


def test_another_organisations_case_does_not_exist(client, charlie, case):
    """AB-01: byte for byte the answer for an id that nobody has."""
    headers = key_of(charlie, "cases:read", "cases:write")

    theirs = client.get(f"/api/v1/cases/{case.pk}/", headers=headers)
    nobodys = client.get("/api/v1/cases/0193b3a0-0000-7000-8000-000000000000/", headers=headers)
    listed = client.get("/api/v1/cases/", headers=headers).json()

    assert theirs.status_code == 404
    assert theirs.content == nobodys.content
    assert listed["results"] == []
    assert post(client, headers, case, "close", reason="resolved").status_code == 404


def test_another_organisations_member_does_not_exist(client, headers, case, charlie):
    """AB-01"""
    nobody = "0193b3a0-0000-7000-8000-000000000000"

    foreign, random = (
        post(client, headers, case, "assign", assignee=pk) for pk in (str(charlie.pk), nobody)
    )

    assert (foreign.status_code, foreign.content) == (404, random.content)
    case.refresh_from_db()
    assert case.assignee_id is None


def test_a_reading_key_cannot_write(client, alice, case):
    """AB-03"""
    headers = key_of(alice, "cases:read")

    answer = post(client, headers, case, "close", reason="resolved")

    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
