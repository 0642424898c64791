import re

from django.db import connection


def test_what_a_claim_writes_is_in_no_index_and_finds_room_beside_its_row(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index "
            "WHERE indrelid = 'channels_out_message'::regclass"
        )
        words = {word for (index,) in cursor.fetchall() for word in re.findall(r"\w+", index)}
        cursor.execute(
            "SELECT reloptions FROM pg_class WHERE oid = 'channels_out_message'::regclass"
        )
        options = cursor.fetchone()[0]

    assert "next_attempt_at" in words
    written = {"state", "attempts", "claim_token", "reason", "claimed_at", "lease_until"}
    assert written & words == set()
    assert options == ["fillfactor=50"]
