"""Many contacts in one call (reliability 4.5): one outcome for each, or all or none."""

import pytest

from accounts.keys import BULK_LIMIT
from contacts.models import ConsentEvent, Contact
from cxhub.lib.tenancy import tenant
from tests.api.conftest import client_with, key_for
from tests.api.routes import problem

URL = "/api/v1/contacts/bulk/"
BAD = {
    "no identity": ({"name": "Léa"}, 400, "identity_required"),
    "email": ({"email": "a@@b"}, 400, "email_invalid"),
    "premium number": ({"phone": "+33 8 99 12 34 56"}, 400, "phone_premium_rate"),
    "unknown field": ({"external_id": "x", "is_staff": True}, 400, "unknown_field"),
    "type": ({"external_id": 5}, 400, "invalid_type"),
    "no object": ("C-1", 400, "invalid_type"),
    "null": (None, 400, "null"),
    "list": ([], 400, "invalid_type"),
}


@pytest.fixture(autouse=True)
def _fresh_limit():
    BULK_LIMIT.forget()


@pytest.fixture
def api(organisation):
    return client_with(key_for(organisation)[1])


def customers(count, start=0):
    return [
        {"external_id": f"C-{number}", "email": f"c{number}@example.org"}
        for number in range(start, start + count)
    ]


def post(api, contacts, **more):
    return api.post(URL, {"contacts": contacts, **more}, format="json")


def figures(answer):
    body = answer.json()
    return [answer.status_code, body["created"], body["matched"], body["refused"]]


def test_all_are_taken_and_found_again(api):
    first, again = post(api, customers(3)), post(api, customers(4))

    assert (figures(first), figures(again)) == ([200, 3, 0, 0], [200, 1, 3, 0])
    ids = [row["id"] for row in first.json()["results"]]
    assert [row["id"] for row in again.json()["results"]][:3] == ids
    assert [row["status"] for row in again.json()["results"]] == [200, 200, 200, 201]


def test_each_bad_one_among_a_hundred_is_told_in_its_place(api):
    sent = customers(100)
    places = range(17, 17 + 9 * len(BAD), 9)
    for place, (bad, _status, _code) in zip(places, BAD.values(), strict=True):
        sent[place] = bad

    answer = post(api, sent)

    assert figures(answer) == [207, 100 - len(BAD), 0, len(BAD)]
    rows = answer.json()["results"]
    told = {place: row for place, row in enumerate(rows) if row["status"] != 201}
    assert [(row["status"], row["id"], row["code"]) for row in told.values()] == [
        (status, None, code) for _bad, status, code in BAD.values()
    ]
    assert list(told) == list(places)
    assert all(row["detail"] for row in told.values())
    assert Contact.objects.count() == 100 - len(BAD)


@pytest.mark.parametrize(("bad", "status", "code"), BAD.values(), ids=BAD)
def test_one_bad_refuses_all_where_all_or_none_is_wanted(api, bad, status, code):
    sent = customers(9)
    sent[7] = bad

    answer = post(api, sent, atomic=True)

    assert problem(answer) == (status, code)
    assert [error["path"].split(".")[:2] for error in answer.json()["errors"]] == [
        ["contacts", "7"]
    ]
    assert Contact.objects.count() == 0


def test_the_last_of_a_hundred_refuses_all(api):
    answer = post(api, [*customers(99), {"name": "nobody"}], atomic=True)

    assert problem(answer) == (400, "identity_required")
    assert Contact.objects.count() == 0


def test_all_or_none_takes_all(api):
    assert figures(post(api, customers(100), atomic=True)) == [200, 100, 0, 0]


def test_every_fault_is_told_at_once(api):
    sent = [{"email": "a@@b"}, *customers(1), {"name": "nobody"}]

    answer = post(api, sent, atomic=True)

    assert [(error["path"], error["code"]) for error in answer.json()["errors"]] == [
        ("contacts.0.email", "invalid"),
        ("contacts.2", "identity_required"),
    ]


def test_a_contact_that_comes_twice_is_one(api):
    answer = post(api, [{"email": "lea@example.org"}, {"email": "LEA@example.org", "name": "Léa"}])

    assert figures(answer) == [200, 1, 1, 0]
    assert Contact.objects.get().name == "Léa"


def test_an_identity_of_somebody_else_is_a_conflict_of_that_item_alone(api):
    post(api, [{"external_id": "A"}, {"external_id": "B", "email": "b@example.org"}])

    answer = post(api, [{"external_id": "A", "email": "b@example.org"}, {"external_id": "D"}])

    assert figures(answer) == [207, 1, 0, 1]
    assert [row["code"] for row in answer.json()["results"]] == ["ambiguous_contact", None]


def test_a_refused_item_leaves_nothing_behind(api):
    """Its name was written before its attributes were refused."""
    post(api, [{"external_id": "A", "name": "Before"}])

    answer = post(
        api,
        [
            {
                "external_id": "A",
                "name": "After",
                "consents": [{"channel": "email", "wording": "Yes"}],
                "attributes": {"x": [1]},
            }
        ],
    )

    assert answer.json()["results"][0]["code"] == "attributes_not_flat"
    assert Contact.objects.get().name == "Before"
    assert ConsentEvent.objects.count() == 0


def test_1001_are_too_many_and_1000_are_not(api):
    too_many = post(api, customers(1_001))
    allowed = post(api, [{}] * 1_000)

    assert problem(too_many) == (413, "too_many_items")
    assert figures(allowed) == [207, 0, 0, 1_000]
    assert Contact.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({"contacts": []}, "empty"),
        ({"contacts": {}}, "invalid_type"),
        ({"contacts": [{}], "atomic": 1}, "invalid_type"),
        ({"contacts": [{}], "organisation": ""}, "unknown_field"),
    ],
)
def test_a_wrong_shape_is_refused(api, body, code):
    assert problem(api.post(URL, body, format="json")) == (400, code)


def test_a_repetition_with_its_key_is_answered_as_the_first(api):
    """AB-53"""
    sent = {"contacts": [*customers(2), {"name": "nobody"}]}

    answers = [api.post(URL, sent, format="json", HTTP_IDEMPOTENCY_KEY="k") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [207, 207]
    assert answers[0].content == answers[1].content
    assert answers[1].headers["Idempotency-Replayed"] == "true"


def test_another_organisations_contacts_are_not_matched(api, other_organisation):
    """AB-01"""
    stranger = client_with(key_for(other_organisation)[1])
    ours = post(api, customers(2)).json()["results"]

    theirs = post(stranger, customers(2))

    assert figures(theirs) == [200, 2, 0, 0]
    assert not {row["id"] for row in ours} & {row["id"] for row in theirs.json()["results"]}
    with tenant(other_organisation.pk):
        assert Contact.objects.within(other_organisation).count() == 2


def test_what_is_refused_is_told_in_the_clients_language(api):
    answer = api.post(URL, {"contacts": [{}]}, format="json", HTTP_ACCEPT_LANGUAGE="fr")

    assert answer.json()["results"][0]["detail"].startswith("Envoyez")


def test_the_eleventh_in_a_minute_is_refused(mid_minute, api):
    statuses = [post(api, customers(1)).status_code for _ in range(11)]

    assert statuses == [200] * 10 + [429]
