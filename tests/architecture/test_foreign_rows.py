"""A row of another organisation is the same as no row, at every page that takes an id."""

import re

import pytest

from accounts.actions.api_keys import create_api_key
from accounts.actions.member_invitations import invite_member
from alerts.actions.rules import create_detractor_rule
from cxhub.lib.tenancy import tenant
from tests.api.routes import ITEMS
from tests.api.rows import MAKERS
from tests.architecture.test_access import MEMBER_ROUTES, ROUTE_PART, ROUTES, UNKNOWN
from tests.factories.accounts import MembershipFactory, PlaceFactory, TeamFactory
from tests.factories.channels_out import ChannelFactory
from tests.factories.journeys import JourneyFactory, StageFactory, TouchpointFactory
from tests.factories.surveys import LiveSurveyFactory


def make_api_key(organisation):
    api_key, _text = create_api_key(
        organisation=organisation, name="Till", scopes=["surveys:read"], created_by=None
    )
    return api_key


def make_invitation(organisation):
    owner = MembershipFactory(organisation=organisation, role="owner")
    return invite_member(
        organisation=organisation, email="lea@example.org", role="agent", actor=owner.user
    )


def make_rule(organisation):
    return create_detractor_rule(
        survey=LiveSurveyFactory(organisation=organisation),
        recipients=[MembershipFactory(organisation=organisation, role="owner")],
        is_active=True,
        created_by=None,
    )


def one(maker):
    return lambda organisation: {"pk": maker(organisation)}


def make_map(organisation):
    """A journey with a touchpoint: pages name two of them at a time."""
    journey = JourneyFactory(organisation=organisation)
    stage = StageFactory(journey=journey)
    touchpoint = TouchpointFactory(stage=stage, survey=MAKERS["surveys"](organisation))
    return {"pk": journey, "stage_pk": stage, "touchpoint_pk": touchpoint}


def make_team(organisation):
    team = TeamFactory(organisation=organisation)
    return {"pk": team, "member_pk": MembershipFactory(organisation=organisation, team=team)}


# The rows of each part of the site; the first beginning that fits counts.
ROWS = {
    "settings/team/": one(lambda organisation: MembershipFactory(organisation=organisation)),
    "settings/teams/": make_team,
    "settings/places/": one(lambda organisation: PlaceFactory(organisation=organisation)),
    "settings/invitations/": one(make_invitation),
    "settings/api-keys/": one(make_api_key),
    "settings/channels/": one(lambda organisation: ChannelFactory(organisation=organisation)),
    "contacts/": one(MAKERS["contacts"]),
    "surveys/": one(MAKERS["surveys"]),
    "collectors/": one(MAKERS["collectors"]),
    "sends/": one(MAKERS["sends"]),
    "journeys/": make_map,
    "inbox/responses/": one(MAKERS["responses"]),
    "inbox/": one(MAKERS["cases"]),
    "alerts/surveys/": one(MAKERS["surveys"]),
    "alerts/": one(make_rule),
    "responses/": one(MAKERS["responses"]),
}
METHODS = ("get", "post")
ORGANISATION = "<slug:organisation_slug>"
OTHER_PARTS = {"gesture": "undo", "suffix": "png"}
# Whatever a page of ours takes: nothing is refused for being empty before it is looked for.
BODY = {
    "name": "Taken",
    "text": "Taken",
    "note": "Taken",
    "email": "taken@example.org",
    "to": "taken@example.org",
    "kind": "link",
    "state": "closed",
    "reason": "resolved",
    "revision": "1",
    "assignee": "",
    "is_active": "on",
}
WITH_IDS = [path for path, _route in MEMBER_ROUTES if re.search(r"<\w+:(\w+_)?pk>", path)]

