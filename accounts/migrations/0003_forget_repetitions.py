"""Forgetting the answers to repeated requests after 48 hours, across organisations."""

from django.db import migrations

FORGET = """
CREATE FUNCTION accounts_forget_repetitions() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM accounts_idempotencykey
        WHERE created_at < now() - interval '48 hours' RETURNING 1
    )
    SELECT count(*) FROM gone
$$
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_tenancy")]

    operations = [migrations.RunSQL(FORGET, "DROP FUNCTION accounts_forget_repetitions()")]
