"""Visits of personal links: from how many networks, by whom, and that they change nothing."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from alerts.actions.rules import create_detractor_rule
from alerts.models import Incident, Notification
from cases.models import Case
from contacts.models import ConsentEvent, Suppression
from contacts.queries.preferences import preferences_token
from cxhub.lib.answer_lane import answer_lane
from cxhub.lib.tenancy import tenant
from cxhub.lib.tokens import token_hash
from events.models import DomainEvent
from surveys.actions import visits
from surveys.actions.visits import Seen, VisitCounter
from surveys.models import Invitation, LinkVisit, Response, Score
from surveys.queries.visits import MOST_NETWORKS, Spread, spread_of, spreads
from tests.conftest import member
from tests.factories.accounts import OrganisationFactory
from tests.factories.contacts import reachable
from tests.factories.visits import count_visits
from tests.lib.test_scanners import CHROME
from tests.surveys.responses.browser import post_json
from tests.surveys.responses.conftest import invite, make_survey

PATIENCE = 15  # seconds until the counter's round must have come
NOW = 1_790_000_000.0
RATINGS = [f"score={score}" for score in range(11)]


def seen(door, *, network="203.0.113.7", query="", at=NOW, method="GET", agent=CHROME):
    return Seen(door.token, network, method, agent, "", query, at)


def rows():
    return list(LinkVisit.objects.values_list("visits", "automated_visits").order_by("pk"))


def through_django(path, method, **environ):
    return getattr(Client(), method.lower())(path, HTTP_USER_AGENT=CHROME, **environ).status_code


def through_the_lane(path, method, **environ):
    request = RequestFactory().generic(method, path, HTTP_USER_AGENT=CHROME, **environ)
    request.environ["wsgi.errors"] = io.StringIO()
    statuses = []
    list(LANE(request.environ, lambda status, _headers: statuses.append(int(status[:3]))))
    return statuses[0]


LANE = answer_lane(WSGIHandler(), [])
WAYS = pytest.mark.parametrize("call", [through_django, through_the_lane])


@pytest.fixture
def shop(committed):
    """An organisation that other connections see."""
    return OrganisationFactory()


@pytest.fixture
def live(shop):
    with tenant(shop.pk):
        return make_survey(shop)


def counted(organisation, visits_made):
    """The rows of an organisation, once so many visits have been counted."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with tenant(organisation.pk):
            found = list(LinkVisit.objects.within(organisation).order_by("pk"))
        if sum(row.visits for row in found) >= visits_made:
            return found
        time.sleep(0.05)
    raise AssertionError(f"Not counted within {PATIENCE} s: {found}")


@WAYS
def test_a_scanner_of_every_link_leaves_a_flagged_visit_and_nothing_else(call, shop, live):
    """AB-18"""
    lead = member(shop, "agent")
    with tenant(shop.pk):
        create_detractor_rule(survey=live, recipients=[lead], is_active=True, created_by=None)
        contact = reachable(shop, 1)
        door = invite(live, contact=contact)
        stop = f"/u/{preferences_token(contact, 'email')}"
        consents, events = ConsentEvent.objects.count(), DomainEvent.objects.count()
        before = Invitation.objects.values().get()

    for query in ["", *RATINGS]:
        for method in ("HEAD", "GET"):
            assert call(f"/r/{door.token}?{query}", method) == 200
    for method in ("HEAD", "GET"):
        assert through_django(stop, method) == 200

    [row] = counted(shop, 24)
    assert (row.visits, row.automated_visits, row.is_automated) == (24, 24, True)
    with tenant(shop.pk):
        for model in (Response, Score, Incident, Notification, Case, Suppression):
            assert not model.objects.exists()
        assert (ConsentEvent.objects.count(), DomainEvent.objects.count()) == (consents, events)
        assert Invitation.objects.values().get() == before
        assert spread_of(shop, door.invitation.pk) == Spread(0, 1)


@WAYS
def test_a_link_that_was_passed_on_shows_its_networks(call, shop, live):
    """AB-22: visits from more than three networks are flagged, those of one network are one."""
    with tenant(shop.pk):
        door, kept = invite(live), invite(live)
    for number in range(5):
        assert call(f"/r/{door.token}", "GET", REMOTE_ADDR=f"198.51.{number}.7") == 200
        assert call(f"/r/{kept.token}", "GET", REMOTE_ADDR=f"198.51.{number % 3}.{number}") == 200

    counted(shop, 10)
    with tenant(shop.pk):
        known = spreads(shop, [door.invitation.pk, kept.invitation.pk])
    assert known == {door.invitation.pk: Spread(5, 0), kept.invitation.pk: Spread(3, 0)}
    assert known[door.invitation.pk].is_forwarded
    assert not known[kept.invitation.pk].is_forwarded


