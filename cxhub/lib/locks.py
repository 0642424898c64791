"""Taking turns across processes."""

from django.db import connection


def take_turn(name: str) -> None:
    """Wait for one's turn at what the name stands for, and keep it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
