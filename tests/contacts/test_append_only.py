"""What a customer agreed to or refused is added to, never rewritten: the database sees to it."""

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from contacts.actions.suppression import suppress
from contacts.models import ConsentEvent, Suppression
from cxhub.lib.tenancy import tenant
from tests.factories.accounts import OrganisationFactory
from tests.factories.contacts import ConsentEventFactory, ContactFactory

LEDGERS = [ConsentEvent, Suppression]
COLUMNS = [(model, field.column) for model in LEDGERS for field in model._meta.local_fields]


@pytest.fixture
def rows(organisation):
    suppress(organisation=organisation, kind="email", value="a@shop.example", reason="hard_bounce")
    return {
        ConsentEvent: ConsentEventFactory(contact=ContactFactory(organisation=organisation)),
        Suppression: Suppression.objects.get(),
    }


def refused(statement, *values):
    with (
        pytest.raises(DatabaseError, match="is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    ("model", "column"), COLUMNS, ids=lambda value: getattr(value, "__name__", value)
)
def test_no_column_is_ever_rewritten(rows, model, column):
    row = rows[model]

    refused(f"UPDATE {model._meta.db_table} SET {column} = {column} WHERE id = %s", row.pk)


@pytest.mark.parametrize("model", LEDGERS)
def test_no_row_is_ever_deleted(rows, model):
    refused(f"DELETE FROM {model._meta.db_table} WHERE id = %s", rows[model].pk)

    assert model.objects.filter(pk=rows[model].pk).exists()


def test_not_even_the_owner_of_the_tables_rewrites_them(committed, django_db_setup):
    """A repair by hand adds a row as well."""
    organisation = OrganisationFactory()
    with tenant(organisation.pk):
        suppress(organisation=organisation, kind="email", value="a@shop.example", reason="stop")

    for statement in (
        "UPDATE contacts_suppression SET is_lifted = true",
        "DELETE FROM contacts_suppression",
    ):
        with (
            psycopg2.connect(django_db_setup) as owner,
            owner.cursor() as cursor,
            pytest.raises(psycopg2.errors.RaiseException, match="is append-only"),
        ):
            cursor.execute(statement)
