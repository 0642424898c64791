"""The short way of the numbers: the ordinary answer for a proven member, and never a refusal."""

import gzip
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from cxhub.lib.fragments import forget_rendered
from cxhub.lib.tenancy import tenant
from surveys.actions.rollups import roll_up
from tests.conftest import client_of, member
from tests.dashboards.answers import answer, live_survey
from tests.factories.accounts import MembershipFactory, OrganisationFactory

SHORT = "cxhub.lib.middleware.short_way"
QUERIES = 7  # the session; as user and as organisation: setting, row, setting


@pytest.fixture
def survey(organisation):
    survey = live_survey(organisation, name="Delivery")
    start = timezone.now() - timedelta(minutes=5)
    for number in range(4):
        answer(survey, 9, at=start + timedelta(seconds=number), answers={"q2": f"Word {number}"})
    roll_up(organisation.pk)
    return survey


@pytest.fixture
def ordinary(settings):
    """A client's answer without the short way."""

    def ask(client, address):
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != SHORT]
        other = Client()  # a client builds its chain once
        other.cookies = client.cookies
        return other.get(address)

    return ask


def numbers(survey, query="?period=30d"):
    return f"/o/{survey.organisation.slug}/surveys/{survey.pk}/results/numbers/{query}"


def seen_by(client, survey):
    """The address of the page's own next question."""
    html = client.get(f"/o/{survey.organisation.slug}/surveys/{survey.pk}/results/")
    position = re.search(r'id="feed-seen"[^>]*?value="([^"]*)"', html.content.decode())[1]
    return numbers(survey, f"?period=30d&seen={position.replace('+', '%2B')}")


def is_short(response):
    """The pages' own policy has more to say, in whatever order."""
    policy = response.headers.get("Content-Security-Policy", "")
    return policy == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize("role", ["owner", "viewer"])
def test_a_member_gets_what_the_ordinary_way_answers(organisation, survey, ordinary, role):
    client = client_of(member(organisation, role))
    address = seen_by(client, survey)
    answer(survey, 2)
    answer(survey, 3)
    roll_up(organisation.pk)

    quick = client.get(address)
    forget_rendered()
    usual = ordinary(client, address)

    assert (is_short(quick), is_short(usual)) == (True, False)
    assert quick.content == usual.content
    assert "2 new responses: show" in quick.content.decode()
    assert quick.headers["Cache-Control"] == "private, no-store"


def test_it_is_one_valid_gzip_member(survey, alice_client):
    address = seen_by(alice_client, survey)

    packed = alice_client.get(address, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == alice_client.get(address).content


def test_a_page_that_is_up_to_date_is_told_so(survey, alice_client):
    address = seen_by(alice_client, survey)
    version = re.search(r"&amp;v=([0-9-]+)", alice_client.get(address).content.decode())[1]

    response = alice_client.get(f"{address}&v={version}")

    assert (response.status_code, is_short(response)) == (204, True)


def test_what_was_rendered_for_one_member_costs_the_next_one_his_proof_only(
    organisation, survey, alice_client, django_assert_num_queries
):
    colleague = client_of(member(organisation, "owner"))
    address = seen_by(alice_client, survey)
    alice_client.get(address)

    with django_assert_num_queries(QUERIES):
        colleague.get(address)


def sign_out(client, membership):
    Session.objects.filter(pk=client.cookies[settings.SESSION_COOKIE_NAME].value).delete()


def let_the_session_end(client, membership):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def change_password(client, membership):
    membership.user.set_password("another-password-2026")
    membership.user.save()


def deactivate(client, membership):
    User.objects.filter(pk=membership.user_id).update(is_active=False)


def suspend(client, membership):
    Organisation.objects.filter(pk=membership.organisation_id).update(is_suspended=True)


def remove(client, membership):
    Membership.objects.filter(pk=membership.pk).delete()


@pytest.mark.parametrize(
    ("revoke", "status"),
    [
        (sign_out, 302),
        (let_the_session_end, 302),
        (change_password, 302),
        (deactivate, 302),
        (suspend, 404),
        (remove, 404),
    ],
)
def test_who_may_no_longer_look_is_refused_the_ordinary_way(survey, alice, revoke, status):
    """AB-06: at the very next fetch."""
    client = client_of(alice)
    address = seen_by(client, survey)
    assert is_short(client.get(address))

    revoke(client, alice)

    response = client.get(address)
    assert (response.status_code, is_short(response)) == (status, False)


def test_somebody_elses_survey_is_the_same_404(survey, alice_client, charlie, charlie_client):
    """AB-01, AB-02: neither through his own organisation's address nor through ours."""
    address = seen_by(alice_client, survey)
    slugs = (survey.organisation.slug, charlie.organisation.slug)

    answers = [
        charlie_client.get(address.replace(slugs[0], slug), headers={"Accept": "text/html"})
        for slug in slugs
    ]

    assert [response.status_code for response in answers] == [404, 404]
    assert not any(is_short(response) for response in answers)


def test_a_member_of_two_organisations_sees_each_by_its_own_address(organisation, survey, alice):
    other = OrganisationFactory()
    with tenant(other.pk):
        MembershipFactory(organisation=other, user=alice.user, role="owner")
    client = client_of(alice)
    address = seen_by(client, survey)

    assert client.get(address).status_code == 200
    assert client.get(address.replace(organisation.slug, other.slug)).status_code == 404


@pytest.mark.parametrize("query", ["", "&seen=", "&seen=nonsense", "&period=all"])
def test_what_it_is_not_sure_of_it_leaves_to_the_ordinary_way(survey, alice_client, query):
    address = seen_by(alice_client, survey) if query == "&period=all" else numbers(survey)

    response = alice_client.get(address.replace("period=30d", "a=1") + query)

    assert (response.status_code, is_short(response)) == (200, False)


def test_real_transactions_leave_no_tenant_behind(committed):
    """Outside a transaction the proof is one statement, whose setting ends with it."""
    organisation = OrganisationFactory()
    with tenant(organisation.pk):
        alice = MembershipFactory(organisation=organisation, role="owner")
        survey = live_survey(organisation)
        answer(survey, 9)
    roll_up(organisation.pk)
    client = client_of(alice)
    address = seen_by(client, survey)

    response = client.get(address)

    assert is_short(response)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('app.user', true), current_setting('app.organisation', true)"
        )
        assert set(cursor.fetchone()) <= {"", None}
