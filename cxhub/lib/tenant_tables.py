"""What migrations are made of: rows and relations of a tenant, their protection, SQL by noun."""

from pathlib import Path
from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
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


class SecureTenantTables(migrations.RunPython):
    """Protect every tenant table of the app, as the models stand at this migration.

    A table that is not protected yet gets FORCE ROW LEVEL SECURITY with one policy for the
    application and one for the owner (lookup functions run as the owner), and a unique
    (organisation, id), unless it is one of the `leaves`: busy tables that no row points at.
    Each relation to another tenant table gets a composite foreign key, so that a row cannot
    point into another organisation.
    """

    def __init__(self, app_label: str, leaves: tuple[str, ...] = ()) -> None:
        self.app_label_, self.leaves = app_label, leaves
        super().__init__(self._forwards, migrations.RunPython.noop)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.app_label_, self.leaves], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes in the models' state."""

    def _forwards(self, apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        models_of_app = apps.get_app_config(self.app_label_).get_models()
        tenant_models = [model for model in models_of_app if is_tenant_model(model)]
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_policies WHERE policyname = 'tenant'")
            protected = {table for (table,) in cursor.fetchall()}
        fresh = [model for model in tenant_models if model._meta.db_table not in protected]
        statements = [
            *(statement for model in fresh for statement in protect(model)),
            *(tenant_key(model) for model in fresh if model._meta.model_name not in self.leaves),
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
