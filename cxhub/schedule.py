"""The clock: which tasks run by themselves, and how often (seconds)."""

SCHEDULE: dict[str, float] = {
    "events.tasks.relay": 1,
    "surveys.tasks.roll_up": 1,
    "surveys.tasks.settle_held": 3,
    "channels_out.tasks.deliver_due": 2,
    "channels_out.tasks.sweep": 30,
    "journeys.tasks.send_due_outreach": 2,
    "alerts.tasks.notify_due": 5,
    "accounts.tasks.send_due_invitations": 60,
    "surveys.tasks.check_rollups": 86400,
    "accounts.tasks.forget_repetitions": 3600,
    "events.tasks.forget_handled": 3600,
}