# What else has a part that varies, and why that part is no row of an organisation to be named.
NO_ROWS = {
    "o/<slug:organisation_slug>/settings/channels/new/<slug:kind>/<slug:provider>/": "a kind",
    "live/<path:rest>": "sent on to the live process; see test_live",
    "simulator/mail/<int:number>/": "never with real customers; see test_simulator",
    **dict.fromkeys(
        ["hooks/<slug:kind>/<slug:provider>/<str:channel>/in",
         "hooks/<slug:kind>/<slug:provider>/<str:channel>/status/<str:message>"],
        "the provider's signature is the proof; see test_hooks, test_reports",
    ),
    **dict.fromkeys(
        ["r/<path:token>", "s/<path:code>", "q/<path:code>", "Q/<path:code>", "k/<path:code>",
         "widget/<str:code>.js", "u/<str:token>", "join/<slug:slug>/<str:token>/",
         "accounts/confirm-email/<str:key>/",
         "^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$"],
        "a secret or a public code: whoever has it may come in",
    ),
}  # fmt: skip


def test_no_address_that_takes_an_id_is_left_out():
    """AB-01: pages are walked here, the API in tests/api/test_ids.py; the rest is listed."""
    walked = {*WITH_IDS, *(call.route for call in ITEMS)}
    takes_something = {
        path for path, _route in ROUTES if ROUTE_PART.search(path.replace(ORGANISATION, ""))
    }

    assert takes_something - walked == NO_ROWS.keys()


def make(path, organisation):
    rest = path.partition("/")[2].partition("/")[2]
    beginnings = [beginning for beginning in ROWS if rest.startswith(beginning)]
    assert beginnings, f"Add {rest} to ROWS in tests/architecture/test_foreign_rows.py"
    with tenant(organisation.pk):
        return ROWS[beginnings[0]](organisation)


def address(path, slug, ids):
    values = {"organisation_slug": slug, **OTHER_PARTS, **ids}
    return "/" + ROUTE_PART.sub(lambda part: str(values[part["name"]]), path)


def stored(organisation, row):
    with tenant(organisation.pk):
        return type(row).objects.filter(pk=row.pk).values().get()


def answer(client, method, path, slug, ids, foreign):
    """Status, headers and body; the id in question and the token of the form are not looked at."""
    response = getattr(client, method)(address(path, slug, ids), BODY)
    body = re.sub(rb'"(csrfmiddlewaretoken|csrf-token)" (value|content)="[^"]+"', b"",
                  response.content)  # fmt: skip
    return (
        response.status_code,
        dict(response.headers),
        body.replace(str(ids[foreign]).encode(), b""),
    )


@pytest.mark.parametrize("path", WITH_IDS)
def test_a_foreign_row_is_no_row(path, alice, alice_client, other_organisation, caplog):
    """AB-01: under my own address, somebody else's id is an id that nobody has, and is noted.

    The walk would pass on addresses that never answer: each answers for a row of one's own.
    """
    names = [part["name"] for part in ROUTE_PART.finditer(path) if part["name"].endswith("pk")]
    mine, theirs = make(path, alice.organisation), make(path, other_organisation)
    own = {name: mine[name].pk for name in names}
    before = {name: stored(other_organisation, theirs[name]) for name in names}
    slug = alice.organisation.slug

    for name in names:
        for method in METHODS:
            found = answer(alice_client, method, path, slug, own | {name: theirs[name].pk}, name)
            nobody = answer(alice_client, method, path, slug, own | {name: UNKNOWN}, name)
            assert found == nobody
            assert found[0] in {404, 405}
            noted = [record.path for record in caplog.records if record.name == "security"]
            asked = [address(path, slug, own | {name: pk}) for pk in (theirs[name].pk, UNKNOWN)]
            assert noted == (asked if found[0] == 404 else [])
            caplog.clear()

    assert {name: stored(other_organisation, theirs[name]) for name in names} == before
    answered = {answer(alice_client, method, path, slug, own, names[0])[0] for method in METHODS}
    assert answered - {404, 405}
