"""Invitations of members, and which organisations have letters that wait."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cxhub.lib.ids
from cxhub.lib.tenant_tables import SecureTenantTables

WAITING = """
CREATE FUNCTION accounts_uninvited_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM accounts_memberinvitation
    WHERE send_after <= now() AND accepted_at IS NULL AND revoked_at IS NULL
$$
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_private_functions")]

    operations = [
        migrations.CreateModel(
            name="MemberInvitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cxhub.lib.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("viewer", "Viewer"),
                            ("agent", "Agent"),
                            ("manager", "Manager"),
                            ("owner", "Owner"),
                        ],
                        max_length=8,
                    ),
                ),
                ("token_hash", models.CharField(blank=True, db_index=True, max_length=64)),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("send_after", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["organisation", "email"],
                        condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                        name="accounts_memberinvitation_open_key",
                    )
                ],
            },
        ),
        SecureTenantTables("accounts"),
        migrations.RunSQL(WAITING, "DROP FUNCTION accounts_uninvited_organisations()"),
    ]
