"""The append-only log of who did what."""

from django.db import models

from accounts.models.organisation import OrganisationOwned
from accounts.models.user import User


class AuditEvent(OrganisationOwned):
    """One act of a person, a key or the system; never changed, never deleted (by trigger)."""

    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    actor_label = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    target = models.CharField(max_length=120, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-created_at"], name="accounts_audit_recent")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"
