"""Many contacts in one call: one outcome for each, or all or none."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import parser_classes
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from accounts.endpoints import KeyRequest, carries_many, endpoint
from contacts.actions.bulk import Outcome, upsert_contacts
from contacts.actions.contacts import ContactDetails
from contacts.endpoints import ContactShape, details_of, problem_of
from contacts.enums import ConsentSource
from cxhub.lib.openapi import FieldProblem
from cxhub.lib.problems import Problem, as_problem
from cxhub.lib.shapes import StrictSerializer, read
from cxhub.lib.strict_json import BulkParser

MOST_ITEMS = 1_000


class BulkShape(StrictSerializer):
    """Contacts, each judged on its own; with `atomic` one that is refused refuses all."""

    contacts = serializers.ListField(allow_empty=False)
    atomic = serializers.BooleanField(default=False)


class BulkBody(serializers.Serializer[Any]):
    """At most 1,000 contacts; with `atomic` one that is refused refuses all."""

    contacts = ContactShape(many=True)
    atomic = serializers.BooleanField(default=False)


class OutcomeOut(serializers.Serializer[Any]):
    """What became of the item at the same place: the answer it would have had alone."""

    status = serializers.IntegerField()
    id = serializers.UUIDField(allow_null=True)
    code = serializers.CharField(allow_null=True)
    detail = serializers.CharField(allow_null=True)
    errors = FieldProblem(many=True)  # type: ignore[assignment]


class BulkOut(serializers.Serializer[Any]):
    """One result for each contact that was sent, in the same order."""

    created = serializers.IntegerField()
    matched = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = OutcomeOut(many=True)


@extend_schema(
    request=BulkBody,
    responses={200: BulkOut, 207: BulkOut},
    operation_id="contacts_upsert_many",
)
@endpoint("POST", scope="contacts")
@parser_classes([BulkParser])
def contact_bulk(request: KeyRequest) -> Response:
    """Find or create up to 1,000 contacts: 200 when all were taken, 207 when some were refused."""
    wanted = read(request, BulkShape)
    sent = wanted["contacts"]
    if len(sent) > MOST_ITEMS:
        raise Problem(413, "too_many_items", _("Send at most 1000 contacts at once."))
    carries_many(request)
    shape = ContactShape()
    items = [_read(shape, item) for item in sent]
    outcomes = upsert_contacts(
        organisation=request.auth.organisation,
        rows=[item for item in items if isinstance(item, ContactDetails)],
        source=ConsentSource.API,
        actor_label=request.auth.name,
    )
    results = _merged(items, outcomes)
    refusals = {place: each for place, each in enumerate(results) if isinstance(each, Problem)}
    if refusals and wanted["atomic"]:
        # Raised through the transaction of this request, which undoes what was taken.
        raise _all_refused(refusals)
    return Response(_body(results), status=207 if refusals else 200)


def _read(shape: ContactShape, item: object) -> ContactDetails | Problem:
    """One contact as it was sent, or why its shape is wrong."""
    try:
        return details_of(shape.run_validation(item))
    except ValidationError as error:
        problem = as_problem(error)
        if problem is None:
            raise
        return problem


def _merged(
    items: list[ContactDetails | Problem], outcomes: list[Outcome]
) -> list[Outcome | Problem]:
    """What became of each item that was sent, whoever refused it."""
    told = iter(outcomes)
    results: list[Outcome | Problem] = []
    for item in items:
        if isinstance(item, Problem):
            results.append(item)
            continue
        outcome = next(told)
        results.append(problem_of(outcome.refusal) if outcome.refusal else outcome)
    return results


def _all_refused(refusals: dict[int, Problem]) -> Problem:
    errors = []
    for place, problem in refusals.items():
        at = f"contacts.{place}"
        alone = [{"path": "", "code": problem.code, "message": str(problem.detail)}]
        errors += [
            {**error, "path": f"{at}.{error['path']}".rstrip(".")}
            for error in problem.errors or alone
        ]
    code = next(iter(refusals.values())).code
    return Problem(400, code, _("Correct the fields listed in errors."), errors=errors)


def _body(results: list[Outcome | Problem]) -> dict[str, Any]:
    rows = [_row(result) for result in results]
    statuses = [row["status"] for row in rows]
    return {
        "created": statuses.count(201),
        "matched": statuses.count(200),
        "refused": len([status for status in statuses if status >= 400]),
        "results": rows,
    }


def _row(result: Outcome | Problem) -> dict[str, Any]:
    if isinstance(result, Problem):
        return {
            "status": result.status_code,
            "id": None,
            "code": result.code,
            "detail": str(result.detail),
            "errors": result.errors,
        }
    pk = str(result.contact.pk) if result.contact else None
    status = 201 if result.is_new else 200
    return {"status": status, "id": pk, "code": None, "detail": None, "errors": []}
