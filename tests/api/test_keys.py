"""Who may call: keys in the header and nowhere else, within their scopes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions.api_keys import is_well_formed, revoke_api_key, use_api_key
from accounts.enums import SCOPES
from accounts.models import ApiKey, AuditEvent
from cxhub.lib.tenancy import tenant
from tests.api.conftest import client_with, key_for
from tests.api.routes import ADDRESSES, CALLS, name_of, problem, send

each_call = pytest.mark.parametrize("call", CALLS, ids=name_of)
LIST = "/api/v1/surveys/"


def refusal(client, call, **options):
    response = send(client, call, **options)
    return (*problem(response), response.headers.get("WWW-Authenticate"))


@each_call
def test_nobody_may_call_without_a_key(call, nobody, db):
    assert refusal(nobody, call) == (401, "not_authenticated", 'Bearer realm="cxhub"')


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Bearer cxh_live_" + "A" * 43 + "_000000",
        "Bearer é€",
        "Bearer " + "x" * 7_000,
        "Basic YWxpY2U6cGFzc3dvcmQ=",
        "Token abc",
        "Digest username=x",
    ],
)
def test_what_is_no_key_is_refused(header, nobody, db):
    header = header.encode().decode("latin-1")
    call = CALLS[0]

    assert refusal(nobody, call, HTTP_AUTHORIZATION=header) == (
        401,
        "authentication_failed",
        'Bearer realm="cxhub"',
    )


@each_call
def test_a_session_opens_no_api(call, alice_client, db):
    """The API never looks at cookies."""
    assert refusal(alice_client, call)[:2] == (401, "not_authenticated")


def spoil_by_revoking(key):
    revoke_api_key(api_key=key, actor=None)


def spoil_by_age(key):
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def spoil_by_suspension(key):
    key.organisation.is_suspended = True
    key.organisation.save()


@pytest.mark.parametrize("spoil", [spoil_by_revoking, spoil_by_age, spoil_by_suspension])
def test_a_key_that_ended_opens_nothing(spoil, api, key):
    spoil(key[0])

    for call in CALLS:
        assert refusal(api, call)[:2] == (401, "authentication_failed")


def columns(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_key_is_read_whole_in_its_organisation(key, other_organisation):
    """Also from within another organisation's transaction, which stays what it is."""
    text = key_for(other_organisation)[1]

    used = use_api_key(key=text)
    again = use_api_key(key=text)

    assert {row.pk for row in ApiKey.objects.all()} == {key[0].pk}
    with tenant(other_organisation.pk):
        stored = ApiKey.objects.select_related("organisation").get()
    assert columns(again) == columns(stored)
    assert columns(again.organisation) == columns(stored.organisation)
    assert used.last_used_at == again.last_used_at
    assert timezone.now() - again.last_used_at < timedelta(minutes=1)


def test_a_changed_key_is_another_key(key):
    text = key[1]
    changed = text[:20] + ("A" if text[20] != "A" else "B") + text[21:]

    assert is_well_formed(text)
    assert not is_well_formed(changed)
    assert key[0].key_hash not in text


@each_call
def test_a_key_without_the_scope_is_refused(call, organisation):
    """AB-03, AB-04"""
    others = [scope for scope in SCOPES if scope != call.needed_scope]
    client = client_with(key_for(organisation, others)[1])

    status, code, challenge = refusal(client, call)

    assert (status, code) == (403, "insufficient_scope")
    assert challenge.endswith(f'error="insufficient_scope", scope="{call.needed_scope}"')


@each_call
def test_the_scope_exists(call):
    """A scope that no key can be given would close its address for ever."""
    assert call.needed_scope in SCOPES


@pytest.mark.parametrize("name", ["key", "access_token", "status"])
@pytest.mark.parametrize("authorised", [True, False])
def test_a_key_in_the_address_is_revoked(name, authorised, key, api, nobody):
    """AB-54"""
    client = api if authorised else nobody

    response = client.get(LIST, {name: key[1]})

    assert problem(response) == (400, "token_in_url")
    assert ApiKey.objects.get(pk=key[0].pk).revoked_at is not None
    assert AuditEvent.objects.filter(action="api_key.revoked").count() == 1
    assert problem(api.get(LIST)) == (401, "authentication_failed")


@pytest.mark.parametrize("call", ADDRESSES, ids=name_of)
def test_every_address_refuses_keys_in_it(call, key, api):
    """AB-54"""
    assert problem(send(api, call, url=f"{call.url()}?token={key[1]}")) == (400, "token_in_url")
    assert ApiKey.objects.get(pk=key[0].pk).revoked_at is not None


def test_a_key_hidden_by_encoding_or_in_the_path_is_revoked_too(organisation, nobody):
    """AB-54"""
    encoded, in_path = key_for(organisation), key_for(organisation)

    answers = [
        nobody.get(f"{LIST}?k={encoded[1].replace('_', '%5F')}"),
        nobody.get(f"{LIST}{in_path[1]}/"),
    ]

    assert [problem(answer) for answer in answers] == [(400, "token_in_url")] * 2
    hidden = ApiKey.objects.filter(pk__in=[encoded[0].pk, in_path[0].pk])
    assert (hidden.count(), hidden.filter(revoked_at=None).count()) == (2, 0)


def test_a_foreign_key_in_the_address_is_revoked_without_trace_here(api, key, other_organisation):
    """AB-54"""
    theirs = key_for(other_organisation)

    assert problem(api.get(LIST, {"token": theirs[1]})) == (400, "token_in_url")
    assert api.get(LIST).status_code == 200
    assert problem(client_with(theirs[1]).get(LIST)) == (401, "authentication_failed")
