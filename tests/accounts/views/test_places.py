"""The places' pages: adding, changing, putting away and bringing back."""

import pytest
from django.test import Client

from accounts.models import AuditEvent, Place
from events.models import DomainEvent
from surveys.actions.rollups import roll_up
from surveys.models import Collector
from surveys.queries.openings import opening_of_code
from tests.factories.accounts import PlaceFactory
from tests.factories.surveys import (
    CollectorFactory,
    LiveSurveyFactory,
    ResponseFactory,
    ScoreFactory,
)

ROUEN = {"name": "Rouen", "code": "R-1", "city": "Rouen", "timezone": ""}


@pytest.fixture
def home(organisation):
    return f"/o/{organisation.slug}/settings/places/"


@pytest.fixture
def rouen(organisation):
    return PlaceFactory(organisation=organisation, **ROUEN)


@pytest.fixture
def survey(organisation):
    return LiveSurveyFactory(organisation=organisation, name="Checkout")


def acts(organisation):
    rows = AuditEvent.objects.within(organisation).filter(action__startswith="place.")
    return list(rows.order_by("created_at", "pk").values_list("action", flat=True))


def test_a_place_is_added_once_and_brought_back_by_its_name(organisation, alice_client, home):
    for _click in range(2):
        alice_client.post(home, ROUEN)
    place = Place.objects.get()
    alice_client.post(f"{home}{place.pk}/archive/")
    listed = alice_client.get(home).content.decode()
    alice_client.post(home, {"name": "Rouen", "city": "Petit-Quevilly"})

    assert "Archived places" in listed
    place.refresh_from_db()
    assert (place.archived_at, place.code, place.city) == (None, "R-1", "Petit-Quevilly")
    assert acts(organisation) == [
        "place.added",
        "place.archived",
        "place.restored",
        "place.changed",
    ]


def test_a_new_name_is_shown_where_answers_are(organisation, alice_client, home, survey, rouen):
    ScoreFactory(response=ResponseFactory(survey=survey, place=rouen), value=9)
    roll_up(organisation.pk)
    results = f"/o/{organisation.slug}/surveys/{survey.pk}/results/"
    before = alice_client.get(results).content.decode()
    announced = DomainEvent.objects.filter(kind="rollup.refreshed").count()

    alice_client.post(f"{home}{rouen.pk}/", ROUEN | {"name": "Rouen Gare", "timezone": ""})

    after = alice_client.get(results).content.decode()
    assert ("Rouen Gare" in before, "Rouen Gare" in after) == (False, True)
    assert DomainEvent.objects.filter(kind="rollup.refreshed").count() == announced + 1
    assert AuditEvent.objects.get(action="place.changed").detail["name"] == "Rouen Gare"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Enter the name of the place"),
        ({"name": "Lyon"}, "Another place has this name"),
        ({"code": "l-1"}, "Another place has this code"),
        ({"timezone": "Mars/Base"}, "Mars/Base"),
    ],
)
def test_what_is_wrong_is_said(organisation, alice_client, home, rouen, changes, said):
    PlaceFactory(organisation=organisation, name="Lyon", code="L-1")

    page = alice_client.post(f"{home}{rouen.pk}/", ROUEN | {"city": "Bihorel"} | changes)

    rouen.refresh_from_db()
    assert page.status_code == 422
    assert said in page.content.decode()
    assert 'value="Bihorel"' in page.content.decode()
    assert (rouen.city, acts(organisation)) == ("Rouen", [])


@pytest.mark.parametrize("wish", ["keep", "close"])
def test_archiving_asks_what_becomes_of_its_codes(
    organisation, alice_client, home, survey, rouen, wish
):
    door = CollectorFactory(survey=survey, kind="qr", place=rouen, name="Till")
    elsewhere = CollectorFactory(survey=survey, kind="qr")
    response = ResponseFactory(survey=survey, place=rouen)

    asked = alice_client.get(f"{home}{rouen.pk}/archive/").content.decode()
    unsaid = alice_client.post(f"{home}{rouen.pk}/archive/")
    for _click in range(2):
        alice_client.post(f"{home}{rouen.pk}/archive/", {"doors": wish})
    share = alice_client.get(f"/o/{organisation.slug}/surveys/{survey.pk}/share/")
    door.refresh_from_db()
    elsewhere.refresh_from_db()
    response.refresh_from_db()
    shown = Client().get(f"/q/{door.code}").content.decode()

    assert "Choose what becomes of them" in unsaid.content.decode()
    assert acts(organisation) == ["place.archived"]
    assert "Till" in asked
    assert "Checkout" in asked
    assert (door.is_open, elsewhere.is_open) == (wish == "keep", True)
    assert (response.place, door.place) == (rouen, rouen)
    assert ("<form" in shown) is (wish == "keep")
    assert opening_of_code(door.code).place_name == "Rouen"
    assert rouen not in share.context["form"].fields["place"].queryset
    assert "Archived" in share.content.decode()


def test_an_archived_place_gets_no_new_code(organisation, alice_client, home, survey, rouen):
    alice_client.post(f"{home}{rouen.pk}/archive/")

    page = alice_client.post(
        f"/o/{organisation.slug}/surveys/{survey.pk}/doors/", {"kind": "qr", "place": rouen.pk}
    )
    alice_client.post(f"{home}{rouen.pk}/restore/")
    alice_client.post(
        f"/o/{organisation.slug}/surveys/{survey.pk}/doors/", {"kind": "qr", "place": rouen.pk}
    )

    assert page.status_code == 422
    assert Collector.objects.get().place == rouen
