"""Saying a rule in a sentence."""

from collections.abc import Mapping

from django.template import Library
from django.utils.translation import gettext as _

from accounts.models import Membership, Team
from alerts.conditions import CONDITIONS
from alerts.models import Rule
from alerts.reactions import REACTIONS

register = Library()


@register.simple_tag
def condition_sentence(rule: Rule) -> str:
    """What the rule watches for."""
    return CONDITIONS[rule.condition].sentence(rule.params)


@register.simple_tag
def reaction_sentence(
    rule: Rule, members: Mapping[str, Membership], teams: Mapping[str, Team]
) -> str:
    """What happens then."""
    names = [_("the team %(name)s") % {"name": teams[pk]} for pk in rule.teams if pk in teams]
    names += [str(members[pk].user) for pk in rule.recipients if pk in members]
    parts = [REACTIONS[key].sentence(names) for key in rule.reactions]
    return ", ".join(parts)


@register.filter
def named(by_rule: Mapping[object, object], rule: Rule) -> object:
    """What a mapping by rule holds for this one."""
    return by_rule.get(rule.pk)
