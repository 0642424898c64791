"""What every address refuses: methods, media types, malformed bodies, hostile characters."""

import json

import pytest

from tests.api.routes import ADDRESSES, CALLS, LISTS, METHODS, WRITES, name_of, problem, send

each_address = pytest.mark.parametrize("call", ADDRESSES, ids=name_of)
each_write = pytest.mark.parametrize("call", WRITES, ids=name_of)

KB = 1024
DUPLICATE = b'{"name": "a", "name": "b"}'
MALFORMED = {
    "not JSON": b"{",
    "two values": b"{} {}",
    "duplicate keys": DUPLICATE,
    "NaN": b'{"name": NaN}',
    "Infinity": b'{"name": Infinity}',
    "-Infinity": b'{"name": -Infinity}',
    "1e400": b'{"name": 1e400}',
    "depth 21": b"[" * 21 + b"]" * 21,
    "depth 100k": b"[" * 100_000 + b"]" * 100_000,
    "depth 100k of objects": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    "40,001 nodes": json.dumps([1] * 40_000).encode(),
    "text of 20,001": json.dumps({"name": "x" * 20_001}).encode(),
    "key of 20,001": json.dumps({"x" * 20_001: 1}).encode(),
    "65 bits": b'{"name": 18446744073709551616}',
    "64 bits without sign": b'{"name": 9223372036854775808}',
    "5,000 digits": b'{"name": ' + b"9" * 5_000 + b"}",
    "invalid UTF-8": b'{"name": "\xff"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "a mark in front": b"\xef\xbb\xbf{}",
    "only blanks": b"   ",
    "raw NUL": b'{"name": "\x00"}',
}
HOSTILE = {
    "NUL": b'{"name": "a\\u0000b"}',
    "NUL in a key": b'{"na\\u0000me": 1}',
    "NUL deep down": b'{"name": [{"a": ["\\u0000"]}]}',
    "lone surrogate": b'{"name": "\\ud800"}',
    "lone surrogate in a key": b'{"\\udfff": 1}',
}
NO_OBJECTS = [b"[]", b"1", b'"text"', b"null", b"true", b'[{"name": "a"}]']


# One parser reads them all: one address gets every body, and the others one of each kind.
FIRST = WRITES[0]


@each_write
def test_malformed_bodies_are_refused(call, api):
    chosen = MALFORMED if call == FIRST else {"duplicate keys": DUPLICATE}
    answers = {name: problem(send(api, call, body)) for name, body in chosen.items()}

    assert answers == dict.fromkeys(chosen, (400, "malformed_json"))


@each_write
def test_hostile_characters_in_a_body_are_refused(call, api):
    chosen = HOSTILE if call == FIRST else {"NUL": HOSTILE["NUL"]}
    answers = {name: problem(send(api, call, body)) for name, body in chosen.items()}

    assert answers == dict.fromkeys(chosen, (400, "invalid_characters"))


@each_write
def test_only_objects_are_taken(call, api):
    chosen = NO_OBJECTS if call == FIRST else NO_OBJECTS[:1]
    answers = {body: problem(send(api, call, body)) for body in chosen}

    assert answers == dict.fromkeys(chosen, (400, "invalid_type"))


@each_write
def test_no_body_is_an_empty_object(call, api):
    """Not a server error: what is required is asked for."""
    status, code = problem(send(api, call, b"", content_type=""))

    assert (status, code) in {(400, "required"), (404, "not_found"), (400, "identity_required")}


@each_write
def test_bodies_are_limited_to_256_kb(call, api):
    body = b'{"name": "' + b" " * (256 * KB) + b'"}'

    assert problem(send(api, call, body)) == (413, "too_large")


OTHER_TYPES = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
    "text/xml",
    "application/xml",
    "application/jsonp",
    "application/json-patch+json",
    "x",
    "/",
    ";",
]


@each_write
def test_only_json_is_parsed(call, api):
    """No other content type leads around the strict parser."""
    body = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\na\r\n--x--\r\n'
    chosen = OTHER_TYPES if call == FIRST else OTHER_TYPES[:2]
    answers = {name: problem(send(api, call, body, content_type=name)) for name in chosen}

    assert answers == dict.fromkeys(chosen, (415, "unsupported_media_type"))


