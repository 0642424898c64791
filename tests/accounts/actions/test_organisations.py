"""Letting people in and out: an organisation keeps an owner."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.actions.organisations import add_member, found_organisation, remove_member
from accounts.exceptions import LastOwner
from accounts.models import Membership
from channels_out.models import Channel
from cxhub.lib.tenancy import tenant
from tests.conftest import member
from tests.factories.accounts import OrganisationFactory, UserFactory


def demote(person, role="viewer"):
    add_member(organisation=person.organisation, user=person.user, role=role, actor=person.user)


def remove(person):
    remove_member(membership=person, actor=person.user)


@pytest.mark.parametrize(
    ("simulator", "kinds"), [(True, ["email", "qr", "sms", "web"]), (False, ["qr", "web"])]
)
def test_a_new_organisation_has_what_needs_no_contract(db, settings, simulator, kinds):
    settings.CXHUB_SIMULATOR = simulator

    organisation = found_organisation(name="Pain", owner=UserFactory(), language="fr")

    with tenant(organisation.pk):
        own = Channel.objects.within(organisation).filter(is_default=True)
        assert sorted(own.values_list("kind", flat=True)) == kinds


@pytest.mark.parametrize("act", [demote, remove])
def test_the_last_owner_stays_one(organisation, alice, bob, act):
    with pytest.raises(LastOwner):
        act(alice)

    alice.refresh_from_db()
    assert alice.role == "owner"


@pytest.mark.parametrize("act", [demote, remove])
def test_one_of_two_owners_may_go(organisation, alice, act):
    other = member(organisation, "owner")

    act(other)

    assert [owner.pk for owner in Membership.objects.filter(role="owner")] == [alice.pk]


@pytest.mark.slow  # real connections side by side
@pytest.mark.parametrize("act", [demote, remove])
def test_two_owners_do_not_leave_at_the_same_time(committed, act):
    organisation = OrganisationFactory()
    owners = [member(organisation, "owner") for _ in range(2)]

    def leave(person):
        try:
            with tenant(organisation.pk):
                act(person)
                connection.cursor().execute("SELECT pg_sleep(0.2)")
        except LastOwner:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        left = list(pool.map(leave, owners))

    with tenant(organisation.pk):
        assert Membership.objects.filter(role="owner").count() == 1
    assert sorted(left) == [False, True]
