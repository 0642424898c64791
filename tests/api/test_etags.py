"""A change that was decided on an old reading is refused (reliability 4.5, D-API-3)."""

import json
import threading

import pytest
from django.db import connections

from cxhub.lib.tenancy import tenant
from surveys.models import Survey
from tests.api.conftest import client_with, key_for
from tests.api.routes import CALLS, GUARDED, ROOT, WRITES, name_of, problem, send
from tests.api.rows import BODIES, make
from tests.api.test_ids import columns
from tests.factories.accounts import OrganisationFactory
from tests.factories.surveys import LiveSurveyFactory, SurveyFactory

CHANGES = [call for call in GUARDED if call.method != "GET"]
each_change = pytest.mark.parametrize("call", CHANGES, ids=name_of)
STALE = ['"1"', '"0"', 'W/"x"', "nonsense", '"a", "b"', "", ",", '"' + "9" * 400 + '"']


def item_of(call, row) -> str:
    """Where the row of a call is read."""
    return f"{ROOT}{call.route.split('/')[2]}/{row.pk}/"


def change(client, call, row, **headers):
    body = json.dumps(BODIES.get(name_of(call), {}))
    return send(client, call, body, url=call.url(str(row.pk)), **headers)


def test_what_can_be_edited_is_guarded():
    assert {call for call in WRITES if call.method in {"PATCH", "PUT"}} <= set(CHANGES)
    assert {name_of(call) for call in CHANGES} >= {
        "POST surveys/<str:pk>/publish/",
        "POST cases/<str:pk>/assign/",
        "POST cases/<str:pk>/close/",
        "POST cases/<str:pk>/reopen/",
    }


@each_change
def test_a_stale_reading_changes_nothing(call, organisation, api):
    row = make(call, organisation)
    tag = api.get(item_of(call, row)).headers["ETag"]
    before = columns(row)

    for stale in STALE:
        refused = change(api, call, row, HTTP_IF_MATCH=stale)
        assert problem(refused) == (412, "version_conflict"), stale
        assert refused.headers["ETag"] == tag
    assert columns(row) == before


@each_change
@pytest.mark.parametrize("form", ["%s", "W/%s", '"other", %s', "*"])
def test_a_fresh_reading_is_enough(call, form, organisation, api):
    row = make(call, organisation)
    tag = api.get(item_of(call, row)).headers["ETag"]

    changed = change(api, call, row, HTTP_IF_MATCH=form.replace("%s", tag))

    assert changed.status_code == 200


@each_change
def test_a_refusal_speaks_the_clients_language(call, organisation, api):
    refused = change(
        api, call, make(call, organisation), HTTP_IF_MATCH='"1"', HTTP_ACCEPT_LANGUAGE="fr"
    )

    assert refused.json()["detail"].startswith("L’élément a été modifié entre-temps")


@each_change
def test_a_foreign_row_is_not_found_whatever_was_read(call, organisation, stranger):
    """AB-01: 404 comes before 412."""
    assert problem(change(stranger, call, make(call, organisation), HTTP_IF_MATCH='"1"')) == (
        404,
        "not_found",
    )


def test_every_change_gives_another_tag(organisation, api):
    survey = LiveSurveyFactory(organisation=organisation)
    url = f"{ROOT}surveys/{survey.pk}/"
    changes = [{"name": "Other"}, {"status": "paused"}, {"status": "live"}]

    tags = [api.get(url).headers["ETag"]]
    tags += [api.patch(url, body, format="json").headers["ETag"] for body in changes]

    assert len(set(tags)) == 4
    assert api.get(url).headers["ETag"] == tags[-1]


def test_a_state_decided_on_an_old_reading_is_refused(organisation, api):
    survey = LiveSurveyFactory(organisation=organisation)
    url = f"{ROOT}surveys/{survey.pk}/"
    read = api.get(url).headers["ETag"]
    api.patch(url, {"status": "closed"}, format="json")

    refused = api.patch(url, {"status": "live"}, format="json", HTTP_IF_MATCH=read)

    assert problem(refused) == (412, "version_conflict")
    assert Survey.objects.get().state == "closed"


def test_what_cannot_be_changed_has_no_tag(api):
    calls = [call for call in CALLS if call.method == "GET" and not call.is_guarded]

    assert [name_of(call) for call in calls if "ETag" in send(api, call).headers] == []


@pytest.mark.slow  # four real connections
def test_of_four_with_the_same_reading_one_writes(committed):
    organisation = OrganisationFactory()
    text = key_for(organisation)[1]
    with tenant(organisation.pk):
        survey = SurveyFactory(organisation=organisation)
    url = f"{ROOT}surveys/{survey.pk}/"
    read = client_with(text).get(url).headers["ETag"]
    start, statuses = threading.Barrier(4), []

    def rename(number):
        start.wait()
        body = {"name": f"Name {number}"}
        answer = client_with(text).patch(url, body, format="json", HTTP_IF_MATCH=read)
        statuses.append(answer.status_code)
        connections.close_all()

    threads = [threading.Thread(target=rename, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 412, 412, 412]
