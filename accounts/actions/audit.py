"""Writing the audit log."""

from accounts.models import AuditEvent, Organisation, User

LONGEST_NAME = 120


def record(
    *,
    organisation: Organisation,
    actor: User | None,
    action: str,
    target: str = "",
    detail: dict[str, str | int | bool | None] | None = None,
) -> AuditEvent:
    """Append one act to the organisation's log, in the caller's transaction.

    An address may be longer than the log's columns: what it begins with names it.
    """
    return AuditEvent.objects.create(
        organisation=organisation,
        actor=actor,
        actor_label=(str(actor) if actor else "system")[:LONGEST_NAME],
        action=action,
        target=target[:LONGEST_NAME],
        detail=detail or {},
    )
