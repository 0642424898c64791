"""A configured way to carry words out."""

from django.db import models

from accounts.models import OrganisationOwned


class Channel(OrganisationOwned):
    """A configured sender. `kind` and `provider` are keys of the registry in `kinds`.

    `credentials` is sealed JSON; only the sending worker opens it. The breaker keeps
    messages queued while the provider's account is in trouble; the window counts what it
    decides by. `paced_until` is how far the sender's rate is already spoken for.
    """

    kind = models.CharField(max_length=20)
    provider = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    sender = models.CharField(max_length=254, blank=True)
    credentials = models.TextField(blank=True)
    options = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)
    breaker_open_until = models.DateTimeField(null=True, blank=True)
    breaker_reason = models.CharField(max_length=200, blank=True)
    window_at = models.DateTimeField(null=True, blank=True)
    window_calls = models.PositiveIntegerField(default=0)
    window_errors = models.PositiveIntegerField(default=0)
    paced_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind"],
                condition=models.Q(is_default=True),
                name="channels_out_channel_default_key",
            )
        ]

    def __str__(self) -> str:
        return self.name
