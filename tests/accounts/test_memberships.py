"""What every request of a member reads of him."""

from accounts.models import Membership, Organisation
from accounts.queries.memberships import memberships_of
from cxhub.lib.tenancy import acting_user
from tests.factories.accounts import TeamFactory


def columns(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_memberships_are_read_whole_and_are_rows_that_can_be_changed(organisation, bob):
    bob.team = TeamFactory(organisation=organisation)
    bob.save()

    with acting_user(bob.user_id):
        [read] = memberships_of(bob.user)

    assert read.get_deferred_fields() == set()
    assert columns(read) == columns(Membership.objects.get(pk=bob.pk))
    assert columns(read.organisation) == columns(Organisation.objects.get(pk=organisation.pk))
    read.role = "agent"
    read.save()
    assert Membership.objects.get(pk=bob.pk).role == "agent"
