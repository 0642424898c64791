"""Who belongs to an organisation, where, and with which rights."""

from django.db import models

from accounts.enums import RANKS, Role
from accounts.models.organisation import OrganisationOwned
from accounts.models.user import User


class Place(OrganisationOwned):
    """A store, site or desk that customers visit; carries its own time zone.

    One that is archived keeps what names it, and is not offered for anything new.
    """

    name = models.CharField(max_length=80)
    code = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=80, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    opening_hours = models.JSONField(default=dict, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="accounts_place_name_key")
        ]

    def __str__(self) -> str:
        return self.name


class Team(OrganisationOwned):
    """Members who answer for the same customers."""

    name = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="accounts_team_name_key")
        ]

    def __str__(self) -> str:
        return self.name


class Membership(OrganisationOwned):
    """A user's role in an organisation: the member."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=8, choices=Role, default=Role.VIEWER)
    team = models.ForeignKey(
        Team,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], name="accounts_membership_user_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"

    def may(self, role: str) -> bool:
        """Whether this member has the rights of a role."""
        return RANKS[self.role] >= RANKS[role]
