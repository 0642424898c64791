"""What to watch for and whom to tell."""

from django.db import models

from accounts.models import OrganisationOwned, User
from surveys.models import Survey


class Rule(OrganisationOwned):
    """A condition on a survey's answers and the reactions to it.

    `condition` and the keys of `reactions` are keys of their registries; `recipients` holds
    membership ids as texts, `teams` those of teams: whoever is in one when the rule finds
    something is told, except those in `left`, who asked not to be.
    """

    name = models.CharField(max_length=120)
    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    condition = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    reactions = models.JSONField(default=list)
    recipients = models.JSONField(default=list)
    teams = models.JSONField(default=list)
    left = models.JSONField(default=list)
    is_active = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "survey"],
                condition=models.Q(is_active=True),
                name="alerts_rule_active",
            )
        ]

    def __str__(self) -> str:
        return self.name


class RuleVersion(OrganisationOwned):
    """The rule as it stood at one revision: what an incident was judged by."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    revision = models.PositiveIntegerField()
    definition = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "rule", "revision"],
                name="alerts_ruleversion_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} r{self.revision}"
