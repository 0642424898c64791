"""Reads of rules and of whom they tell."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.models import Membership, Organisation, Team
from accounts.queries.memberships import members
from accounts.queries.teams import teams
from alerts.enums import NotificationState
from alerts.models import Incident, Notification, Rule, RuleVersion
from cxhub.lib.ids import parse_uuid
from cxhub.lib.rows import row_by_id
from surveys.enums import SurveyState
from surveys.models import Survey


def rules(organisation: Organisation) -> QuerySet[Rule]:
    """The organisation's rules, those that watch first."""
    return (
        Rule.objects.within(organisation)
        .select_related("survey__current_version")
        .order_by("-is_active", "survey__name", "created_at")
    )


def active_rules(survey: Survey) -> QuerySet[Rule]:
    """The rules that watch a survey, oldest first."""
    return (
        Rule.objects.within(survey.organisation_id)
        .filter(survey=survey, is_active=True)
        .order_by("created_at", "pk")
    )


def watched_surveys(organisation: Organisation | UUID) -> set[UUID]:
    """The surveys that a rule watches."""
    rows = Rule.objects.within(organisation).filter(is_active=True)
    return set(rows.order_by().values_list("survey_id", flat=True))


def locked_rule(rule: Rule) -> Rule:
    """The rule as it is now, locked until the transaction ends."""
    return (
        Rule.objects.within(rule.organisation_id)
        .select_related("survey", "organisation")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=rule.pk)
    )


def version_of(rule: Rule) -> RuleVersion:
    """The rule as it stands, as an incident remembers it."""
    return RuleVersion.objects.within(rule.organisation_id).get(rule=rule, revision=rule.revision)


def member_for_user(organisation: Organisation, text: str) -> Membership | None:
    """A person's membership, by the person's identifier."""
    pk = parse_uuid(text)
    return members(organisation).filter(user=pk, user__is_active=True).first() if pk else None


def survey_rule_count(survey: Survey) -> int:
    """How many rules a survey has, watching or not."""
    return Rule.objects.within(survey.organisation_id).filter(survey=survey).count()


def surveys_without_rule(organisation: Organisation) -> QuerySet[Survey]:
    """Published surveys that nothing watches yet."""
    ruled = Rule.objects.within(organisation).values("survey")
    return (
        Survey.objects.within(organisation)
        .filter(state__in=[SurveyState.LIVE, SurveyState.PAUSED])
        .exclude(pk__in=ruled)
        .select_related("organisation", "current_version")
        .order_by("name")
    )


def watchable_surveys(organisation: Organisation, rule: Rule | None = None) -> QuerySet[Survey]:
    """Published surveys by name; for a rule, also its own whatever became of it."""
    wanted = Q(state__in=[SurveyState.LIVE, SurveyState.PAUSED])
    if rule is not None:
        wanted |= Q(pk=rule.survey_id)
    rows = Survey.objects.within(organisation).select_related("organisation", "current_version")
    return rows.filter(wanted).order_by("name", "pk")


def recipients_of(rule: Rule) -> list[Membership]:
    """Whom the rule tells now: who is named, and who is in a team that is named."""
    if not (rule.recipients or rule.teams):
        return []
    told = Q(pk__in=rule.recipients) | Q(team__in=rule.teams)
    rows = members(rule.organisation).filter(told, user__is_active=True)
    return list(rows.exclude(pk__in=rule.left))


def members_named(organisation: Organisation, ids: Iterable[str]) -> dict[str, Membership]:
    """Members by id, of those ids that are members of the organisation."""
    wanted = set(ids)
    rows = members(organisation).filter(pk__in=wanted, user__is_active=True) if wanted else []
    return {str(member.pk): member for member in rows}


def teams_named(organisation: Organisation, ids: Iterable[str]) -> dict[str, Team]:
    """Teams by id, of those ids that are teams of the organisation."""
    wanted = set(ids)
    rows = teams(organisation).filter(pk__in=wanted) if wanted else []
    return {str(team.pk): team for team in rows}


def locked_rules_telling(team: Team) -> QuerySet[Rule]:
    """The rules that name a team, locked until the transaction ends."""
    return (
        Rule.objects.within(team.organisation_id)
        .filter(teams__contains=[str(team.pk)])
        .select_related("organisation")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )


def firings_since(organisation: Organisation, since: datetime) -> dict[UUID, int]:
    """How many incidents each rule has had."""
    rows = (
        Incident.objects.within(organisation)
        .filter(opened_at__gte=since)
        .values("rule")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {row["rule"]: row["count"] for row in rows}


def degraded(organisation: Organisation) -> dict[UUID, list[Notification]]:
    """By rule, the recipients whose latest notification failed: nobody there reads the alerts."""
    latest = (
        Notification.objects.within(organisation)
        .exclude(state__in=[NotificationState.PENDING, NotificationState.QUEUED])
        .select_related("incident", "member__user")
        .order_by("incident__rule", "member", "-created_at")
        .distinct("incident__rule", "member")
    )
    failed: dict[UUID, list[Notification]] = defaultdict(list)
    for notification in latest:
        if notification.state == NotificationState.FAILED:
            failed[notification.incident.rule_id].append(notification)
    return dict(failed)


def rule_by_id(organisation: Organisation, text: str) -> Rule | None:
    """The rule of an identifier as it is written in an address; None for anything else."""
    return row_by_id(rules(organisation), parse_uuid(text))
