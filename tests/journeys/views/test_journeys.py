"""Drawing a journey, through HTTP."""

import re

import pytest
from django.utils import timezone

from journeys.models import Journey, Stage, Touchpoint
from tests.factories.journeys import JourneyFactory, StageFactory, TouchpointFactory
from tests.factories.surveys import LiveSurveyFactory


def address(organisation, rest=""):
    return f"/o/{organisation.slug}/journeys/{rest}"


@pytest.fixture
def touchpoint(organisation):
    journey = JourneyFactory(organisation=organisation, name="Shop")
    stage = StageFactory(journey=journey, name="Receive")
    return TouchpointFactory(stage=stage, name="Delivery")


def details(touchpoint, survey, **changed):
    return {
        "name": "Delivery",
        "stage": str(touchpoint.stage_id),
        "event_type": "order.delivered",
        "delay": "2",
        "unit": "hours",
        "survey": str(survey.pk),
        "channel": "sms",
        "owner": "",
        "is_moment_of_truth": "on",
        **changed,
    }


def test_a_journey_begins_with_five_empty_stages(organisation, alice_client):
    response = alice_client.post(
        address(organisation, "new/"), {"name": "Shop", "template": "blank"}
    )

    journey = Journey.objects.get()
    assert response.headers["Location"] == address(organisation, f"{journey.pk}/")
    assert Stage.objects.filter(journey=journey).count() == 5
    assert Touchpoint.objects.count() == 0


def test_a_touchpoint_is_completed_and_the_journey_goes_live(
    organisation, alice_client, touchpoint
):
    journey = touchpoint.journey
    survey = LiveSurveyFactory(organisation=organisation)
    point = address(organisation, f"{journey.pk}/touchpoints/{touchpoint.pk}/")
    whole = details(touchpoint, survey)

    unfinished = alice_client.post(address(organisation, f"{journey.pk}/publish/"))
    alice_client.post(point, whole | {"survey": ""})
    halved = alice_client.post(address(organisation, f"{journey.pk}/publish/"))
    alice_client.post(point, whole)
    alice_client.post(address(organisation, f"{journey.pk}/publish/"))
    page = alice_client.get(address(organisation, f"{journey.pk}/")).content.decode()

    touchpoint.refresh_from_db()
    journey.refresh_from_db()
    assert unfinished.status_code == 422
    assert "Give at least one touchpoint an event" in unfinished.content.decode()
    assert f'<a href="{point}">Delivery: choose a survey</a>' in halved.content.decode()
    assert (touchpoint.delay_minutes, touchpoint.is_moment_of_truth) == (120, True)
    assert journey.state == "live"
    assert "after 2 hours" in page
    assert "version 1" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "Enter the name of the touchpoint"),
        ({"event_type": "Order Delivered"}, "Use small letters, digits, dots and hyphens"),
        ({"delay": "-1"}, "Enter 0 or more"),
        ({"delay": "400", "unit": "days"}, "Ask within a year of the event"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_saved(
    organisation, alice_client, touchpoint, changed, words
):
    survey = LiveSurveyFactory(organisation=organisation)

    response = alice_client.post(
        address(organisation, f"{touchpoint.journey_id}/touchpoints/{touchpoint.pk}/"),
        details(touchpoint, survey, **changed),
    )

    touchpoint.refresh_from_db()
    assert response.status_code == 422
    assert words in response.content.decode()
    assert touchpoint.event_type == ""


def test_whoever_moves_hears_the_new_place(organisation, alice_client, touchpoint):
    journey = touchpoint.journey
    first = touchpoint.stage
    StageFactory(journey=journey, name="Return", position=first.position + 1)
    map_address = address(organisation, f"{journey.pk}/")

    def said_after(path, gesture):
        alice_client.post(f"{map_address}{path}", {"gesture": gesture})
        page = alice_client.get(map_address).content.decode()
        return re.findall(r'<p role="status">([^<]*)<', page)

    assert said_after(f"stages/{first.pk}/", "down") == ["Stage “Receive” is now 2 of 2"]
    assert said_after(f"touchpoints/{touchpoint.pk}/change/", "up") == [
        "“Delivery” is now 1 of 1 in “Return”"
    ]


def test_what_is_removed_can_be_undone_once_seen(organisation, alice_client, touchpoint):
    change = address(organisation, f"{touchpoint.journey_id}/touchpoints/{touchpoint.pk}/change/")

    alice_client.post(change, {"gesture": "remove"})
    page = alice_client.get(address(organisation, f"{touchpoint.journey_id}/")).content.decode()
    alice_client.post(change, {"gesture": "restore"})

    touchpoint.refresh_from_db()
    assert f'action="{change}"' in page
    assert "Undo" in page
    assert touchpoint.removed_at is None


@pytest.mark.parametrize("removed", ["stage", "touchpoint"])
@pytest.mark.parametrize("moved", ["stage", "touchpoint"])
def test_what_somebody_took_off_the_map_stays_off_it(
    organisation, alice_client, touchpoint, removed, moved
):
    """Another page still shows it, with its buttons."""
    row = {"stage": touchpoint.stage, "touchpoint": touchpoint}
    row[removed].removed_at = timezone.now()
    row[removed].save()
    change = "" if moved == "stage" else "change/"
    gesture = f"{touchpoint.journey_id}/{moved}s/{row[moved].pk}/{change}"

    response = alice_client.post(address(organisation, gesture), {"gesture": "up"})

    row[removed].refresh_from_db()
    assert response.status_code == 302
    assert row[removed].removed_at is not None


def test_a_viewer_reads_the_map_and_changes_nothing(organisation, bob_client, touchpoint):
    journey = touchpoint.journey

    page = bob_client.get(address(organisation, f"{journey.pk}/")).content.decode()
    refused = bob_client.post(address(organisation, f"{journey.pk}/publish/"))

    assert "Delivery" in page
    assert "Publish the journey" not in page
    assert refused.status_code == 403


def test_a_closed_survey_is_offered_only_where_it_is_already(
    organisation, alice_client, touchpoint
):
    closed = LiveSurveyFactory(organisation=organisation, state="closed")
    path = address(organisation, f"{touchpoint.journey_id}/touchpoints/{touchpoint.pk}/")

    before = alice_client.get(path).context["form"].surveys
    Touchpoint.objects.filter(pk=touchpoint.pk).update(survey=closed)
    after = alice_client.get(path).context["form"].surveys

    assert (set(before), set(after)) == (set(), {str(closed.pk)})
