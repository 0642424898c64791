"""Answering a repeated POST as it was answered the first time."""

import hashlib
from collections.abc import Callable

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from rest_framework.response import Response

from accounts.models import ApiKey, IdempotencyKey
from cxhub.lib.problems import Problem

MAX_LENGTH = 255


def answer_once(
    *,
    api_key: ApiKey,
    key: str | None,
    request_bytes: bytes,
    answer: Callable[[], Response],
) -> Response:
    """Run `answer` once per key, in the transaction that remembers its result.

    Without a key the request is simply answered. The same key with another body is a 422;
    while the first is still running a repetition is a 409.
    """
    if key is None:
        return answer()
    _check(key)
    if not _lock(f"{api_key.pk}:{key}"):
        raise Problem(
            409,
            "idempotency_in_progress",
            _("The first request with this key is still running: repeat in a second."),
            headers={"Retry-After": "1"},
        )
    fingerprint = hashlib.sha256(request_bytes).hexdigest()
    known = IdempotencyKey.objects.filter(
        organisation=api_key.organisation_id, api_key=api_key, key=key
    ).first()
    if known is not None:
        return _replay(known, fingerprint)
    with transaction.atomic():
        response = answer()
        if response.status_code < 500:
            _remember(api_key, key, fingerprint, response)
    return response


def _check(key: str) -> None:
    if not key or len(key) > MAX_LENGTH or not key.isascii() or not key.isprintable():
        raise Problem(
            400,
            "invalid_idempotency_key",
            _("Send an Idempotency-Key of 1 to 255 ASCII letters."),
        )


def _lock(name: str) -> bool:
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        row = cursor.fetchone()
    return bool(row[0])


def _replay(known: IdempotencyKey, fingerprint: str) -> Response:
    if known.fingerprint != fingerprint:
        raise Problem(
            422,
            "idempotency_mismatch",
            _("This Idempotency-Key was used for another request: send a new one."),
        )
    return Response(known.body, status=known.status, headers={"Idempotency-Replayed": "true"})


def _remember(api_key: ApiKey, key: str, fingerprint: str, response: Response) -> None:
    try:
        IdempotencyKey.objects.create(
            organisation=api_key.organisation,
            api_key=api_key,
            key=key,
            fingerprint=fingerprint,
            status=response.status_code,
            body=response.data,
        )
    except IntegrityError as error:
        raise Problem(409, "idempotency_in_progress", _("Repeat in a second.")) from error