def test_a_person_after_the_scanner_counts_as_ever(client, survey):
    """AB-18: an answer clears no flag, and no flag keeps an answer from counting."""
    door = invite(survey)
    count_visits([seen(door, query=query) for query in RATINGS])

    body = {"submission_id": str(uuid4()), "answers": {"q1": 3}}
    answer = post_json(client, f"/r/{door.token}", body)

    assert answer.status_code == 201
    assert Response.objects.get().state == "completed"
    assert rows() == [(11, 11)]


@pytest.mark.parametrize(
    ("made", "row"),
    [
        ([{"query": "score=9"}], (1, 0)),
        ([{"query": "score=9"}, {"query": "score=10", "at": NOW + 2}], (2, 0)),
        ([{"query": "score=9"}] * 11, (11, 0)),
        ([{"query": q, "at": NOW + n} for n, q in enumerate(RATINGS[:3])], (3, 3)),
        ([{}, {"method": "HEAD"}], (2, 1)),
        ([{"agent": "Mozilla/5.0 (compatible; Mimecast)"}], (1, 1)),
        (
            [{"query": "ref=1&score=9&lang=fr"}, {"query": "score=99"}, {"query": "xscore=1"}],
            (3, 0),
        ),
    ],
    ids=["one rating", "two", "one again and again", "three", "head", "filter", "other queries"],
)
def test_what_is_taken_for_a_machine(door, made, row):
    count_visits([seen(door, **one) for one in made])

    assert rows() == [row]


def test_a_burst_is_seen_although_processes_share_it(door):
    """AB-18: each web process counts its part of a scanner's round by itself."""
    for start in (0, 1, 2):
        count_visits([seen(door, query=RATINGS[start], at=NOW + start)])

    assert rows() == [(3, 3)]


def test_ratings_opened_over_a_day_are_a_persons(door):
    for number in range(4):
        count_visits([seen(door, query=RATINGS[number], at=NOW + 3600 * number)])

    assert rows() == [(4, 0)]


def test_a_person_behind_the_scanners_network_is_one(organisation, door):
    count_visits([seen(door, query=query) for query in RATINGS])
    count_visits([seen(door, at=NOW + 600)])

    row = LinkVisit.objects.get()
    assert (row.visits, row.automated_visits, row.is_automated) == (12, 11, False)
    assert row.last_at - row.first_at == timedelta(seconds=600)
    assert spread_of(organisation, door.invitation.pk) == Spread(1, 0)


def test_a_link_keeps_twenty_networks(organisation, door):
    for start in (0, 15):
        count_visits(
            [seen(door, network=f"10.0.{n}.1", at=NOW + n) for n in range(start, start + 15)]
        )
    count_visits([seen(door, network="10.0.3.99")])

    assert LinkVisit.objects.count() == MOST_NETWORKS
    assert sum(visits_made for visits_made, _automated in rows()) == MOST_NETWORKS + 1
    assert spread_of(organisation, door.invitation.pk).is_full


def test_processes_that_count_at_once_keep_the_bound(shop, live):
    with tenant(shop.pk):
        door = invite(live)
    counters = [VisitCounter() for _ in range(4)]
    batches = [[seen(door, network=f"10.{number}.{n}.1") for n in range(10)] for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda pair: pair[0]._count(pair[1]), zip(counters, batches, strict=True)))
    for counter in counters:
        counter._disconnect()

    with tenant(shop.pk):
        assert LinkVisit.objects.within(shop).count() == MOST_NETWORKS


def test_no_address_is_stored_and_links_do_not_tell_on_each_other(survey):
    doors = [invite(survey), invite(survey)]
    count_visits([seen(door, network="203.0.113.77") for door in doors])

    stored = list(LinkVisit.objects.values())
    assert "203.0.113" not in str(stored)
    assert len({row["network"] for row in stored}) == 2
    assert {len(row["network"]) for row in stored} == {32}


def test_another_key_makes_another_digest(door, settings):
    one = visits.network_digest(token_hash(door.token), "203.0.113.7")
    settings.SECRET_KEY = "another-key-of-another-installation"

    assert visits.network_digest(token_hash(door.token), "203.0.113.7") != one


