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


def stops(organisation: Organisation, hashes: Iterable[str]) -> dict[str, Suppression]:
    """The step in force for each hash that is on the stop list."""
    latest = (
        Suppression.objects.within(organisation)
        .extra(where=["value_hash = ANY(%s::text[])"], params=[text_array(set(hashes))])
        .order_by("value_hash", "-created_at", "-pk")
        .distinct("value_hash")
    )
    return {step.value_hash: step for step in latest if not step.is_lifted}


def stop_for(organisation: Organisation, kind: str, value: str) -> Suppression | None:
    """Why an address is on the stop list; None when it is not."""
    wanted = value_hash(organisation, kind, value)
    return stops(organisation, [wanted]).get(wanted)
