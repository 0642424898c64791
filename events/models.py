"""The outbox: what happened here, and who has not been told yet."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.models import Organisation, OrganisationOwned


class DomainEvent(OrganisationOwned):
    """A fact, written in the transaction of its cause.

    `pending` names the subscribers (task paths) that have not handled it; each removes its
    own name in the transaction of its effects. The relay rings them again from `ring_after`
    until the list is empty. `failures` counts attempts per subscriber; one that used them up
    moves to `dead`, where the event stays until an operator replays or dismisses it.
    """

    # Every answer and every message writes here: what nothing asks by has no index.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    pending = ArrayField(models.CharField(max_length=120), default=list)
    ring_after = models.DateTimeField(db_default=Now())
    failures = models.JSONField(default=dict)
    dead = ArrayField(models.CharField(max_length=120), default=list)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "ring_after"],
                condition=~models.Q(pending=[]),
                name="events_domainevent_pending",
            ),
            models.Index(
                fields=["organisation", "created_at"],
                condition=~models.Q(dead=[]),
                name="events_domainevent_given_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
