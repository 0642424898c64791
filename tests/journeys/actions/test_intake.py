"""Events of the customer's business, and what journeys ask because of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from channels_out.actions.channels import create_channel
from channels_out.models import Message
from contacts.actions.contacts import ConsentGiven, ContactDetails, upsert_contact
from contacts.models import Contact
from journeys.actions import mapping
from journeys.actions.intake import record_event
from journeys.actions.sending import send_outreach
from journeys.exceptions import EventInTheFuture, NotPublishable
from journeys.models import JourneyEvent, JourneyRun, JourneyVersion, Outreach, Stage, Touchpoint
from journeys.queries.maps import drawn
from surveys.models import Invitation
from tests.factories.accounts import PlaceFactory
from tests.factories.surveys import LiveSurveyFactory, SurveyFactory

ANNA = ContactDetails(email="anna@example.org", consents=[ConsentGiven("email", "survey", "Yes.")])


@pytest.fixture
def journey(organisation):
    create_channel(
        organisation=organisation,
        kind="email",
        provider="simulator",
        name="Mail",
        sender="Shop <shop@shop.test>",
    )
    journey = mapping.create_journey(
        organisation=organisation, name="Shop", template="blank", created_by=None
    )
    stage = Stage.objects.filter(journey=journey).last()
    mapping.save_touchpoint(
        stage=stage,
        touchpoint=None,
        details=mapping.TouchpointDetails(
            name="Delivery",
            event_type="order.delivered",
            delay_minutes=120,
            survey=LiveSurveyFactory(organisation=organisation),
            channel_kind="email",
            is_moment_of_truth=True,
        ),
    )
    mapping.publish_journey(journey=journey)
    return journey


def deliver(organisation, **changed):
    return record_event(
        organisation=organisation,
        **{
            "type": "order.delivered",
            "occurred_at": timezone.now(),
            "details": ANNA,
            "properties": {"order_id": "A-1"},
            **changed,
        },
    )


def test_an_event_is_asked_about_after_the_delay(organisation, journey):
    PlaceFactory(organisation=organisation, name="Rouen")
    occurred_at = timezone.now()

    event, is_new = deliver(
        organisation, occurred_at=occurred_at, properties={"place": "rouen", "order_id": "A-1"}
    )
    early = send_outreach(organisation_id=organisation.pk)
    outreach = Outreach.objects.get()
    Outreach.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    send_outreach(organisation_id=organisation.pk)

    assert (is_new, early) == (True, 0)
    assert (outreach.state, outreach.due_at) == ("planned", occurred_at + timedelta(hours=2))
    assert outreach.journey_event == event
    assert Message.objects.get().to == "anna@example.org"
    assert Invitation.objects.get().place.name == "Rouen"
    assert JourneyRun.objects.get().contact == event.contact


def test_the_same_event_twice_is_one(organisation, journey):
    occurred_at = timezone.now()

    first = deliver(organisation, occurred_at=occurred_at)
    second = deliver(organisation, occurred_at=occurred_at)
    other = deliver(organisation, occurred_at=occurred_at, properties={"order_id": "A-2"})

    assert (first[0], second) == (second[0], (first[0], False))
    assert other[1] is True
    assert JourneyEvent.objects.count() == 2
    assert Outreach.objects.filter(state="planned").count() == 1


def test_an_event_with_another_property_is_another_event(organisation, journey):
    occurred_at = timezone.now()

    told = [
        deliver(organisation, occurred_at=occurred_at, properties={"order_id": "A-1", "part": part})
        for part in (1, 2, 1)
    ]

    assert [is_new for _event, is_new in told] == [True, True, False]
    assert told[0][0] == told[2][0]


def test_a_late_repetition_does_not_bring_old_details_back(organisation, journey):
    """The shop repeats an event of before the customer changed his name."""
    occurred_at = timezone.now()
    details = ContactDetails(email="anna@example.org", name="Anna Old", language="en")
    first, _is_new = deliver(organisation, occurred_at=occurred_at, details=details)
    upsert_contact(
        organisation=organisation,
        details=ContactDetails(email="anna@example.org", name="Anna New", language="fr"),
        source="api",
    )

    again = deliver(organisation, occurred_at=occurred_at, details=details)

    contact = Contact.objects.get()
    assert again == (first, False)
    assert (contact.name, contact.language) == ("Anna New", "fr")


def test_consent_is_looked_at_again_when_the_question_is_due(organisation, journey):
    """AB-39: no consent, no question; the reason is kept."""
    deliver(organisation, details=ContactDetails(email="nobody@example.org"))

    assert Outreach.objects.values_list("state", "reason").get() == ("suppressed", "no_consent")


def test_an_event_long_ago_is_too_late(organisation, journey):
    deliver(organisation, occurred_at=timezone.now() - timedelta(days=10))

    assert Outreach.objects.values_list("state", "reason").get() == ("suppressed", "expired")


def test_what_has_not_happened_is_no_event(organisation, journey):
    with pytest.raises(EventInTheFuture):
        deliver(organisation, occurred_at=timezone.now() + timedelta(hours=1))


def test_other_events_ask_nothing(organisation, journey):
    deliver(organisation, type="order.paid")

    assert Outreach.objects.count() == 0


def test_a_paused_journey_asks_nobody_and_goes_on_later(organisation, journey):
    deliver(organisation)
    Outreach.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    mapping.pause_journey(journey=journey)

    paused = send_outreach(organisation_id=organisation.pk)
    deliver(organisation, properties={"order_id": "A-2"})
    mapping.publish_journey(journey=journey)
    resumed = send_outreach(organisation_id=organisation.pk)

    assert (paused, resumed) == (0, 1)
    assert Outreach.objects.count() == 1
    assert JourneyVersion.objects.count() == 1


def test_a_changed_map_becomes_the_next_version(organisation, journey):
    mapping.add_stage(journey=journey, name="Again")

    version = mapping.publish_journey(journey=journey)

    assert version.number == 2
    assert [stage["name"] for stage in version.definition["stages"]][-1] == "Again"


def test_a_customer_on_his_way_is_asked_at_a_touchpoint_that_was_added_since(organisation, journey):
    deliver(organisation)
    point = mapping.save_touchpoint(
        stage=Stage.objects.filter(journey=journey).first(),
        touchpoint=None,
        details=mapping.TouchpointDetails(
            name="Payment",
            event_type="order.paid",
            survey=LiveSurveyFactory(organisation=organisation),
            channel_kind="email",
        ),
    )
    version = mapping.publish_journey(journey=journey)

    deliver(organisation, type="order.paid")

    assert Outreach.objects.get(touchpoint=point).state == "planned"
    assert JourneyRun.objects.get().version == version


def test_a_map_that_asks_nothing_is_not_published(organisation):
    journey = mapping.create_journey(
        organisation=organisation, name="Shop", template="shop", created_by=None
    )
    with pytest.raises(NotPublishable) as caught:
        mapping.publish_journey(journey=journey)
    draft = SurveyFactory(organisation=organisation)
    Touchpoint.objects.exclude(event_type="").update(survey=draft)
    with pytest.raises(NotPublishable) as with_draft:
        mapping.publish_journey(journey=journey)

    assert {problem.code for problem in caught.value.problems} == {"no_survey"}
    assert {problem.code for problem in with_draft.value.problems} == {"survey_not_live"}


def names(organisation, journey):
    return [
        (row.stage.name, [point.name for point in row.touchpoints])
        for row in drawn(organisation, journey)
    ]


def test_touchpoints_move_within_and_across_stages(organisation):
    journey = mapping.create_journey(
        organisation=organisation, name="Shop", template="blank", created_by=None
    )
    first, second = Stage.objects.filter(journey=journey)[:2]
    points = {
        name: mapping.save_touchpoint(
            stage=first, touchpoint=None, details=mapping.TouchpointDetails(name=name)
        )
        for name in ("a", "b")
    }

    mapping.move_touchpoint(touchpoint=points["b"], direction="up")
    within = names(organisation, journey)[0][1]
    mapping.move_touchpoint(touchpoint=Touchpoint.objects.get(name="a"), direction="down")
    across = names(organisation, journey)[:2]
    mapping.move_stage(stage=second, direction="up")

    assert within == ["b", "a"]
    assert [row[1] for row in across] == [["b"], ["a"]]
    assert [row[1] for row in names(organisation, journey)[:2]] == [["a"], ["b"]]


def test_what_is_removed_comes_back(organisation):
    journey = mapping.create_journey(
        organisation=organisation, name="Shop", template="shop", created_by=None
    )
    before = names(organisation, journey)
    stage = Stage.objects.filter(journey=journey).first()
    point = Touchpoint.objects.filter(journey=journey).last()

    mapping.remove_stage(stage=stage)
    mapping.remove_touchpoint(touchpoint=point)
    without = names(organisation, journey)
    mapping.restore_stage(stage=stage)
    mapping.restore_touchpoint(touchpoint=point)

    assert len(without) == len(before) - 1
    assert names(organisation, journey) == before