@each_write
def test_json_is_utf_8_whatever_is_claimed(call, api):
    body = '{"name": "é"}'.encode("latin-1")

    answer = send(api, call, body, content_type="application/json; charset=latin-1")

    assert problem(answer) == (400, "malformed_json")


@each_address
def test_other_methods_are_told_which_there_are(call, api):
    mine = {other.method for other in CALLS if other.route == call.route}

    for method in set(METHODS) - mine:
        answer = api.generic(method, call.url(), b"{}", content_type="application/json")
        # A scope that no key has for writing comes before the method.
        assert problem(answer) in {(405, "method_not_allowed"), (403, "insufficient_scope")}
        assert mine <= set(answer.headers["Allow"].split(", "))


@each_address
def test_strange_methods_are_refused(call, api):
    for method in ("TRACE", "PROPFIND", "FOO"):
        assert problem(api.generic(method, call.url()))[0] in {403, 405}


@each_address
def test_only_json_is_given(call, api):
    for accept in ("text/html", "application/xml"):
        assert problem(send(api, call, HTTP_ACCEPT=accept)) == (406, "not_acceptable")


@pytest.mark.parametrize("accept", ["*/*", "application/*", "", ";;;", "a/b, */*;q=0.1"])
def test_whoever_takes_anything_gets_json(accept, api):
    answer = api.get("/api/v1/surveys/", HTTP_ACCEPT=accept)

    assert answer.status_code in {200, 406}
    assert answer.headers["Content-Type"].endswith("json")


@pytest.mark.parametrize("call", LISTS, ids=name_of)
def test_head_is_a_get_without_its_body(call, api):
    got, head = api.get(call.url()), api.head(call.url())

    assert head.status_code == got.status_code
    if got.status_code == 200:
        assert head.content == b""
        assert head.headers["Content-Type"] == got.headers["Content-Type"]


@each_address
def test_options_tell_the_methods(call, api, nobody):
    mine = {other.method for other in CALLS if other.route == call.route}

    answer = api.options(call.url())

    assert answer.status_code in {200, 403}
    assert mine <= set(answer.headers["Allow"].split(", "))
    assert problem(nobody.options(call.url())) == (401, "not_authenticated")


@each_address
def test_nul_in_a_query_is_refused(call, api):
    for query in ("%00=a", "a=b&c=%00"):
        answer = send(api, call, url=f"{call.url()}?{query}")
        assert problem(answer) == (400, "invalid_characters")


@pytest.mark.parametrize("call", [call for call in ADDRESSES if call.has_id], ids=name_of)
def test_nul_in_a_path_is_refused(call, api):
    assert problem(send(api, call, url=call.url("a%00b"))) == (400, "invalid_characters")


@pytest.mark.parametrize("header", ["HTTP_IDEMPOTENCY_KEY", "HTTP_IF_MATCH", "HTTP_X_ANY"])
@pytest.mark.parametrize("value", ["a\x00b", "\ud800"])
def test_hostile_headers_are_refused(header, value, api):
    answer = api.get("/api/v1/surveys/", **{header: value})

    assert problem(answer) == (400, "invalid_characters")


def test_a_thousand_parameters_are_too_many(api):
    query = "&".join(f"a{number}=%20" for number in range(1_001))

    assert problem(api.get(f"/api/v1/surveys/?{query}")) == (400, "bad_request")


def test_an_unknown_address_is_a_problem_too(api, nobody):
    for client in (api, nobody):
        assert problem(client.get("/api/v1/nothing/here/")) == (404, "not_found")


def test_an_unknown_host_is_a_problem_too(api):
    """AB-15"""
    assert problem(api.get("/api/v1/surveys/", HTTP_HOST="evil.example")) == (400, "bad_request")


@each_address
def test_a_missing_slash_keeps_method_and_body(call, api):
    answer = send(api, call, url=call.url().rstrip("/") + "?a=1")

    assert answer.status_code == 308
    assert answer.headers["Location"] == f"{call.url()}?a=1"


def test_what_a_key_may_read_stays_in_no_cache(api, nobody):
    for client in (api, nobody):
        assert client.get("/api/v1/surveys/").headers["Cache-Control"] == "no-store"
