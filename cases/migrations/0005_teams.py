"""A case may be given to a team; whoever takes it from there has it alone."""

from django.db import migrations, models

from cxhub.lib.tenant_tables import SecureTenantTables, relation


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_holds"), ("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            "case", "team", relation("accounts.team", models.SET_NULL, blank=True, null=True)
        ),
        migrations.AddConstraint(
            "case",
            models.CheckConstraint(
                condition=models.Q(("assignee", None), ("team", None), _connector="OR"),
                name="cases_case_given_once",
            ),
        ),
        SecureTenantTables("cases"),
    ]
