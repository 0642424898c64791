"""The tables of this app; what the database does beyond them is in `sql/`, by noun."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.functions import Now

from cxhub.lib.tenant_tables import SecureTenantTables, organisation, relation, row_id, sql_files


class Migration(migrations.Migration):
    initial = True

    dependencies = [("contacts", "0001_initial"), ("events", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "Survey",
            [
                ("id", row_id()),
                ("name", models.CharField(max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("live", "Live"),
                            ("paused", "Paused"),
                            ("closed", "Closed"),
                            ("archived", "Archived"),
                        ],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("template", models.CharField(blank=True, max_length=20)),
                ("languages", ArrayField(base_field=models.CharField(max_length=5), size=None)),
                ("default_language", models.CharField(max_length=5)),
                ("draft", models.JSONField(default=dict)),
                ("draft_revision", models.PositiveIntegerField(default=1)),
                ("results_version", models.PositiveBigIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.SET_NULL,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("organisation", organisation()),
                ("draft_step", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-updated_at"], name="surveys_survey_recent"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "SurveyVersion",
            [
                ("id", row_id()),
                ("number", models.PositiveIntegerField()),
                ("definition", models.JSONField()),
                ("published_at", models.DateTimeField(auto_now_add=True)),
                ("organisation", organisation()),
                (
                    "published_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.SET_NULL,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("survey", relation("surveys.survey")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "survey", "number"),
                        name="surveys_surveyversion_number_key",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "DraftStep",
            [
                ("id", row_id()),
                ("number", models.PositiveIntegerField()),
                ("document", models.JSONField()),
                ("edit", models.CharField(blank=True, max_length=80)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.SET_NULL,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("organisation", organisation()),
                ("survey", relation("surveys.survey")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "survey", "number"),
                        name="surveys_draftstep_number_key",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "Collector",
            [
                ("id", row_id()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("link", "Web link"),
                            ("qr", "QR code"),
                            ("kiosk", "Kiosk"),
                            ("widget", "Widget"),
                        ],
                        max_length=8,
                    ),
                ),
                ("code", models.CharField(max_length=16)),
                ("name", models.CharField(blank=True, max_length=80)),
                ("is_open", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("organisation", organisation()),
                ("place", relation("accounts.place", models.SET_NULL, blank=True, null=True)),
                ("survey", relation("surveys.survey")),
            ],
            options={
                "indexes": [models.Index(fields=["code"], name="surveys_collector_code")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "code"), name="surveys_collector_code_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "Invitation",
            [
                ("id", row_id()),
                ("token_hash", models.CharField(max_length=64)),
                ("channel", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=5)),
                ("expires_at", models.DateTimeField()),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "contact",
                    relation(
                        "contacts.contact", models.SET_NULL, blank=True, db_index=False, null=True
                    ),
                ),
                ("organisation", organisation(db_index=False)),
                (
                    "place",
                    relation(
                        "accounts.place", models.SET_NULL, blank=True, db_index=False, null=True
                    ),
                ),
                ("survey", relation("surveys.survey")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["token_hash"], name="surveys_invitation_token"),
                    models.Index(
                        fields=["organisation", "contact", "-created_at"],
                        name="surveys_invitation_who",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "token_hash"), name="surveys_invitation_token_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "Response",
            [
                ("id", row_id()),
                ("channel", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=5)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("partial", "Partial"),
                            ("completed", "Completed"),
                            ("quarantined", "Set aside"),
                            ("excluded", "Excluded"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=12,
                    ),
                ),
                ("submission_id", models.UUIDField()),
                ("fingerprint", models.CharField(blank=True, max_length=64)),
                ("answers", models.JSONField(default=dict)),
                (
                    "flags",
                    ArrayField(base_field=models.CharField(max_length=20), default=list, size=None),
                ),
                ("started_at", models.DateTimeField(db_default=Now())),
                ("answered_at", models.DateTimeField(db_default=Now())),
                ("rolled_up_at", models.DateTimeField(blank=True, null=True)),
                (
                    "collector",
                    relation(
                        "surveys.collector", models.SET_NULL, blank=True, db_index=False, null=True
                    ),
                ),
                (
                    "contact",
                    relation(
                        "contacts.contact", models.SET_NULL, blank=True, db_index=False, null=True
                    ),
                ),
                (
                    "invitation",
                    relation(
                        "surveys.invitation", models.SET_NULL, blank=True, db_index=False, null=True
                    ),
                ),
                ("organisation", organisation(db_index=False)),
                (
                    "place",
                    relation(
                        "accounts.place", models.SET_NULL, blank=True, db_index=False, null=True
                    ),
                ),
                ("survey", relation("surveys.survey", db_index=False)),
                ("version", relation("surveys.surveyversion", models.PROTECT, db_index=False)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "survey", "-answered_at", "-id"],
                        name="surveys_response_recent",
                    ),
                    models.Index(
                        condition=models.Q(("rolled_up_at__isnull", True), ("state", "completed")),
                        fields=["organisation"],
                        name="surveys_response_unrolled",
                    ),
                    models.Index(
                        fields=["organisation", "contact"], name="surveys_response_contact"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "submission_id"),
                        name="surveys_response_submission_key",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["partial", "completed", "quarantined"])),
                        fields=("organisation", "invitation"),
                        name="surveys_response_once_per_invitation",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "Score",
            [
                ("id", row_id()),
                ("question_key", models.CharField(max_length=40)),
                ("metric", models.CharField(max_length=12)),
                ("value", models.SmallIntegerField()),
                ("organisation", organisation(db_index=False)),
                ("response", relation("surveys.response", db_index=False, related_name="scores")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "response", "question_key"),
                        name="surveys_score_answer_key",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "ScoreRollup",
            [
                ("id", row_id()),
                ("question_key", models.CharField(max_length=40)),
                ("metric", models.CharField(max_length=12)),
                ("hour", models.DateTimeField()),
                ("channel", models.CharField(max_length=20)),
                ("counts", ArrayField(base_field=models.IntegerField(), size=11)),
                ("skipped", models.IntegerField(default=0)),
                ("organisation", organisation()),
                ("place", relation("accounts.place", blank=True, null=True)),
                ("survey", relation("surveys.survey")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "organisation",
                            "survey",
                            "question_key",
                            "metric",
                            "hour",
                            "channel",
                            "place",
                        ),
                        name="surveys_scorerollup_bucket_key",
                        nulls_distinct=False,
                    )
                ]
            },
        ),
        migrations.AddField(
            "survey",
            "current_version",
            relation("surveys.surveyversion", models.PROTECT, blank=True, null=True),
        ),
        SecureTenantTables("surveys", leaves=("score",)),
        *sql_files(__file__, "versions", "doors", "answers", "rollups"),
    ]
