"""The OpenAPI document: valid, complete, and true to the addresses that exist."""

import json
import re

import jsonschema
import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from cxhub.lib.openapi_examples import EXAMPLES
from tests.api.routes import CALLS, PROBLEM_MEMBERS, name_of, problem, send

REFERENCE = re.compile(r"^#/components/schemas/(\w+)$")


@pytest.fixture(scope="module")
def document():
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        schema = SchemaGenerator().get_schema(request=None, public=True)
    return json.loads(json.dumps(schema, default=str))


def operation_of(document, call):
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{call.route}")
    operations = {
        re.sub(r"\{\w+\}", "{}", known): methods for known, methods in document["paths"].items()
    }
    return operations[re.sub(r"\{\w+\}", "{}", path)][call.method.lower()]


def test_the_document_is_openapi_3_1(document):
    validate_schema(document)

    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"


def test_nothing_is_guessed(document):
    """Neither a warning nor an error was noted while the document was made."""
    assert GENERATOR_STATS._warn_cache == {}
    assert GENERATOR_STATS._error_cache == {}


@pytest.mark.parametrize("call", CALLS, ids=name_of)
def test_every_call_is_described(call, document):
    operation = operation_of(document, call)

    assert operation["security"] == [{"apiKey": []}]
    assert f"`{call.needed_scope}`" in operation["description"]
    assert {"400", "401", "403", "404", "429", "default"} <= operation["responses"].keys()
    assert any(status.startswith("2") for status in operation["responses"])
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    assert ("Idempotency-Key" in names) is (call.method == "POST")


def test_only_calls_of_the_api_are_described(document):
    described = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path))
        for path, methods in document["paths"].items()
        for method in methods
    }

    assert described == {
        (call.method, re.sub(r"<[^>]+>", "{}", f"/{call.route}")) for call in CALLS
    }


def test_lists_tell_how_they_are_paged(document):
    for call in CALLS:
        operation = operation_of(document, call)
        schema = operation["responses"].get("200", {}).get("content", {})
        name = REFERENCE.match(schema.get("application/json", {}).get("schema", {}).get("$ref", ""))
        if name and "next" in document["components"]["schemas"][name[1]]["properties"]:
            names = {parameter["name"] for parameter in operation["parameters"]}
            assert {"cursor", "limit"} <= names, name_of(call)


def test_a_problem_is_described_as_it_is_sent(document, api):
    described = document["components"]["schemas"]["ProblemOut"]
    sent = api.get("/api/v1/surveys/?colour=1").json()

    assert described["properties"].keys() == PROBLEM_MEMBERS
    jsonschema.validate(sent, {**described, "components": document["components"]})


def test_examples_fit_what_is_described(document):
    by_path = {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }

    assert EXAMPLES.keys() <= by_path.keys()
    for call, (sent, answers) in EXAMPLES.items():
        operation = by_path[call]
        if sent:
            body = operation["requestBody"]["content"]["application/json"]
            assert body["example"] == sent
            jsonschema.validate(sent, {**body["schema"], "components": document["components"]})
        for status, answer in answers.items():
            content = operation["responses"][status]["content"]["application/json"]
            assert content["example"] == answer
            jsonschema.validate(answer, {**content["schema"], "components": document["components"]})


def test_filters_of_a_date_refuse_what_is_no_moment(document, api):
    """§4.5: bad date, year 0 and 9999, no zone, NUL."""
    bad = ["yesterday", "2026-13-01T00:00:00Z", "0000-01-01T00:00:00Z", "2026-01-01T10:00:00", "",
           "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "%00"]  # fmt: skip
    for call in CALLS:
        for parameter in operation_of(document, call).get("parameters", []):
            if call.method == "GET" and parameter["schema"].get("format") == "date-time":
                for value in bad:
                    answer = send(api, call, url=f"{call.url()}?{parameter['name']}={value}")
                    assert problem(answer)[0] == 400, (name_of(call), value)
                    paths = {error["path"] for error in answer.json()["errors"]}
                    assert parameter["name"] in paths or value == "%00", (name_of(call), value)


def test_filters_of_an_id_or_a_choice_refuse_anything_else(document, api):
    for call in CALLS:
        for parameter in operation_of(document, call).get("parameters", []):
            schema = parameter["schema"]
            is_picky = schema.get("format") == "uuid" or "enum" in schema or "$ref" in schema
            if call.method == "GET" and parameter["in"] == "query" and is_picky:
                answer = send(api, call, url=f"{call.url()}?{parameter['name']}=nonsense")
                assert problem(answer)[0] == 400, name_of(call)


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        ("", "*/*", "application/vnd.oai.openapi"),
        ("", "application/json", "application/json"),
        ("?format=json", "*/*", "application/vnd.oai.openapi+json"),
    ],
)
def test_the_document_is_public(query, accept, content_type, nobody, db):
    answer = nobody.get(f"/api/v1/schema/{query}", HTTP_ACCEPT=accept)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == content_type
    assert b"/api/v1/surveys/" in answer.content


@pytest.mark.parametrize("query", ["lang=fr", "lang=%2e%2e%2f", "version=9", "x=1"])
def test_the_document_does_not_depend_on_the_query(query, nobody, db):
    plain = nobody.get("/api/v1/schema/")

    assert nobody.get(f"/api/v1/schema/?{query}").content == plain.content


@pytest.mark.parametrize("path", ["/api/v1/schema/", "/api/v1/docs/"])
def test_the_documents_are_for_reading(path, nobody, db):
    assert problem(nobody.post(path)) == (405, "method_not_allowed")


def test_the_page_needs_no_inline_script(nobody, db):
    page = nobody.get("/api/v1/docs/", HTTP_ACCEPT="text/html")
    sources = re.findall(r"<(?:script|link)[^>]* (?:src|href)=\"([^\"]+)\"", page.text)

    assert page.status_code == 200
    assert "<style" not in page.text
    assert not re.search(r"<script(?![^>]* src=)", page.text)
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    assert all(source.startswith("/") for source in sources)
    script = nobody.get(next(source for source in sources if "script=" in source))
    assert script.headers["Content-Type"].startswith("application/javascript")
    assert "/api/v1/schema/" in script.text or "../schema/" in script.text
