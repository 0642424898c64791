"""Judging a response by the rules of its survey."""

from django.db import transaction

from accounts.models import Organisation
from alerts.actions.facts import facts_of
from alerts.conditions import CONDITIONS
from alerts.conditions.base import Verdict
from alerts.models import Incident, Rule
from alerts.queries.rules import active_rules, recipients_of, version_of
from alerts.reactions import REACTIONS
from alerts.reactions.base import Occasion
from surveys.enums import ResponseState
from surveys.models import Response


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
