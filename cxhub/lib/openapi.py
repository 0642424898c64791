"""The API's description: what every operation has in common is said once, here."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, force_instance
from rest_framework import serializers

from cxhub.lib.openapi_examples import EXAMPLES
from cxhub.lib.problems import PROBLEM

Schema = dict[str, Any]

ALWAYS = {
    "400": "The request is malformed, or a field is wrong: see `errors`.",
    "401": "No key, or one that is unknown, expired or revoked.",
    "403": "The key lacks the scope.",
    "404": "No such row in this organisation.",
    "429": "Too many calls: `Retry-After` says when to repeat.",
    "default": "Any other refusal has the same shape.",
}
OF_WRITES = {
    "409": "Not possible in the present state.",
    "413": "More than 256 kB.",
    "415": "Not application/json.",
}
OF_POSTS = {"422": "This Idempotency-Key was used for another request."}
OF_GUARDED = {"412": "Changed since it was read: `If-Match` names another `ETag`."}
IF_MATCH: Schema = {
    "in": "header",
    "name": "If-Match",
    "description": "The `ETag` of what you have read; nothing happens if it was changed since.",
    "schema": {"type": "string"},
}
IDEMPOTENCY_KEY: Schema = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "1 to 255 ASCII characters. A repetition within 48 hours gets the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
PAGING: list[Schema] = [
    {
        "in": "query",
        "name": "limit",
        "description": "How many rows a page has; more than 200 are 200.",
        "schema": {"type": "integer", "minimum": 1, "default": 50},
    },
    {
        "in": "query",
        "name": "cursor",
        "description": "Stands in the address that `next` gives; use it as it is.",
        "schema": {"type": "string"},
    },
]


class FieldProblem(serializers.Serializer[Any]):
    """One field at fault."""

    path = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemOut(serializers.Serializer[Any]):
    """A refusal (RFC 9457). `code` is stable; the texts follow Accept-Language."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = FieldProblem(many=True)  # type: ignore[assignment]
    request_id = serializers.CharField(allow_null=True)


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer cxh_…`."""

    target_class = "accounts.keys.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "cxh_live_…",
            "description": "A key of the organisation, with scopes. Never put it into an address.",
        }


class ProblemSchema(AutoSchema):
    """Adds to each operation its scope, its refusals, Idempotency-Key and an example."""

    def get_operation(
        self,
        path: str,
        path_regex: str,
        path_prefix: str,
        method: str,
        registry: ComponentRegistry,
    ) -> Schema | None:
        operation = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is None:
            return None
        self._add_scope(operation)
        self._add_refusals(operation)
        if self.method == "POST":
            operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
        if self._is_guarded():
            operation.setdefault("parameters", []).append(IF_MATCH)
        if self.method == "GET" and self._is_paged():
            operation.setdefault("parameters", []).extend(PAGING)
        _add_example(operation, EXAMPLES.get((self.method, path)))
        return operation

    def get_operation_id(self) -> str:
        name = super().get_operation_id()
        return name.replace("_retrieve", "_list") if self._is_paged() else name

    def _is_guarded(self) -> bool:
        return self.method != "GET" and getattr(self.view, "is_guarded", False)

    def _is_paged(self) -> bool:
        shape = self.get_response_serializers()
        return "next" in getattr(force_instance(shape), "fields", {})  # type: ignore[no-untyped-call]

    def _map_serializer(self, *arguments: Any, **options: Any) -> Schema:
        """Also a shape without fields has members: none."""
        mapped: Schema = super()._map_serializer(*arguments, **options)  # type: ignore[no-untyped-call]
        if mapped.get("type") == "object":
            mapped.setdefault("properties", {})
        return mapped

    def _add_scope(self, operation: Schema) -> None:
        action = "read" if self.method == "GET" else "write"
        needs = f"Needs the scope `{getattr(self.view, 'scope', '')}:{action}`."
        operation["description"] = f"{operation.get('description', '')}\n\n{needs}".strip()

    def _add_refusals(self, operation: Schema) -> None:
        reference = self.resolve_serializer(ProblemOut, "response").ref
        refusals = dict(ALWAYS)
        if self.method != "GET":
            refusals |= OF_WRITES
        if self.method == "POST":
            refusals |= OF_POSTS
        if self._is_guarded():
            refusals |= OF_GUARDED
        for status, description in refusals.items():
            operation["responses"].setdefault(
                status, {"description": description, "content": {PROBLEM: {"schema": reference}}}
            )


def _add_example(operation: Schema, example: tuple[Any, dict[str, Any]] | None) -> None:
    if example is None:
        return
    sent, answers = example
    if sent is not None and "requestBody" in operation:
        operation["requestBody"]["content"]["application/json"]["example"] = sent
    for status, answer in answers.items():
        for content in operation["responses"].get(status, {}).get("content", {}).values():
            content["example"] = answer