def test_an_unknown_link_is_not_counted(client, door):
    count_visits([Seen("no-such-link", "203.0.113.7", "GET", CHROME, "", "", NOW)])

    assert rows() == []


def test_a_visit_belongs_to_the_links_organisation(organisation, other_organisation, door):
    """AB-22: one batch counts for several organisations, and each sees its own."""
    with tenant(other_organisation.pk):
        theirs = invite(make_survey(other_organisation))

    count_visits([seen(door), seen(theirs), seen(theirs, at=NOW + 1)])

    assert rows() == [(1, 0)]
    assert spreads(organisation, [theirs.invitation.pk]) == {}
    with tenant(other_organisation.pk):
        assert rows() == [(2, 0)]
        assert spreads(other_organisation, [door.invitation.pk]) == {}


def test_a_visit_cannot_be_put_under_another_organisation(organisation, other_organisation, door):
    with tenant(other_organisation.pk):
        theirs = invite(make_survey(other_organisation)).invitation

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="tenant_fk"), transaction.atomic():
        _insert(organisation, theirs)
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        _insert(other_organisation, theirs)


def _insert(organisation, invitation):
    now = timezone.now()
    LinkVisit.objects.create(
        organisation_id=organisation.pk,
        invitation_id=invitation.pk,
        network="0" * 32,
        first_at=now,
        last_at=now,
        visits=1,
        automated_visits=0,
        burst_at=now,
        burst_scores=0,
        burst_visits=0,
    )


@pytest.mark.parametrize("way", ["by django", "by the database"])
def test_visits_go_with_their_link(door, way):
    count_visits([seen(door)])

    if way == "by django":
        door.invitation.delete()
    else:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM surveys_invitation WHERE id = %s", [door.invitation.pk])

    assert rows() == []


def test_beyond_its_bound_the_queue_takes_no_more(door, monkeypatch):
    monkeypatch.setattr(visits, "MOST_WAITING", 3)
    counter = VisitCounter()

    for _ in range(5):
        counter.note(seen(door))

    assert counter.queue.qsize() == 3


def test_a_broken_connection_costs_no_visit(shop, live):
    with tenant(shop.pk):
        door = invite(live)
    counter = VisitCounter()
    counter._count([seen(door)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [counter.connection.get_backend_pid()])
        assert cursor.fetchone() == (True,)

    counter._count([seen(door, at=NOW + 1)])
    counter._disconnect()

    [row] = counted(shop, 2)
    assert row.visits == 2


def test_a_batch_that_fails_does_not_end_the_counting(shop, live, caplog):
    with tenant(shop.pk):
        door = invite(live)
    counter = VisitCounter()
    counter.note(seen(door)._replace(at=float("inf")))
    counter.thread.start()
    while counter.queue.qsize():
        time.sleep(0.01)
    counter.note(seen(door))

    [row] = counted(shop, 1)
    assert row.visits == 1
    assert [record.visits for record in caplog.records if record.msg == "visits_not_counted"] == [1]


@pytest.mark.parametrize(
    ("spread", "english", "french"),
    [
        (Spread(0, 0), "", ""),
        (
            Spread(1, 0),
            "This link was opened from 1 network.",
            "Ce lien a été ouvert depuis 1 réseau.",
        ),
        (
            Spread(3, 1),
            "This link was opened from 3 networks. "
            "A machine, such as a mail filter, opened the survey link too: "
            "that alone has no effect.",
            "Ce lien a été ouvert depuis 3 réseaux. "
            "Un automate, comme un filtre de messagerie, a aussi ouvert le lien de l’enquête : "
            "à elle seule, cette ouverture est sans effet.",
        ),
        (
            Spread(5, 0),
            "This link was opened from 5 networks: it may have been forwarded.",
            "Ce lien a été ouvert depuis 5 réseaux : il a peut-être été transféré.",
        ),
        (
            Spread(19, 1),
            "This link was opened from at least 19 networks: it may have been forwarded. "
            "A machine, such as a mail filter, opened the survey link too: "
            "that alone has no effect.",
            "Ce lien a été ouvert depuis au moins 19 réseaux : il a peut-être été transféré. "
            "Un automate, comme un filtre de messagerie, a aussi ouvert le lien de l’enquête : "
            "à elle seule, cette ouverture est sans effet.",
        ),
    ],
)
def test_what_is_said_about_a_link(spread, english, french):
    """AB-22"""
    said = []
    for language in ("en", "fr"):
        with translation.override(language):
            said.append(spread.words)

    assert said == [english, french]
