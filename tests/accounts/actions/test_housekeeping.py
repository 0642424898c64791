"""What the clock throws away, and what it keeps."""

from datetime import timedelta

from django.utils import timezone

from accounts.actions.api_keys import create_api_key
from accounts.actions.housekeeping import forget
from accounts.models import IdempotencyKey
from events.models import DomainEvent


def test_old_repetitions_are_forgotten(organisation):
    api_key, _text = create_api_key(
        organisation=organisation, name="Till", scopes=["surveys:read"], created_by=None
    )
    for key, age in (("old", 49), ("new", 47)):
        IdempotencyKey.objects.create(
            organisation=organisation, api_key=api_key, key=key, fingerprint="x", status=201
        )
        IdempotencyKey.objects.filter(key=key).update(
            created_at=timezone.now() - timedelta(hours=age)
        )

    assert forget(function="accounts_forget_repetitions") == 1
    assert [kept.key for kept in IdempotencyKey.objects.all()] == ["new"]


def test_only_handled_events_are_forgotten(organisation):
    for kind, pending in (("handled", []), ("waiting", ["x"])):
        DomainEvent.objects.create(
            organisation=organisation,
            kind=kind,
            pending=pending,
            created_at=timezone.now() - timedelta(days=31),
        )

    assert forget(function="events_forget_handled") == 1
    assert [event.kind for event in DomainEvent.objects.all()] == ["waiting"]
