"""Writing the audit log."""

from accounts.models import AuditEvent, Organisation, User


def record(
    *,
    organisation: Organisation,
    actor: User | None,
    action: str,
    target: str = "",
    detail: dict[str, str | int | bool | None] | None = None,
) -> AuditEvent:
    """Append one act to the organisation's log, in the caller's transaction."""
    return AuditEvent.objects.create(
        organisation=organisation,
        actor=actor,
        actor_label=str(actor) if actor else "system",
        action=action,
        target=target,
        detail=detail or {},
    )
