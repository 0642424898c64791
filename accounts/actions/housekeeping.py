"""What is thrown away by the clock, across organisations."""

from django.db import connection


def forget(*, function: str) -> int:
    """Run a SECURITY DEFINER function that deletes what is too old; returns how many rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}()")
        row = cursor.fetchone()
    return int(row[0])
