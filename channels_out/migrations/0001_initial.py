"""The tables of this app; what the database does beyond them is in `sql/`, by noun."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

from cxhub.lib.tenant_tables import SecureTenantTables, organisation, relation, row_id, sql_files


class Migration(migrations.Migration):
    initial = True

    dependencies = [("contacts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "Channel",
            [
                ("id", row_id()),
                ("kind", models.CharField(max_length=20)),
                ("provider", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=80)),
                ("sender", models.CharField(blank=True, max_length=254)),
                ("credentials", models.TextField(blank=True)),
                ("options", models.JSONField(blank=True, default=dict)),
                ("is_active", models.BooleanField(default=True)),
                ("is_default", models.BooleanField(default=False)),
                ("breaker_open_until", models.DateTimeField(blank=True, null=True)),
                ("breaker_reason", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("organisation", organisation()),
                ("window_at", models.DateTimeField(blank=True, null=True)),
                ("window_calls", models.PositiveIntegerField(default=0)),
                ("window_errors", models.PositiveIntegerField(default=0)),
                ("paced_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("organisation", "kind"),
                        name="channels_out_channel_default_key",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "InboundMessage",
            [
                ("id", row_id()),
                ("sender", models.CharField(max_length=40)),
                ("text", models.TextField(blank=True)),
                ("provider_id", models.CharField(max_length=120)),
                ("outcome", models.CharField(blank=True, max_length=20)),
                ("received_at", models.DateTimeField(db_default=Now())),
                ("channel", relation("channels_out.channel")),
                ("contact", relation("contacts.contact", models.SET_NULL, blank=True, null=True)),
                ("organisation", organisation()),
                ("media", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "channel", "provider_id"),
                        name="channels_out_inboundmessage_key",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "MessageBody",
            [
                ("id", row_id()),
                ("digest", models.CharField(max_length=64)),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField()),
                ("html", models.TextField(blank=True)),
                ("headers", models.JSONField(blank=True, default=dict)),
                ("organisation", organisation()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "digest"),
                        name="channels_out_messagebody_digest_key",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "Message",
            [
                ("id", row_id()),
                ("purpose", models.CharField(max_length=12)),
                ("to", models.CharField(max_length=254)),
                ("language", models.CharField(max_length=5)),
                ("slots", models.JSONField(blank=True, default=dict)),
                ("sealed_slots", models.TextField(blank=True)),
                ("dedupe_key", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("queued", "Waiting to be sent"),
                            ("sending", "Being sent"),
                            ("unknown", "Not known whether it was sent"),
                            ("retry_wait", "Waiting for another try"),
                            ("accepted", "Accepted by the provider"),
                            ("sent", "Sent"),
                            ("delivered", "Delivered"),
                            ("undelivered", "Not delivered"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                            ("expired", "Expired"),
                            ("suppressed", "Not sent: excluded"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("error_code", models.CharField(blank=True, max_length=20)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(db_default=Now())),
                ("expires_at", models.DateTimeField()),
                ("claim_token", models.UUIDField(blank=True, null=True)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("provider_id", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("channel", relation("channels_out.channel", models.PROTECT, db_index=False)),
                (
                    "contact",
                    relation(
                        "contacts.contact", models.SET_NULL, blank=True, db_index=False, null=True
                    ),
                ),
                ("organisation", organisation(db_index=False)),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.SET_NULL,
                        blank=True,
                        db_index=False,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("body", relation("channels_out.messagebody", models.PROTECT, db_index=False)),
                ("ring_after", models.DateTimeField(db_default=Now())),
                ("looks", models.PositiveSmallIntegerField(default=0)),
                ("is_resent", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "retry_wait"])),
                        fields=["organisation", "next_attempt_at"],
                        name="channels_out_message_due",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["sending", "unknown"])),
                        fields=["organisation", "lease_until"],
                        name="channels_out_message_open",
                    ),
                    models.Index(
                        fields=["organisation", "contact", "-created_at"],
                        name="channels_out_message_who",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "dedupe_key"),
                        name="channels_out_message_dedupe_key",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("provider_id", ""), _negated=True),
                        fields=("organisation", "channel", "provider_id"),
                        name="channels_out_message_provider_key",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "MessageEvent",
            [
                ("id", row_id()),
                ("status", models.CharField(max_length=30)),
                ("provider_id", models.CharField(blank=True, max_length=120)),
                ("provider_event_id", models.CharField(blank=True, max_length=120)),
                ("error_code", models.CharField(blank=True, max_length=20)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("message", relation("channels_out.message", db_index=False)),
                ("organisation", organisation(db_index=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "organisation",
                            "message",
                            "status",
                            "provider_event_id",
                            "provider_id",
                        ),
                        name="channels_out_messageevent_key",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "SmsConversation",
            [
                ("id", row_id()),
                ("number", models.CharField(max_length=20)),
                ("subject_id", models.UUIDField()),
                ("step", models.CharField(blank=True, max_length=40)),
                ("reprompts", models.PositiveSmallIntegerField(default=0)),
                ("is_open", models.BooleanField(default=True)),
                ("opened_at", models.DateTimeField(db_default=Now())),
                ("expires_at", models.DateTimeField()),
                ("last_inbound_at", models.DateTimeField(blank=True, null=True)),
                ("channel", relation("channels_out.channel")),
                ("contact", relation("contacts.contact", models.SET_NULL, blank=True, null=True)),
                ("organisation", organisation()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_open", True)),
                        fields=("organisation", "channel", "number"),
                        name="channels_out_smsconversation_open_key",
                    )
                ]
            },
        ),
        SecureTenantTables("channels_out"),
        *sql_files(__file__, "channels", "messages"),
    ]
