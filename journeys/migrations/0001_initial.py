"""The tables of this app; what the database does beyond them is in `sql/`, by noun."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

from cxhub.lib.tenant_tables import SecureTenantTables, organisation, relation, row_id, sql_files


class Migration(migrations.Migration):
    initial = True

    dependencies = [("surveys", "0001_initial"), ("channels_out", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "Journey",
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
                            ("archived", "Archived"),
                        ],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
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
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            "JourneyEvent",
            [
                ("id", row_id()),
                ("type", models.CharField(max_length=60)),
                ("occurred_at", models.DateTimeField()),
                ("properties", models.JSONField(blank=True, default=dict)),
                ("dedupe_key", models.CharField(max_length=120)),
                ("received_at", models.DateTimeField(db_default=Now())),
                ("contact", relation("contacts.contact")),
                ("organisation", organisation()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "dedupe_key"),
                        name="journeys_journeyevent_dedupe_key",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "JourneyVersion",
            [
                ("id", row_id()),
                ("number", models.PositiveIntegerField()),
                ("definition", models.JSONField()),
                ("published_at", models.DateTimeField(auto_now_add=True)),
                ("journey", relation("journeys.journey")),
                ("organisation", organisation()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "journey", "number"),
                        name="journeys_journeyversion_number_key",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "JourneyRun",
            [
                ("id", row_id()),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "In progress"), ("finished", "Finished")],
                        default="active",
                        max_length=8,
                    ),
                ),
                ("started_at", models.DateTimeField(db_default=Now())),
                ("last_event_at", models.DateTimeField(db_default=Now())),
                ("contact", relation("contacts.contact")),
                ("journey", relation("journeys.journey")),
                ("organisation", organisation()),
                ("version", relation("journeys.journeyversion", models.PROTECT)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("organisation", "journey", "contact"),
                        name="journeys_journeyrun_active_key",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "Send",
            [
                ("id", row_id()),
                ("name", models.CharField(max_length=80)),
                ("channel_kind", models.CharField(max_length=20)),
                ("audience", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planning", "Being prepared"),
                            ("running", "Sending"),
                            ("paused", "Paused"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planning",
                        max_length=9,
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
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
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("conversation", "By replying to the text"),
                            ("link", "By a link in the text"),
                        ],
                        max_length=12,
                    ),
                ),
                ("form_id", models.UUIDField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-created_at"], name="journeys_send_recent"
                    ),
                    models.Index(
                        condition=models.Q(("state", "planning")),
                        fields=["organisation"],
                        name="journeys_send_planning",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "form_id"), name="journeys_send_form_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "Stage",
            [
                ("id", row_id()),
                ("name", models.CharField(max_length=80)),
                ("position", models.PositiveSmallIntegerField()),
                ("journey", relation("journeys.journey", related_name="stages")),
                ("organisation", organisation()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"ordering": ["position"]},
        ),
        migrations.CreateModel(
            "Touchpoint",
            [
                ("id", row_id()),
                ("name", models.CharField(max_length=80)),
                ("position", models.PositiveSmallIntegerField()),
                ("event_type", models.CharField(blank=True, max_length=60)),
                ("delay_minutes", models.PositiveIntegerField(default=0)),
                ("channel_kind", models.CharField(blank=True, max_length=20)),
                ("is_moment_of_truth", models.BooleanField(default=False)),
                ("journey", relation("journeys.journey", related_name="touchpoints")),
                ("organisation", organisation()),
                ("owner", relation("accounts.membership", models.SET_NULL, blank=True, null=True)),
                ("stage", relation("journeys.stage", related_name="touchpoints")),
                ("survey", relation("surveys.survey", models.SET_NULL, blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"ordering": ["position"]},
        ),
        migrations.CreateModel(
            "Outreach",
            [
                ("id", row_id()),
                ("channel_kind", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("deferred", "Deferred"),
                            ("suppressed", "Not asked"),
                            ("sent", "Handed over"),
                            ("answered", "Answered"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_address", "No address for this channel"),
                            ("no_consent", "No consent for this channel"),
                            ("withdrawn", "Consent withdrawn"),
                            ("suppressed", "On the stop list"),
                            ("recently_asked", "Asked recently"),
                            ("same_survey", "Already asked with this survey"),
                            ("open_case", "Has an open case"),
                            ("quiet_hours", "Outside sending hours"),
                            ("no_channel", "No sender configured for this channel"),
                            ("survey_not_live", "The survey is not live"),
                            ("expired", "Too late to ask"),
                            ("fault", "Could not be prepared"),
                        ],
                        max_length=20,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("decided_at", models.DateTimeField(db_default=Now())),
                ("contact", relation("contacts.contact")),
                (
                    "invitation",
                    relation("surveys.invitation", models.SET_NULL, blank=True, null=True),
                ),
                ("journey_event", relation("journeys.journeyevent", blank=True, null=True)),
                ("journey_run", relation("journeys.journeyrun", blank=True, null=True)),
                (
                    "message",
                    relation("channels_out.message", models.SET_NULL, blank=True, null=True),
                ),
                ("organisation", organisation()),
                ("survey", relation("surveys.survey")),
                ("send", relation("journeys.send", blank=True, null=True)),
                (
                    "touchpoint",
                    relation("journeys.touchpoint", models.SET_NULL, blank=True, null=True),
                ),
                ("eligible_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["planned", "deferred"])),
                        fields=["organisation", "due_at"],
                        name="journeys_outreach_due",
                    ),
                    models.Index(
                        fields=["organisation", "contact", "-created_at"],
                        name="journeys_outreach_who",
                    ),
                    models.Index(
                        fields=["organisation", "invitation"], name="journeys_outreach_invitation"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("send__isnull", False)),
                        fields=("organisation", "send", "contact"),
                        name="journeys_outreach_send_key",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("journey_event__isnull", False)),
                        fields=("organisation", "journey_event", "touchpoint"),
                        name="journeys_outreach_event_key",
                    ),
                ],
            },
        ),
        migrations.AddField(
            "journey",
            "current_version",
            relation("journeys.journeyversion", models.PROTECT, blank=True, null=True),
        ),
        SecureTenantTables("journeys"),
        *sql_files(__file__, "versions", "outreach"),
    ]
