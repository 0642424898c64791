"""What a person has begun outlives a machine's sheet that comes behind the same link."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from surveys.actions.holding import HELD_FOR
from surveys.actions.releasing import release_response
from surveys.actions.rollups import roll_up
from surveys.models import Response, ScoreRollup
from surveys.queries.answered import BEGUN_FOR
from surveys.tasks import settle_held
from tests.conftest import member
from tests.surveys.responses.browser import chosen, opened, sheet
from tests.surveys.responses.test_doubts import HAND, open_another, press, standing, wait_for

GO_ON = "You had started"


def begin(client, door, **answers):
    """Part of a sheet, saved by a browser with scripts while its person answers."""
    form = opened(client, f"/r/{door.token}")[1]
    saved = client.post(f"/r/{door.token}", {**sheet(form, **answers), **HAND, "partial": "1"})
    assert saved.status_code == 204
    return form


def settle():
    wait_for(HELD_FOR.total_seconds() + 1)
    for _ in range(2):
        settle_held()


def go_on_elsewhere(door, **answers):
    """Another browser finishes what was begun, without being shown it."""
    other, url = Client(), f"/r/{door.token}"
    assert GO_ON in other.get(url).text
    rest, form = opened(other, f"{url}?resume=1")
    assert 'name="answers.q1"' not in rest.text
    return other.post(url, {**sheet(form, **answers), **HAND})


@pytest.mark.parametrize("again", [False, True], ids=["before", "and while it waits"])
def test_what_was_begun_outlives_the_sheet_of_a_machine(client, door, again):
    """AB-19: in the same browser and in every other one, and counts once."""
    begin(client, door, q1="4")
    assert press(Client(), door, 10).status_code == 201
    if again:
        form = begin(client, door, q1="4", q2="Half a sentence")
        assert form["submission_id"] != str(Response.objects.get().submission_id)
    open_another(client, door)
    settle()
    assert standing() == ("quarantined", ["burst"], 0, 0)
    stored = Response.objects.get()
    assert stored.answers == {"q1": 10}

    page, _form = opened(client, f"/r/{door.token}")
    assert (chosen(page), "Half a sentence" in page.text) == (["4"], again)
    sent = go_on_elsewhere(door, q2="All of it")

    assert sent.status_code == 201
    assert standing() == ("completed", [], 1, 1)
    stored = Response.objects.get()
    assert (stored.answers, stored.begun) == ({"q1": 4, "q2": "All of it"}, None)
    roll_up(stored.organisation_id)
    assert [row.counts[4] for row in ScoreRollup.objects.all()] == [1]


def by_clock(response, actor):
    settle()


def by_member(response, actor):
    release_response(response=response, actor=actor)


@pytest.mark.parametrize("count", [by_clock, by_member])
def test_a_sheet_that_counts_takes_the_place_of_what_was_begun(client, organisation, door, count):
    began = begin(client, door, q1="4", q2="Half a sentence")
    press(Client(), door, 10)

    count(Response.objects.get(), member(organisation, "manager").user)

    stored = Response.objects.get()
    assert (stored.state, stored.answers, stored.begun) == ("completed", {"q1": 10}, None)
    assert GO_ON not in client.get(f"/r/{door.token}").text
    late = client.post(f"/r/{door.token}", {**sheet(began, q1="5"), **HAND, "partial": "1"})
    assert (late.status_code, Response.objects.get().begun) == (204, None)


def test_a_person_who_sends_meanwhile_is_heard_at_once(client, door):
    began = begin(client, door, q1="4")
    press(Client(), door, 10)

    sent = client.post(f"/r/{door.token}", {**sheet(began, q1="5"), **HAND})
    settle()

    assert sent.status_code == 201
    assert standing() == ("completed", [], 1, 1)
    stored = Response.objects.get()
    assert (stored.answers, stored.begun) == ({"q1": 5}, None)


def test_what_begins_after_a_machine_is_kept_for_a_week(client, door):
    """The link's place is taken by a sheet that took the trap; its own late save is none."""
    machine = Client()
    form = opened(machine, f"/r/{door.token}")[1]
    machine.post(f"/r/{door.token}", {**sheet(form, q1="10"), "leave_empty": "x"})
    machine.post(f"/r/{door.token}", {**sheet(form, q1="9"), "js": "1", "partial": "1"})
    assert Response.objects.get().begun is None

    begin(client, door, q1="4")

    assert standing() == ("quarantined", ["trap"], 0, 0)
    assert GO_ON in Client().get(f"/r/{door.token}").text
    stored = Response.objects.get()
    stored.begun["at"] = (timezone.now() - BEGUN_FOR - timedelta(hours=1)).isoformat()
    stored.save(update_fields=["begun"])
    assert GO_ON not in Client().get(f"/r/{door.token}").text
    rest = Client().get(f"/r/{door.token}?resume=1")
    assert 'name="answers.q1"' in rest.text
