"""Who sent it, a person or a machine: what is set aside, and what counts after a moment."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from alerts.tasks import evaluate_response
from cases.models import Case
from cases.queries.cases import thread
from channels_out.models import Message
from cxhub.lib.scanners import scanner_networks
from events.models import DomainEvent
from surveys.actions import holding
from surveys.actions.doubts import PERSON, Signs, doubt_of
from surveys.actions.holding import HELD_FOR
from surveys.actions.releasing import release_response
from surveys.actions.rollups import roll_up
from surveys.actions.visits import Seen
from surveys.models import Response, Score, ScoreRollup
from surveys.tasks import settle_held
from tests.conftest import member
from tests.factories.channels_out import MessageFactory
from tests.factories.contacts import ContactFactory
from tests.factories.journeys import OutreachFactory
from tests.factories.visits import count_visits
from tests.lib.test_scanners import CHROME
from tests.surveys.responses.browser import fields, opened, post_json, sheet
from tests.surveys.responses.conftest import invite

HAND = {"js": "1", "human": "1"}
NOTE = {"q1": 9}


@pytest.mark.parametrize(
    ("signs", "answers", "doubt"),
    [
        (PERSON, NOTE, ""),
        (Signs(), NOTE, ""),
        (Signs(has_script=True), NOTE, "no_gesture"),
        (Signs(took_trap=True, has_script=True), NOTE, "trap"),
        (Signs(took_trap=True, is_by_hand=True), NOTE, ""),
        (Signs(is_from_scanner=True, is_by_hand=True), NOTE, "network"),
        (Signs(note="9"), NOTE, "held"),
        (Signs(note="9", is_by_hand=True), NOTE, ""),
        (Signs(note="9"), {"q1": 7}, ""),
        (Signs(note="9"), {**NOTE, "q2": "Words"}, ""),
        (Signs(note="9"), {}, ""),
    ],
)
def test_what_an_answer_brings_with_it_tells_who_sent_it(signs, answers, doubt):
    """AB-19"""
    assert doubt_of(signs, answers, "q1") == doubt


@pytest.mark.parametrize("text", ["mail", "198.51.100.7/24", "0.0.0.0/0", "2001:db8::/96"])
def test_a_setting_that_is_no_network_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured, match="SCANNER_NETWORKS: "):
        scanner_networks(["192.0.2.0/24", text])


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("198.51.100.7", "quarantined"),
        ("2001:db8:0:1::7", "quarantined"),
        ("203.0.113.7", "completed"),
    ],
)
@pytest.mark.parametrize("way", ["form", "json", "public"])
def test_what_a_known_scanner_sends_is_set_aside_at_every_door(
    client, door, collector, settings, address, state, way
):
    settings.SCANNER_NETWORKS = scanner_networks(["198.51.100.0/24", " 2001:db8::/48", ""])
    url = f"/s/{collector.code}" if way == "public" else f"/r/{door.token}"
    client.defaults["REMOTE_ADDR"] = address

    if way == "json":
        body = {"submission_id": str(uuid4()), "answers": NOTE, "js": True, "human": True}
        sent = post_json(client, url, body)
    else:
        sent = client.post(url, {**sheet(opened(client, url)[1], q1="9"), **HAND})

    stored = Response.objects.get()
    assert (sent.status_code, stored.state) == (201, state)
    assert ("network" in stored.flags) is (state == "quarantined")


# --- A form that nobody touched -------------------------------------------------------------


def press(client, door, score):
    """The button of a rating link's page, and nothing else; without a script."""
    url = f"/r/{door.token}?score={score}"
    _page, form = opened(client, url)
    assert form["chosen"] == str(score)
    return client.post(url, sheet(form, q1=str(score)))


def wait_for(seconds):
    """Let so much time have passed since the answers came."""
    for row in Response.objects.all():
        ago = timedelta(seconds=seconds)
        Response.objects.filter(pk=row.pk).update(
            answered_at=row.answered_at - ago, started_at=row.started_at - ago
        )


