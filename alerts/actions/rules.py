"""Making, changing and switching rules; each change is a version that incidents point at."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.actions import audit
from accounts.models import Membership, Organisation, Team, User
from accounts.queries.memberships import members
from accounts.queries.teams import held_teams
from alerts.conditions import CONDITIONS
from alerts.conditions.base import Params
from alerts.exceptions import RuleChanged, RuleRefused
from alerts.models import Rule, RuleVersion
from alerts.queries.rules import (
    locked_rule,
    locked_rules_telling,
    member_for_user,
    members_named,
    recipients_of,
    survey_rule_count,
)
from alerts.reactions import REACTIONS
from events.models import DomainEvent
from surveys.models import Survey
from surveys.queries.surveys import definition_of, survey_by_id
from surveys.scoring import METRICS

MOST_RECIPIENTS = 20
MOST_RULES = 50


@dataclass(frozen=True)
class Wish:
    """A rule as somebody wants it."""

    survey: Survey
    condition: str
    params: Params
    reactions: Sequence[str]
    recipients: Sequence[Membership]
    is_active: bool
    teams: Sequence[Team] = ()


@transaction.atomic
def create_rule(*, organisation: Organisation, wish: Wish, created_by: User | None) -> Rule:
    """A new rule."""
    _check(organisation, wish)
    if survey_rule_count(wish.survey) >= MOST_RULES:
        raise RuleRefused("survey", "too_many_rules")
    rule = Rule(organisation=organisation, created_by=created_by)
    _write(rule, wish)
    rule.save()
    _remember(rule, created_by, "rule.created")
    return rule


@transaction.atomic
def save_rule(*, rule: Rule, wish: Wish, actor: User | None, revision: int | None = None) -> Rule:
    """Change a rule, if nobody else changed it since `revision`."""
    locked = locked_rule(rule)
    # A team that was deleted may have left more people than one would choose: they may stay.
    _check(rule.organisation, wish, most=max(MOST_RECIPIENTS, len(locked.recipients)))
    if revision is not None and locked.revision != revision:
        raise RuleChanged
    _write(locked, wish)
    locked.revision += 1
    locked.save()
    _remember(locked, actor, "rule.changed")
    return locked


@transaction.atomic
def switch_rule(*, rule: Rule, is_active: bool, actor: User | None) -> Rule:
    """Let a rule watch, or not; switching it to what it is changes nothing."""
    locked = locked_rule(rule)
    if locked.is_active == is_active:
        return locked
    if is_active and not recipients_of(locked):
        raise RuleRefused("recipients", "empty")
    locked.is_active = is_active
    locked.revision += 1
    locked.save(update_fields=["is_active", "revision", "updated_at"])
    _remember(locked, actor, "rule.switched")
    return locked


@transaction.atomic
def leave_rule(*, rule: Rule, member: Membership) -> Rule:
    """A member wants no more of these alerts, as himself and as one of a team.

    The last one told cannot leave an empty rule.
    """
    locked = locked_rule(rule)
    told, leaving = {one.pk for one in recipients_of(locked)}, str(member.pk)
    if member.pk not in told:
        return locked
    if told == {member.pk}:
        raise RuleRefused("recipients", "empty")
    locked.recipients = [pk for pk in locked.recipients if pk != leaving]
    locked.left = [*locked.left, leaving] if locked.teams else locked.left
    locked.revision += 1
    locked.save(update_fields=["recipients", "left", "revision", "updated_at"])
    _remember(locked, member.user, "rule.left")
    return locked


@transaction.atomic
def tell_by_name(team: Team) -> None:
    """Before a team is deleted, its members are told by name where it was told."""
    present = [
        str(pk) for pk in members(team.organisation).filter(team=team).values_list("pk", flat=True)
    ]
    for rule in locked_rules_telling(team):
        known = {*rule.recipients, *rule.left}
        rule.recipients = [*rule.recipients, *(pk for pk in present if pk not in known)]
        rule.teams = [pk for pk in rule.teams if pk != str(team.pk)]
        rule.revision += 1
        rule.save(update_fields=["recipients", "teams", "revision", "updated_at"])
        _remember(rule, None, "rule.changed")


def create_detractor_rule(
    *,
    survey: Survey,
    recipients: Sequence[Membership],
    is_active: bool,
    created_by: User | None,
) -> Rule:
    """The rule of the template: a bad score opens a case and is told by email at once."""
    metric = primary_metric(survey)
    if metric is None:
        raise RuleRefused("survey", "no_score")
    wish = Wish(
        survey=survey,
        condition="score_below",
        params={"metric": metric, "at_most": METRICS[metric].negative_to},
        reactions=list(REACTIONS),
        recipients=recipients,
        is_active=is_active,
    )
    return create_rule(organisation=survey.organisation, wish=wish, created_by=created_by)


def offer_rule(event: DomainEvent) -> None:
    """Make the template's rule for the person who published a survey that has none.

    It waits to be switched on, unless the publisher has asked for alerts already.
    """
    survey = survey_by_id(event.organisation, str(event.payload["survey"]))
    publisher = member_for_user(event.organisation, str(event.payload.get("actor")))
    if survey is None or publisher is None or not primary_metric(survey):
        return
    if survey_rule_count(survey):
        return
    create_detractor_rule(
        survey=survey,
        recipients=[publisher],
        is_active=bool(event.payload.get("alert_publisher")),
        created_by=publisher.user,
    )


def primary_metric(survey: Survey) -> str | None:
    """The scale of the question that stands for the survey."""
    if survey.current_version is None:
        return None
    primary = definition_of(survey.current_version).primary
    return primary.kind if primary else None


def _check(organisation: Organisation, wish: Wish, *, most: int = MOST_RECIPIENTS) -> None:
    condition = CONDITIONS.get(wish.condition)
    if condition is None:
        raise RuleRefused("condition", "unknown")
    for parameter in condition.check(wish.params):
        raise RuleRefused(parameter, "outside_scale")
    if not wish.reactions or not set(wish.reactions) <= REACTIONS.keys():
        raise RuleRefused("reactions", "unknown")
    if len(wish.recipients) > most:
        raise RuleRefused("recipients", "too_many")
    people = _ids(wish.recipients)
    if members_named(organisation, people).keys() != set(people):
        raise RuleRefused("recipients", "not_a_member")
    if len(held_teams(organisation, wish.teams)) < len(wish.teams):
        raise RuleRefused("recipients", "not_a_member")
    if not (people or members(organisation).filter(team__in=wish.teams).exists()):
        raise RuleRefused("recipients", "empty")


def _write(rule: Rule, wish: Wish) -> None:
    rule.survey = wish.survey
    rule.condition = wish.condition
    rule.params = dict(wish.params)
    rule.reactions = [key for key in REACTIONS if key in wish.reactions]
    rule.recipients = _ids(wish.recipients)
    rule.teams = _ids(wish.teams)
    rule.left = [pk for pk in rule.left if pk not in rule.recipients]
    rule.is_active = wish.is_active
    rule.name = wish.survey.name


def _ids(rows: Sequence[Membership] | Sequence[Team]) -> list[str]:
    return [str(row.pk) for row in rows]


def _remember(rule: Rule, actor: User | None, action: str) -> None:
    RuleVersion.objects.create(
        organisation=rule.organisation,
        rule=rule,
        revision=rule.revision,
        definition={
            "survey": str(rule.survey_id),
            "condition": rule.condition,
            "params": rule.params,
            "reactions": rule.reactions,
            "recipients": rule.recipients,
            "teams": rule.teams,
            "left": rule.left,
            "is_active": rule.is_active,
        },
    )
    audit.record(
        organisation=rule.organisation,
        actor=actor,
        action=action,
        target=str(rule.pk),
        detail={"name": rule.name, "revision": rule.revision, "is_active": rule.is_active},
    )
