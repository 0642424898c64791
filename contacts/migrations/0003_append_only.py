"""The consent ledger and the stop list take no change: no column, and no deletion."""

from django.db import migrations

TABLES = ("contacts_consentevent", "contacts_suppression")
EVERYTHING = "".join(
    f"DROP TRIGGER append_only ON {table}; "
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION append_only();"
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0002_tenancy")]

    operations = [migrations.RunSQL(EVERYTHING, migrations.RunSQL.noop)]
