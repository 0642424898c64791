"""The stop list: addresses that are never written to, known by their keyed hash only."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings

from accounts.models import Organisation
from contacts.models import Suppression
from cxhub.lib.arrays import text_array


def value_hash(organisation: Organisation | UUID, kind: str, value: str) -> str:
    """The keyed hash of a normalised address: useless without the key, different per tenant."""
    return value_hashes(organisation, kind, [value])[value]


def value_hashes(
    organisation: Organisation | UUID, kind: str, values: Iterable[str]
) -> dict[str, str]:
    """The hash of each address; what comes before an address is hashed once for all of them."""
    organisation_id = organisation.pk if isinstance(organisation, Organisation) else organisation
    begun = HMAC(_key(settings.SECRET_KEY), SHA256())
    begun.update(f"{organisation_id}:{kind}:".encode())
    return {value: _ended(begun, value) for value in values}


def _ended(begun: HMAC, value: str) -> str:
    own = begun.copy()
    own.update(value.encode())
    return own.finalize().hex()


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
