"""The migration operation that puts an app's tenant tables behind row-level security."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

TENANT = "nullif(current_setting('app.organisation', true), '')::uuid"


class SecureTenantTables(migrations.RunPython):
    """Protect every tenant table of the app, as the models stand at this migration.

    Each gets FORCE ROW LEVEL SECURITY with one policy for the application and one for the
    owner (lookup functions run as the owner), a unique (organisation, id), and for each
    relation to another tenant table a composite foreign key, so that a row cannot point
    into another organisation.
    """

    def __init__(self, app_label: str) -> None:
        self.app_label_ = app_label
        super().__init__(self._forwards, migrations.RunPython.noop)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.app_label_], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes in the models' state."""

    def _forwards(self, apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        models_of_app = apps.get_app_config(self.app_label_).get_models()
        tenant_models = [model for model in models_of_app if is_tenant_model(model)]
        for step in (protect, composite_keys):
            for model in tenant_models:
                for statement in step(model):
                    schema_editor.execute(statement)


def is_tenant_model(model: type[models.Model]) -> bool:
    return any(field.name == "organisation" for field in model._meta.local_fields)


def protect(model: type[models.Model]) -> list[str]:
    """The statements that protect one table; safe to run again."""
    table = model._meta.db_table
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS tenant ON {table}",
        f"CREATE POLICY tenant ON {table} USING (organisation_id = {TENANT}) "
        f"WITH CHECK (organisation_id = {TENANT})",
        f"DROP POLICY IF EXISTS owner ON {table}",
        f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)",
        _constraint(table, f"{table}_tenant_key", "UNIQUE (organisation_id, id)"),
    ]


def composite_keys(model: type[models.Model]) -> list[str]:
    """The foreign keys (organisation, id) of one table; its targets must be protected first."""
    return [
        _composite_key(model._meta.db_table, field)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and not field.__dict__["db_constraint"]
    ]


def _composite_key(table: str, field: "models.ForeignKey[Any, Any]") -> str:
    target = field.related_model._meta.db_table
    return _constraint(
        table,
        f"{table}_{field.column}_tenant_fk"[:63],
        f"FOREIGN KEY (organisation_id, {field.column}) "
        f"REFERENCES {target} (organisation_id, id) DEFERRABLE INITIALLY DEFERRED",
    )


def _constraint(table: str, name: str, definition: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{name}') "
        f"THEN ALTER TABLE {table} ADD CONSTRAINT {name} {definition}; END IF; END $$"
    )
