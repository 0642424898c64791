"""Every row of a tenant is reached through the tenant."""

import psycopg2
from django.apps import apps
from django.db import connection, models

from accounts.models import OrganisationOwned
from tests.architecture.sources import APPS

SAFE_PATH = "search_path=public, pg_temp"
GLOBAL = {"accounts.Organisation", "accounts.User"}

MODELS = [model for app in APPS for model in apps.get_app_config(app).get_models()]


FOREIGN_KEYS = [
    (f"{model._meta.label}.{field.name}", model, field)
    for model in MODELS
    for field in model._meta.local_fields
    if isinstance(field, models.ForeignKey)
]


def test_a_model_belongs_to_an_organisation():
    homeless = {model._meta.label for model in MODELS if not issubclass(model, OrganisationOwned)}

    assert homeless == GLOBAL


def test_a_relation_within_a_tenant_is_a_composite_key():
    single = [
        name
        for name, _model, field in FOREIGN_KEYS
        if issubclass(field.related_model, OrganisationOwned) and field.db_constraint
    ]

    assert FOREIGN_KEYS
    assert single == []


def test_a_relation_to_another_app_has_no_reverse():
    visible = [
        name
        for name, model, field in FOREIGN_KEYS
        if field.related_model._meta.app_label != model._meta.app_label
        and not field.remote_field.hidden
    ]

    assert visible == []


def test_a_tenant_key_is_the_youngest_index_of_its_table(db):
    """Of indexes that look as good PostgreSQL takes the youngest: see `SecureTenantTables`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (x.indrelid) i.relname FROM pg_index x "
            "JOIN pg_class i ON i.oid = x.indexrelid "
            "JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0] "
            "JOIN pg_constraint k ON k.conrelid = x.indrelid "
            "AND k.conname = x.indrelid::regclass || '_tenant_key' "
            "WHERE x.indpred IS NULL AND a.attname = 'organisation_id' "
            "ORDER BY x.indrelid, x.indexrelid DESC"
        )
        youngest = [name for (name,) in cursor.fetchall()]

    assert len(youngest) > 20
    assert [name for name in youngest if not name.endswith("_tenant_key")] == []


def test_a_unique_constraint_contains_the_organisation():
    loose = [
        constraint.name
        for model in MODELS
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        and "organisation" not in constraint.fields
        and model._meta.label not in GLOBAL
    ]

    assert loose == []


def functions_with_their_owners_rights():
    """Name, options, whether PUBLIC may call it, whether this role (the application's) may."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.oid::regprocedure::text, p.proconfig, "
            "EXISTS (SELECT 1 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a "
            "WHERE a.grantee = 0), has_function_privilege(p.oid, 'EXECUTE') "
            "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
            "WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        )
        return cursor.fetchall()


def test_a_function_with_its_owners_rights_looks_nothing_up_in_temporary_tables(db):
    """Otherwise whoever can make a temporary table decides what the function reads."""
    found = functions_with_their_owners_rights()

    loose = {name for name, options, *_ in found if SAFE_PATH not in (options or [])}
    assert found
    assert loose == set()


def test_a_function_with_its_owners_rights_is_called_by_the_application_alone(db):
    """A reporting role that may connect must not read round row-level security."""
    found = functions_with_their_owners_rights()

    assert {name for name, _options, is_public, _ours in found if is_public} == set()
    assert {name for name, *_, is_ours in found if not is_ours} == set()


def test_a_function_of_a_later_migration_is_private_from_the_start(django_db_setup, db):
    """Whoever writes it need not think of it: the owner's default privileges do."""
    with psycopg2.connect(django_db_setup) as owner, owner.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION later() RETURNS int LANGUAGE sql SECURITY DEFINER "
            "SET search_path = public, pg_temp AS 'SELECT 1'"
        )
        cursor.execute(
            "SELECT has_function_privilege(%s, 'later()', 'EXECUTE'), "
            "has_function_privilege('pg_monitor', 'later()', 'EXECUTE')",
            [connection.settings_dict["USER"]],
        )
        may_call = cursor.fetchone()
        owner.rollback()

    assert may_call == (True, False)
