"""The tables of this app; what the database does beyond them is in `sql/`, by noun."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.functions import Lower

from cxhub.lib.tenant_tables import SecureTenantTables, organisation, relation, row_id, sql_files


class Migration(migrations.Migration):
    initial = True

    dependencies = [("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.CreateModel(
            "Organisation",
            [
                ("id", row_id()),
                ("name", models.CharField(max_length=80)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("language", models.CharField(default="fr", max_length=5)),
                ("timezone", models.CharField(default="Europe/Paris", max_length=64)),
                ("country", models.CharField(default="FR", max_length=2)),
                ("contact_email", models.EmailField(blank=True, max_length=254)),
                ("is_demo", models.BooleanField(default=False)),
                ("is_suspended", models.BooleanField(default=False)),
                ("fatigue_days", models.PositiveSmallIntegerField(default=30)),
                ("fatigue_per_contact", models.PositiveSmallIntegerField(default=2)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            "User",
            [
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("id", row_id()),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("language", models.CharField(default="fr", max_length=5)),
                (
                    "theme",
                    models.CharField(
                        choices=[("system", "System"), ("light", "Light"), ("dark", "Dark")],
                        default="system",
                        max_length=6,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("is_staff", models.BooleanField(default=False)),
                ("date_joined", models.DateTimeField(auto_now_add=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(Lower("email"), name="accounts_user_email_key")
                ]
            },
        ),
        migrations.CreateModel(
            "Place",
            [
                ("id", row_id()),
                ("name", models.CharField(max_length=80)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("city", models.CharField(blank=True, max_length=80)),
                ("timezone", models.CharField(blank=True, max_length=64)),
                ("opening_hours", models.JSONField(blank=True, default=dict)),
                ("organisation", organisation()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "name"), name="accounts_place_name_key"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "Team",
            [
                ("id", row_id()),
                ("name", models.CharField(max_length=80)),
                ("organisation", organisation()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "name"), name="accounts_team_name_key"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "Membership",
            [
                ("id", row_id()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("viewer", "Viewer"),
                            ("agent", "Agent"),
                            ("manager", "Manager"),
                            ("owner", "Owner"),
                        ],
                        default="viewer",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+"),
                ),
                ("organisation", organisation()),
                ("team", relation("accounts.team", models.SET_NULL, blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "user"), name="accounts_membership_user_key"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "MemberInvitation",
            [
                ("id", row_id()),
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
                        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
                    ),
                ),
                ("organisation", organisation()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                        fields=("organisation", "email"),
                        name="accounts_memberinvitation_open_key",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "ApiKey",
            [
                ("id", row_id()),
                ("name", models.CharField(max_length=80)),
                ("prefix", models.CharField(max_length=12)),
                ("key_hash", models.CharField(db_index=True, max_length=64)),
                ("scopes", ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
                    ),
                ),
                ("organisation", organisation()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "key_hash"), name="accounts_apikey_hash_key"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "IdempotencyKey",
            [
                ("id", row_id()),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("body", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("api_key", relation("accounts.apikey")),
                ("organisation", organisation()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "api_key", "key"),
                        name="accounts_idempotencykey_key",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "AuditEvent",
            [
                ("id", row_id()),
                ("actor_label", models.CharField(max_length=120)),
                ("action", models.CharField(max_length=60)),
                ("target", models.CharField(blank=True, max_length=120)),
                ("detail", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "actor",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
                    ),
                ),
                ("organisation", organisation()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-created_at"], name="accounts_audit_recent"
                    )
                ]
            },
        ),
        SecureTenantTables("accounts"),
        *sql_files(__file__, "audit", "privileges", "memberships", "api_keys", "invitations"),
    ]
