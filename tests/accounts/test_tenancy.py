"""Row-level security: the wall under every query."""

import pytest
from django.db import connection
from django.db.utils import IntegrityError, ProgrammingError

from accounts.models import Membership, Place, Team
from cxhub.lib.tenancy import set_tenant, tenant
from tests.factories.accounts import PlaceFactory


def test_without_a_tenant_nothing_is_visible(organisation):
    PlaceFactory(organisation=organisation)

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.organisation', '', true)")

    assert Place.objects.count() == 0


def test_a_tenant_sees_only_its_rows(organisation, other_organisation):
    PlaceFactory(organisation=organisation, name="Ours")
    with tenant(other_organisation.pk):
        PlaceFactory(organisation=other_organisation, name="Theirs")

    assert [place.name for place in Place.objects.all()] == ["Ours"]


def test_a_row_of_another_tenant_cannot_be_written(organisation, other_organisation):
    with pytest.raises(ProgrammingError, match="row-level security"):
        PlaceFactory(organisation=other_organisation)


def test_a_row_cannot_point_into_another_tenant(organisation, other_organisation, alice):
    with tenant(other_organisation.pk):
        team = Team.objects.create(organisation=other_organisation, name="Nord")
    Membership.objects.filter(pk=alice.pk).update(team_id=team.pk)

    with pytest.raises(IntegrityError, match="tenant_fk"):
        connection.check_constraints()


def test_the_application_owns_nothing_and_bypasses_nothing(organisation):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles "
            "WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)


def test_every_tenant_table_is_protected(organisation):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE a.attname = 'organisation_id' AND c.relkind = 'r' "
            "AND NOT (c.relrowsecurity AND c.relforcerowsecurity "
            "AND EXISTS (SELECT 1 FROM pg_policy p "
            "WHERE p.polrelid = c.oid AND p.polname = 'tenant'))"
        )
        assert cursor.fetchall() == []


def test_the_outer_tenant_is_restored(organisation, other_organisation):
    with tenant(other_organisation.pk):
        pass
    PlaceFactory(organisation=organisation)

    assert Place.objects.count() == 1
    set_tenant(organisation.pk)
