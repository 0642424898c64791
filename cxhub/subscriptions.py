"""The asynchronous map: which tasks are told when something has happened.

A task here takes `(organisation_id, event_ids)` and consumes each event once. Whatever
reads a rollup subscribes to `rollup.refreshed`: event names say what is already true.
"""

SUBSCRIPTIONS: dict[str, list[str]] = {
    "response.completed": [
        "surveys.tasks.refresh_rollup",
        "alerts.tasks.evaluate_response",
        "journeys.tasks.settle_outreach",
    ],
    "response.commented": ["alerts.tasks.tell_words"],
    "response.changed": ["alerts.tasks.tell_change"],
    "response.callback_asked": ["alerts.tasks.tell_callback"],
    "survey.published": ["alerts.tasks.offer_rule"],
    "rollup.refreshed": ["dashboards.tasks.push_live"],
    "message.bounced": ["contacts.tasks.suppress_bounced"],
    "message.failed": ["alerts.tasks.record_failure"],
    "inbound.received": ["journeys.tasks.continue_conversation"],
}

# The synchronous map: functions that take a new organisation, in the transaction that founds it.
ON_FOUNDING: list[str] = ["channels_out.actions.channels.ensure_default_channels"]

# Functions that take a team, in the transaction that deletes it.
ON_DISBANDING: list[str] = ["alerts.actions.rules.tell_by_name"]

# Functions that take a place, in the transaction that gives it another name.
ON_RENAMING: list[str] = ["surveys.actions.rollups.show_place_anew"]

# Who knows when the message with a personal link left and arrived, for those who may not know it.
MOMENTS = "journeys.queries.letters.moments_of"

# Who makes of a link what is printed or pasted, for those who may not know the channels.
PUBLISH = "channels_out.actions.publishing.publish"
