"""Taking turns across processes, and noticing that the database lets one wait too long."""

from django.db import InterfaceError, OperationalError, connection


def take_turn(name: str) -> None:
    """Wait for one's turn at what the name stands for, and keep it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def is_busy(error: BaseException | None) -> bool:
    """Whether an error comes from a database that could not do it now: asking again may help.

    What was raised while it was handled counts as well.
    """
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__ or error.__context__
    return False
