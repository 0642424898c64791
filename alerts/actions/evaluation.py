"""Judging a response by the rules of its survey."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import Organisation
from alerts.actions.facts import facts_of
from alerts.conditions import CONDITIONS
from alerts.conditions.base import Verdict
from alerts.models import Incident, Rule
from alerts.queries.rules import active_rules, recipients_of, version_of, watched_surveys
from alerts.reactions import REACTIONS
from alerts.reactions.base import Occasion
from cases.queries.stories import completed_response
from cxhub.lib.ids import parse_uuid
from events.models import DomainEvent
from surveys.enums import ResponseState
from surveys.models import Response


def of_watched_surveys(events: Sequence[DomainEvent]) -> list[DomainEvent]:
    """Those of one organisation's events whose survey a rule watches."""
    watched = watched_surveys(events[0].organisation_id) if events else set()
    return [event for event in events if parse_uuid(str(event.payload.get("survey"))) in watched]


def evaluate_response(event: DomainEvent) -> None:
    """Judge the response of a `response.completed` event."""
    response = completed_response(event.organisation_id, parse_uuid(str(event.payload["response"])))
    if response is not None:
        evaluate(response=response)


@transaction.atomic
def evaluate(*, response: Response) -> list[Incident]:
    """Open an incident per rule that is breached, with its reactions; returns the new ones.

    Only a completed response is judged: what nobody confirmed must not wake anybody.
    """
    if response.state != ResponseState.COMPLETED:
        return []
    rules = list(active_rules(response.survey))
    if not rules:
        return []
    facts = facts_of(response)
    breached = (
        rule
        for rule in rules
        if CONDITIONS[rule.condition].evaluate(facts, rule.params) is Verdict.BREACH
    )
    opened = (_open_incident(rule, response) for rule in breached)
    return [incident for incident in opened if incident is not None]


def _open_incident(rule: Rule, response: Response) -> Incident | None:
    """The incident of this pair with its reactions done, or None when it was there already."""
    organisation: Organisation = rule.organisation
    incident, is_new = Incident.objects.within(organisation).get_or_create(
        rule=rule,
        response=response,
        defaults={"organisation": organisation, "rule_version": version_of(rule)},
    )
    if not is_new:
        return None
    occasion = Occasion(incident, response, recipients_of(rule))
    for key in rule.reactions:
        REACTIONS[key].react(occasion)
    return incident
