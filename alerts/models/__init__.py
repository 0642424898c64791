"""Watching and telling."""

from alerts.models.incident import Incident, Notification
from alerts.models.rule import Rule, RuleVersion

__all__ = ["Incident", "Notification", "Rule", "RuleVersion"]