def standing():
    """State and reasons of the one response, and what it counts for."""
    response = Response.objects.get()
    events = DomainEvent.objects.filter(kind="response.completed").count()
    reasons = [flag for flag in response.flags if flag != "suspect"]
    return response.state, reasons, Score.objects.count(), events


def open_another(client, door):
    """What the counter of visits hands over a moment later."""
    at = timezone.now().timestamp() - HELD_FOR.total_seconds() + 2
    count_visits([Seen(door.token, "203.0.113.9", "GET", CHROME, "", "score=3", at)])


def open_another_long_before(client, door):
    at = timezone.now().timestamp() - 3600
    count_visits([Seen(door.token, "203.0.113.9", "GET", CHROME, "", "score=3", at)])


def press_another(client, door):
    refused = press(client, door, 3)
    assert refused.status_code in {200, 409}


def press_again(client, door):
    press(client, door, 9)


def deliver(ago):
    def send(client, door):
        """The message that carried the link left so many seconds before the answer."""
        sent_at = Response.objects.get().answered_at - HELD_FOR - timedelta(seconds=ago)
        invitation = door.invitation
        contact = ContactFactory(organisation_id=invitation.organisation_id)
        message = MessageFactory(
            organisation=contact.organisation,
            state="delivered",
            sent_at=sent_at,
            settled_at=sent_at,
        )
        OutreachFactory(
            contact=contact, survey=invitation.survey, invitation=invitation, message=message
        )

    return send


@pytest.mark.parametrize(
    ("happens", "state", "reasons"),
    [
        (None, "completed", []),
        (open_another, "quarantined", ["burst"]),
        (open_another_long_before, "completed", []),
        (press_another, "quarantined", ["burst"]),
        (press_again, "completed", []),
        (deliver(2), "quarantined", ["too_soon"]),
        (deliver(20), "completed", []),
    ],
)
def test_a_form_that_nobody_touched_waits_for_other_clicks(client, door, happens, state, reasons):
    """AB-18, AB-19"""
    assert press(client, door, 9).status_code == 201
    assert standing() == ("quarantined", ["held"], 0, 0)
    settle_held()
    assert standing() == ("quarantined", ["held"], 0, 0)
    at = Response.objects.get().answered_at

    if happens:
        happens(client, door)
    wait_for(HELD_FOR.total_seconds() + 1)
    for _ in range(2):
        settle_held()

    counted = int(state == "completed")
    assert standing() == (state, reasons, counted, counted)
    stored = Response.objects.select_related("invitation").get()
    assert stored.answered_at == at - HELD_FOR - timedelta(seconds=1)
    assert stored.invitation.completed_at == (stored.answered_at if counted else None)
    roll_up(stored.organisation_id)
    assert [row.counts[9] for row in ScoreRollup.objects.all()] == [1] * counted


def test_while_the_message_leaves_nobody_knows_whether_it_was_too_soon(client, door):
    """AB-18: a slow mail server has taken it, and its chunk is not written down yet."""
    press(client, door, 9)
    deliver(2)(client, door)
    took = Message.objects.values_list("sent_at", flat=True).get()
    Message.objects.update(state="sending", sent_at=None, settled_at=None)
    wait_for(HELD_FOR.total_seconds())
    settle_held()
    assert standing() == ("quarantined", ["held"], 0, 0)

    Message.objects.update(state="accepted", sent_at=took)
    settle_held()

    assert standing() == ("quarantined", ["too_soon"], 0, 0)


@pytest.mark.parametrize(
    ("opened_before", "state"), [(5, "completed"), (5_400, "completed"), (3_590, "quarantined")]
)
def test_a_burst_of_another_hour_says_nothing_about_what_is_sent_now(
    client, door, opened_before, state
):
    """AB-18: a person had begun then, or left the page open over it; unless it came with it."""
    url = f"/r/{door.token}"
    begun = {**sheet(opened(client, url)[1], q1="4"), **HAND, "partial": "1"}
    client.post(url, begun)
    wait_for(3_600 + 20)
    open_another_long_before(client, door)
    press(Client(), door, 9)
    row = Response.objects.get()
    Response.objects.update(started_at=row.started_at - timedelta(seconds=opened_before))

    wait_for(HELD_FOR.total_seconds())
    settle_held()

    assert Response.objects.get().state == state


