"""What an empty database runs, beside the series that it stands for."""

from functools import cache

import pytest
from django.db import connection
from django.db.migrations import RunSQL
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests.architecture.sources import APPS, ROOT

SERIES = MigrationLoader(None, replace_migrations=False)
EMPTY = MigrationLoader(None)


@cache
def short(app: str) -> tuple[str, str]:
    """The migration of an app that stands for a series."""
    return next(key for key in EMPTY.replacements if key[0] == app)


def test_the_short_way_leads_to_the_models_of_the_series():
    ends = [key for key in SERIES.graph.leaf_nodes() if key not in SERIES.replacements]
    states = (EMPTY.project_state(), SERIES.graph.make_state(ends))
    assert MigrationAutodetector(*states).changes(EMPTY.graph) == {}


@pytest.mark.parametrize("app", APPS)
def test_an_empty_database_misses_no_file_of_sql(app):
    ran = {
        operation.sql
        for key, migration in EMPTY.graph.nodes.items()
        if key[0] == app
        for operation in migration.operations
        if isinstance(operation, RunSQL)
    }
    files = [*ROOT.glob(f"{app}/migrations/sql/*.sql")]
    assert files
    assert [path.name for path in files if path.read_text(encoding="utf-8") not in ran] == []


def test_new_tables_leave_the_classes_of_others_as_they_are():
    state = EMPTY.graph.make_state(short("contacts"), at_end=False)
    organisation = state.apps.get_model("accounts.organisation")
    EMPTY.graph.nodes[short("contacts")].mutate_state(state, preserve=False)
    assert state.apps.get_model("accounts.organisation") is organisation
    contact = state.apps.get_model("contacts.contact")
    assert contact._meta.get_field("organisation").related_model is organisation
    pointing = {
        relation.related_model for relation in organisation._meta.get_fields(include_hidden=True)
    }
    assert contact in pointing
    assert contact.identities.rel.related_model is state.apps.get_model("contacts.identity")
    assert set(ProjectState.from_apps(state.apps).models) <= set(state.models)


def test_an_index_that_came_later_is_made_after_the_key_of_its_table(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text AS name FROM pg_index i "
            "WHERE indrelid = 'cases_case'::regclass ORDER BY i.indexrelid"
        )
        names = [name for (name,) in cursor.fetchall()]
    assert names[-3:-1] == ["cases_case_inbox", "cases_case_tenant_key"]
    assert names[-1].startswith("cases_case_team_id_")
