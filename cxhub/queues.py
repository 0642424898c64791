"""Which queue each task waits in: one slow kind of work must not delay another."""

QUEUES: dict[str, str] = {
    "accounts.tasks.send_member_invitations": "events",
    "accounts.tasks.*": "maintenance",
    "events.tasks.forget_handled": "maintenance",
    "events.tasks.*": "events",
    "surveys.tasks.check_rollups": "maintenance",
    "surveys.tasks.*": "rollup",
    "dashboards.tasks.*": "rollup",
    "alerts.tasks.*": "alerts",
    "contacts.tasks.*": "events",
    "journeys.tasks.send_due_outreach": "events",
    "journeys.tasks.settle_outreach": "events",
    "journeys.tasks.continue_conversation": "inbound",
    "journeys.tasks.*": "bulk",
    "channels_out.tasks.deliver_messages": "email",
    "channels_out.tasks.deliver_due": "events",
    "channels_out.tasks.*": "maintenance",
}