@pytest.mark.parametrize(
    "more", [{"answers.q2": "Words"}, {"answers.q1": "7"}, HAND], ids=["words", "other", "hand"]
)
def test_whoever_does_anything_on_the_page_counts_at_once(client, door, more):
    """AB-19: also seconds after other links of the message were opened, and one was sent."""
    press(client, door, 3)
    open_another(client, door)
    url = f"/r/{door.token}?score=9"

    sent = client.post(url, {**sheet(opened(client, url)[1], q1="9"), **more})

    assert sent.status_code == 201
    assert standing() == ("completed", [], 1, 1)
    settle_held()
    assert standing() == ("completed", [], 1, 1)


def test_an_open_link_has_no_message_whose_links_a_machine_presses(client, collector):
    url = f"/s/{collector.code}?score=9"

    client.post(url, sheet(opened(client, url)[1], q1="9"))

    assert Response.objects.get().state == "completed"


def test_one_that_cannot_be_decided_keeps_none_that_came_after_it(client, survey, monkeypatch):
    monkeypatch.setattr(holding, "BATCH", 1)
    for score in (9, 8):
        press(client, invite(survey), score)
    wait_for(60)
    bad = Response.objects.earliest("pk")
    Response.objects.filter(pk=bad.pk).update(answers={"q1": [9]})

    for _ in range(2):
        settle_held()

    assert [row.state for row in Response.objects.order_by("pk")] == ["quarantined", "completed"]
    assert [score.value for score in Score.objects.all()] == [8]


def test_a_member_may_let_it_count_before_and_the_clock_does_not_again(client, organisation, door):
    press(client, door, 9)
    actor = member(organisation, "manager").user

    for _ in range(2):
        release_response(response=Response.objects.get(), actor=actor)
    wait_for(60)
    settle_held()

    assert standing() == ("completed", ["released"], 1, 1)


def count_later(client, door, actor):
    wait_for(60)
    settle_held()


def count_by_member(client, door, actor):
    release_response(response=Response.objects.get(), actor=actor)


def confirm_by_hand(client, door, actor):
    url = f"/r/{door.token}"
    client.post(url, {**sheet(opened(client, url)[1], q1="2"), **HAND})


@pytest.mark.parametrize("count", [count_later, count_by_member, confirm_by_hand])
def test_the_wish_to_be_called_waits_with_its_answer(client, organisation, survey, count):
    """It is told once, in its language, by the event that completes the answer."""
    door, actor = invite(survey, language="fr"), member(organisation, "manager").user
    form = fields(press(client, door, 2).text)

    asked = client.post(f"/r/{door.token}", {**form, "callback": "1", "way": "lea@example.org"})

    assert asked.status_code == 200
    assert not DomainEvent.objects.filter(kind__startswith="response.").exists()
    count(client, door, actor)
    event = DomainEvent.objects.get(kind__startswith="response.")
    for _ in range(2):
        evaluate_response(str(organisation.pk), [str(event.pk)])
    (said,) = [event for event in thread(Case.objects.get()) if event.kind == "callback"]
    assert (said.text, said.detail["wording"][:14]) == ("lea@example.org", "En le demandan")


def test_a_machine_does_not_write_over_what_a_person_has_begun(client, door):
    """AB-19"""
    url = f"/r/{door.token}"
    begun = {**sheet(opened(client, url)[1], q1="4", q2="Half a sentence"), **HAND, "partial": "1"}
    client.post(url, begun)

    machine, link = Client(), f"{url}?score=10"
    machine.post(link, {**sheet(opened(machine, link)[1], q1="10"), "js": "1"})

    assert (Response.objects.get().state, Response.objects.get().answers["q1"]) == ("partial", 4)
