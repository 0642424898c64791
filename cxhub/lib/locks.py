"""Taking turns across processes, and noticing that the database lets one wait too long."""

from django.db import InterfaceError, OperationalError, connection


def take_turn(name: str, *, is_shared: bool = False, patience: str = "") -> None:
    """Wait for one's turn at what the name stands for, and keep it until the transaction ends.

    Those who share a turn go side by side, apart from whoever wants it for himself. `patience`
    is for the rest of the transaction, where many in line make the usual time too short.
    """
    lock = "pg_advisory_xact_lock_shared" if is_shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CASE WHEN %s <> '' THEN set_config('lock_timeout', %s, true) END, "
            f"{lock}(hashtextextended(%s, 0))",
            [patience, patience, name],
        )


def is_busy(error: BaseException | None) -> bool:
    """Whether an error comes from a database that could not do it now: asking again may help.

    What was raised while it was handled counts as well.
    """
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__ or error.__context__
    return False
