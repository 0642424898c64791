"""Real connections side by side: one address comes in by two doors at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.actions.member_invitations import invite_member, link_token, sign_up_invited
from accounts.models import Membership, User
from cxhub.lib.tenancy import tenant
from tests.conftest import member
from tests.factories.accounts import OrganisationFactory
from tests.side_by_side import PATIENCE, apart, wait_until_blocked

pytestmark = pytest.mark.slow  # several real connections

ADDRESS = "lea@example.org"
PASSWORD = "une phrase assez longue"
SIGN_UP = {
    "organisation_name": "Pain",
    "name": "Léa",
    "email": ADDRESS,
    "password1": PASSWORD,
}


def invited(organisation):
    owner = member(organisation, "owner")
    with tenant(organisation.pk):
        return invite_member(
            organisation=organisation, email=ADDRESS, role="agent", actor=owner.user
        )


def link(invitation):
    return f"/join/{invitation.organisation.slug}/{link_token(invitation)}/"


def sign_up(first):
    return "/accounts/signup/", SIGN_UP


def join_by_the_same_letter(first):
    return link(first), {"name": "Léa", "password": PASSWORD}


def join_by_the_same_letter_as_somebody_else(first):
    return link(first), {"name": "Mallory", "password": f"{PASSWORD} mais une autre"}


def join_by_another_letter(first):
    return link(invited(OrganisationFactory())), {"name": "Léa", "password": PASSWORD}


@pytest.mark.parametrize(
    ("door", "status", "words"),
    [
        (sign_up, 200, "Sign in with this address, or use another one"),
        (join_by_the_same_letter, 302, ""),  # a double click: both lead in
        (
            join_by_the_same_letter_as_somebody_else,
            404,
            "It was used, withdrawn or is older than seven days.",
        ),
        (join_by_another_letter, 200, "This address has an account. Sign in"),
    ],
)
def test_whoever_comes_second_reads_what_to_do(committed, door, status, words):
    cache.clear()
    first = invited(OrganisationFactory())
    path, form = door(first)
    with ThreadPoolExecutor(1) as pool:
        with tenant(first.organisation_id):
            sign_up_invited(invitation=first, name="Léa", password=PASSWORD, language="en")
            second = apart(pool, lambda: Client().post(path, form))
            wait_until_blocked(1)
        answer = second.result(PATIENCE)

    assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert User.objects.filter(email=ADDRESS).count() == 1
    with tenant(first.organisation_id):
        assert Membership.objects.get(user__email=ADDRESS).role == "agent"
