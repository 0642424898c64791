"""The stop list: addresses that are never written to, known by their keyed hash only."""

import hashlib
import hmac
from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from accounts.models import Organisation
from contacts.models import Suppression
from cxhub.lib.arrays import text_array


def value_hash(organisation: Organisation | UUID, kind: str, value: str) -> str:
    """The keyed hash of a normalised address: useless without the key, different per tenant."""
    organisation_id = organisation.pk if isinstance(organisation, Organisation) else organisation
    words = f"{organisation_id}:{kind}:{value}".encode()
    return hmac.digest(_key(settings.SECRET_KEY), words, "sha256").hex()


@lru_cache(maxsize=2)
def _key(secret: str) -> bytes:
    return hashlib.sha256(f"stop-list:{secret}".encode()).digest()


def steps_in_force(organisation: Organisation, hashes: Iterable[str]) -> list[Suppression]:
    """The stops that hold: each reason is lifted by itself."""
    latest_of_each_reason = (
        Suppression.objects.within(organisation)
        .extra(where=["value_hash = ANY(%s::text[])"], params=[text_array(set(hashes))])
        .order_by("value_hash", "reason", "-created_at", "-pk")
        .distinct("value_hash", "reason")
    )
    return [step for step in latest_of_each_reason if not step.is_lifted]


def stops(organisation: Organisation, hashes: Iterable[str]) -> dict[str, Suppression]:
    """For each hash that is on the stop list the youngest stop that holds."""
    return {
        step.value_hash: step
        for step in sorted(
            steps_in_force(organisation, hashes), key=lambda one: (one.created_at, one.pk)
        )
    }


def stop_for(organisation: Organisation, kind: str, value: str) -> Suppression | None:
    """Why an address is on the stop list; None when it is not."""
    wanted = value_hash(organisation, kind, value)
    return stops(organisation, [wanted]).get(wanted)
