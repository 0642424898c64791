"""Answering a repeated POST as it was answered the first time."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from accounts.models import ApiKey, IdempotencyKey
from cxhub.lib.problems import PROBLEM, Problem, as_problem, problem_response

MAX_LENGTH = 255
LIFETIME = timedelta(hours=48)
PASSING = frozenset({429})  # refusals of the moment: a repetition may succeed
FIRST_SERVER_ERROR = 500


def answer_once(
    *,
    api_key: ApiKey,
    key: str | None,
    request_bytes: bytes,
    answer: Callable[[], Response],
) -> Response:
    """Run `answer` once per key, in the transaction that remembers its result.

    Without a key the request is simply answered. The same key with another body is a 422;
    while the first is still running a repetition is a 409. A refusal is remembered too, a
    fault of ours is not.
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
    known = _known(api_key, key)
    if known is not None:
        return _replay(known, fingerprint)
    response = _result(answer)
    if response.status_code < FIRST_SERVER_ERROR:
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


def _known(api_key: ApiKey, key: str) -> IdempotencyKey | None:
    rows = IdempotencyKey.objects.filter(
        organisation=api_key.organisation_id, api_key=api_key, key=key
    )
    known = next(iter(rows), None)  # one at most: see the model's constraint
    if known is not None and known.created_at < timezone.now() - LIFETIME:
        rows.delete()
        return None
    return known


def _result(answer: Callable[[], Response]) -> Response:
    """The answer, or the problem that it raised, with whatever was written until then undone."""
    try:
        with transaction.atomic():
            return answer()
    except (APIException, Http404, PermissionDenied) as error:
        problem = as_problem(error)
        if problem is None or problem.status_code in PASSING:
            raise
        if problem.status_code >= FIRST_SERVER_ERROR:
            raise
        return problem_response(problem)


def _replay(known: IdempotencyKey, fingerprint: str) -> Response:
    if known.fingerprint != fingerprint:
        raise Problem(
            422,
            "idempotency_mismatch",
            _("This Idempotency-Key was used for another request: send a new one."),
        )
    answer = known.body or {}
    headers = {**answer["headers"], "Idempotency-Replayed": "true"}
    text = answer["text"]
    return Response(
        json.loads(text) if text else None,
        status=known.status,
        headers=headers,
        content_type=answer["type"],
    )


def _remember(api_key: ApiKey, key: str, fingerprint: str, response: Response) -> None:
    """Keep the answer as text: the database would put the members of an object in its order."""
    text = JSONRenderer().render(response.data).decode()
    is_problem = getattr(response, "content_type", None) == PROBLEM
    IdempotencyKey.objects.create(
        organisation=api_key.organisation,
        api_key=api_key,
        key=key,
        fingerprint=fingerprint,
        status=response.status_code,
        body={
            "text": text,
            "headers": {
                name: value
                for name, value in response.headers.items()
                if name.lower() != "content-type"
            },
            "type": PROBLEM if is_problem else None,
        },
    )
