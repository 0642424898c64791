"""Keys of API clients, and the requests they may repeat safely."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models.organisation import OrganisationOwned
from accounts.models.user import User


class ApiKey(OrganisationOwned):
    """An API client's key: shown once, stored as a hash, limited to scopes."""

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, db_index=True)
    scopes = ArrayField(models.CharField(max_length=40))
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key_hash"], name="accounts_apikey_hash_key"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class IdempotencyKey(OrganisationOwned):
    """A POST that was answered once: its repetition gets the same answer for 48 hours."""

    api_key = models.ForeignKey(
        ApiKey, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "api_key", "key"],
                name="accounts_idempotencykey_key",
            )
        ]

    def __str__(self) -> str:
        return self.key
