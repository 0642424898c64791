"""Every row of a tenant is reached through the tenant."""

import pytest
from django.apps import apps
from django.db import connection, models

from accounts.models import OrganisationOwned
from tests.architecture.sources import APPS

SAFE_PATH = "search_path=public, pg_temp"
GLOBAL = {"accounts.Organisation", "accounts.User"}

MODELS = [model for app in APPS for model in apps.get_app_config(app).get_models()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_model_belongs_to_an_organisation(model):
    assert issubclass(model, OrganisationOwned) or model._meta.label in GLOBAL


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_relation_within_a_tenant_is_a_composite_key(model):
    single = [
        field.name
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and issubclass(field.related_model, OrganisationOwned)
        and field.db_constraint
    ]

    assert single == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_relation_to_another_app_has_no_reverse(model):
    visible = [
        field.name
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.app_label != model._meta.app_label
        and not field.remote_field.hidden
    ]

    assert visible == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_unique_constraint_contains_the_organisation(model):
    loose = [
        constraint.name
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        and "organisation" not in constraint.fields
        and model._meta.label not in GLOBAL
    ]

    assert loose == []


def test_a_function_with_its_owners_rights_looks_nothing_up_in_temporary_tables(db):
    """Otherwise whoever can make a temporary table decides what the function reads."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, proconfig FROM pg_proc "
            "WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
        found = dict(cursor.fetchall())

    loose = {name for name, options in found.items() if SAFE_PATH not in (options or [])}
    assert found
    assert loose == set()
