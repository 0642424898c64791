"""What migrations are made of: rows and relations of a tenant, their protection, SQL by noun."""

from collections.abc import Iterable
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor as Editor
from django.db.backends.ddl_references import Statement
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation
from django.db.migrations.state import ProjectState

from cxhub.lib.ids import uuid7

TENANT = "nullif(current_setting('app.organisation', true), '')::uuid"


def row_id() -> "models.UUIDField[Any, Any]":
    return models.UUIDField(primary_key=True, default=uuid7, editable=False, serialize=False)


def organisation(**options: Any) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey("accounts.organisation", models.CASCADE, related_name="+", **options)


def relation(
    to: str, on_delete: Any = models.CASCADE, **options: Any
) -> "models.ForeignKey[Any, Any]":
    """A relation to another row of the tenant; `SecureTenantTables` makes its composite key."""
    options = {"related_name": "+", **options}
    return models.ForeignKey(to, on_delete, db_constraint=False, **options)


def sql_files(migration: str, *nouns: str) -> list[migrations.RunSQL]:
    """What an app asks of the database beyond its models, from `sql/` beside the migration.

    A first migration is not undone (Django says so): whoever wants that drops the database.
    """
    folder = Path(migration).parent / "sql"
    return [migrations.RunSQL((folder / f"{noun}.sql").read_text()) for noun in nouns]


class SecureTenantTables(Operation):
    """Protect every tenant table of the app, as the models stand at this migration.

    A table that is not protected yet gets FORCE ROW LEVEL SECURITY with one policy for the
    application and one for the owner (lookup functions run as the owner), and a unique
    (organisation, id), unless it is one of the `leaves`: busy tables that no row points at.
    Each relation to another tenant table gets a composite foreign key, so that a row cannot
    point into another organisation.
    """

    reduces_to_sql = False  # it asks the database what is protected already

    def __init__(self, app_label: str, leaves: tuple[str, ...] = ()) -> None:
        self.app_label, self.leaves = app_label, leaves

    def describe(self) -> str:
        return f"Protect the tenant tables of {self.app_label}"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes in the models' state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: Editor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_policies WHERE policyname = 'tenant'")
            protected = {table for (table,) in cursor.fetchall()}
        models_of_app = to_state.apps.get_app_config(self.app_label).get_models()
        secure(schema_editor, models_of_app, protected, self.leaves)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: Editor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """What is protected stays so, until its table goes."""


class TablesAfter(Operation):
    """The tables as a series of an app's migrations leaves them, protected.

    An empty database makes each in its last form. Living through the series, Django would make
    the classes of all related models anew at every step, and nearly all are related. Databases
    with a part of the series still run the rest, so that the steps are read where they stand.
    Not undone, like the first migration.
    """

    reversible = False

    def __init__(self, series: list[tuple[str, str]]) -> None:
        self.series = series
        self.steps: list[Operation] = [
            step
            for app, name in series
            for step in import_module(f"{app}.migrations.{name}").Migration.operations
            if isinstance(
                step, ModelOperation | FieldOperation | IndexOperation | SecureTenantTables
            )
        ]

    def describe(self) -> str:
        return f"Make the tables as {self.series[-1][1]} leaves them"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change what describes the models; make the classes of the new ones only, at the end."""
        known, classes = set(state.models), state.__dict__.pop("apps", None)
        for step in self.steps:
            step.state_forwards(app_label, state)
        if classes is not None:
            state.__dict__["apps"] = classes
            classes.render_multiple(
                [made for key, made in state.models.items() if key not in known]
            )

    def database_forwards(
        self,
        app_label: str,
        schema_editor: Editor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        new = [key for key in to_state.models if key not in from_state.models]
        models_made = [to_state.apps.get_model(*key) for key in new]
        for model in models_made:
            schema_editor.create_model(model)
        # Indexes come in the order of the series: see `secure` for why that matters.
        later = [made for made in schema_editor.deferred_sql if self._came_later(made, models_made)]
        for index in later:
            schema_editor.deferred_sql.remove(index)
        leaves = [step.leaves for step in self.steps if isinstance(step, SecureTenantTables)]
        secure(schema_editor, models_made, set(), tuple(chain(*leaves)))
        for index in later:
            schema_editor.execute(index)

    def _came_later(self, made: Statement, models_made: list[type[models.Model]]) -> bool:
        """Whether the series added this index, or the column that it is of, to a table it had."""
        tables = {model._meta.model_name: model._meta.db_table for model in models_made}
        return any(
            made.references_column(tables[step.model_name_lower], f"{step.name}_id")
            for step in self.steps
            if isinstance(step, migrations.AddField) and step.field.is_relation
        ) or any(
            str(made.parts["name"]) == f'"{step.index.name}"'
            for step in self.steps
            if isinstance(step, migrations.AddIndex)
        )


def secure(
    schema_editor: Editor,
    models_of_app: Iterable[type[models.Model]],
    protected: set[str],
    leaves: tuple[str, ...],
) -> None:
    """Protect the tenant tables among these, but for what is `protected` already."""
    tenant_models = [model for model in models_of_app if is_tenant_model(model)]
    fresh = [model for model in tenant_models if model._meta.db_table not in protected]
    statements = [
        *(statement for model in fresh for statement in protect(model)),
        *(tenant_key(model) for model in fresh if model._meta.model_name not in leaves),
        *(statement for model in tenant_models for statement in composite_keys(model)),
    ]
    # The models' own indexes come first: between indexes that look as good, PostgreSQL takes
    # the one made last. As long as a table is small and without statistics, all that begin
    # with the organisation do, and the plan of a foreign key's check is kept by its
    # connection: it would read the whole organisation for each row.
    deferred = [(statement, None) for statement in schema_editor.deferred_sql]
    schema_editor.deferred_sql.clear()
    for statement, parameters in [*deferred, *((statement, ()) for statement in statements)]:
        schema_editor.execute(statement, parameters)


def is_tenant_model(model: type[models.Model]) -> bool:
    return any(field.name == "organisation" for field in model._meta.local_fields)


def protect(model: type[models.Model]) -> list[str]:
    """The statements that protect one table."""
    table = model._meta.db_table
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {table} USING (organisation_id = {TENANT}) "
        f"WITH CHECK (organisation_id = {TENANT})",
        f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)",
    ]


def tenant_key(model: type[models.Model]) -> str:
    """The pair that composite foreign keys point at."""
    table = model._meta.db_table
    return f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_key UNIQUE (organisation_id, id)"


def composite_keys(model: type[models.Model]) -> list[str]:
    """The foreign keys (organisation, id) of one table; its targets must be protected first."""
    return [
        _composite_key(model._meta.db_table, field)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and not field.__dict__["db_constraint"]
    ]


def _composite_key(table: str, field: "models.ForeignKey[Any, Any]") -> str:
    name = f"{table}_{field.column}_tenant_fk"[:63]
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{name}') "
        f"THEN ALTER TABLE {table} ADD CONSTRAINT {name} "
        f"FOREIGN KEY (organisation_id, {field.column}) "
        f"REFERENCES {field.related_model._meta.db_table} (organisation_id, id) "
        "DEFERRABLE INITIALLY DEFERRED; END IF; END $$"
    )
