"""Keep the steps of a draft, so that the builder can undo."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cxhub.lib.ids
from cxhub.lib.tenant_tables import SecureTenantTables


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_tenancy'),
        ('surveys', '0003_answer_path'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='survey',
            name='draft_step',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.CreateModel(
            name='DraftStep',
            fields=[
                ('id', models.UUIDField(default=cxhub.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('document', models.JSONField()),
                ('edit', models.CharField(blank=True, max_length=80)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('survey', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='surveys.survey')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'survey', 'number'), name='surveys_draftstep_number_key')],
            },
        ),
        SecureTenantTables("surveys"),
    ]
