"""What does not exist, and what exists for somebody else, are the same to the byte."""

import json
from urllib.parse import urlencode

import pytest
from django.db import models

from cxhub.lib.ids import uuid7
from cxhub.lib.tenancy import tenant
from tests.api.routes import ITEMS, WRITES, Call, name_of, problem, send
from tests.api.rows import BODIES, make

each_item = pytest.mark.parametrize("call", ITEMS, ids=name_of)

NO_IDS = ["0", "-1", str(2**63), str(10**30), "abc", "null", "undefined", "%20", "..", "*", "é"]
TENANTS = ("organisation", "organisation_id", "tenant")
NOT_SETTABLE = ("id", "created_at", "is_staff", "score_override")


def answered(client, call, name):
    body = json.dumps(BODIES.get(name_of(call), {}))
    response = send(client, call, body, url=call.url(str(name)))
    return response.status_code, dict(response.headers), response.content


def columns(row: models.Model) -> dict:
    return type(row).objects.filter(pk=row.pk).values().get()


@each_item
def test_a_foreign_row_does_not_exist(call, organisation, api, stranger, caplog):
    """AB-01"""
    row = make(call, organisation)
    before = columns(row)

    random_pk = uuid7()
    foreign, random = answered(stranger, call, row.pk), answered(stranger, call, random_pk)

    assert foreign == random
    assert problem(send(stranger, call, json.dumps(BODIES.get(name_of(call), {})))) == (
        404,
        "not_found",
    )
    assert columns(row) == before
    noted = [record.path for record in caplog.records if record.name == "security"]
    assert noted[:2] == [call.url(str(row.pk)), call.url(str(random_pk))]
    assert answered(api, call, row.pk)[0] in {200, 201, 204, 400, 409}


@each_item
def test_what_is_no_id_is_like_an_unknown_one(call, api):
    unknown = answered(api, call, uuid7())

    chosen = NO_IDS if call == ITEMS[0] else NO_IDS[2:5]
    assert [name for name in chosen if answered(api, call, name) != unknown] == []


@each_item
def test_an_id_has_one_spelling(call, organisation, api):
    pk = make(call, organisation).pk
    unknown = answered(api, call, uuid7())
    spellings = [str(pk).upper(), f"{{{pk}}}", pk.hex, f"urn:uuid:{pk}", f"{pk}%20", f"+{pk}"]

    assert {name: answered(api, call, name) == unknown for name in spellings} == dict.fromkeys(
        spellings, True
    )


@each_item
def test_naming_another_organisation_changes_nothing(
    call, organisation, other_organisation, stranger
):
    """AB-02: neither a header nor a query chooses the tenant: the key does."""
    row = make(call, organisation)
    body = json.dumps(BODIES.get(name_of(call), {}))

    for value in (str(organisation.pk), organisation.slug, ""):
        url = f"{call.url(str(row.pk))}?{urlencode(dict.fromkeys(TENANTS, value))}"
        headers = {f"HTTP_X_{name.upper()}": value for name in TENANTS}
        assert problem(send(stranger, call, body, url=url, **headers))[0] in {400, 404}


@pytest.mark.parametrize("call", WRITES, ids=name_of)
def test_a_body_chooses_no_organisation(call, organisation, other_organisation, api):
    """AB-02: nothing, null, zero, a list or another one's name is never "no filter".

    reliability 4.5: nor is anything else taken that only we set.
    """
    names = (*TENANTS, *NOT_SETTABLE)
    body = BODIES.get(name_of(call), {})
    url = call.url(str(make(call, organisation).pk)) if call.has_id else call.url()

    for value in ("", None, 0, [], {}, other_organisation.slug, str(other_organisation.pk)):
        answer = send(api, call, json.dumps({**body, **dict.fromkeys(names, value)}), url=url)
        assert problem(answer)[0] == 400
        at_fault = {(error["path"], error["code"]) for error in answer.json()["errors"]}
        # Each by itself: a name that chose something would not be among them.
        assert at_fault >= {(name, "unknown_field") for name in names}


def test_a_second_deletion_finds_nothing(organisation, api):
    """reliability 4.5: 204, then 404; where nothing can be deleted, 405 and the row stays."""
    deletable = {call.route for call in ITEMS if call.method == "DELETE"}
    for route in {call.route for call in ITEMS}:
        call = Call("DELETE", route, "")
        row = make(call, organisation)
        before = columns(row)

        statuses = [answered(api, call, row.pk)[0] for _ in range(2)]

        assert statuses == ([204, 404] if route in deletable else [405, 405]), route
        assert route in deletable or columns(row) == before


def test_a_list_shows_the_rows_of_one_organisation(organisation, other_organisation, api):
    """AB-01"""
    calls = [call for call in ITEMS if call.method == "GET"]
    for call in calls:
        mine, theirs = make(call, organisation), make(call, other_organisation)
        collection = f"/api/v1/{call.route.split('/')[2]}/"
        with tenant(organisation.pk):
            listed = api.get(collection)
        if listed.status_code == 200:
            ids = {row["id"] for row in listed.json()["results"]}
            assert str(mine.pk) in ids
            assert str(theirs.pk) not in ids
