"""The teams' pages: who may change them, and what becomes of what names a team."""

import pytest

from accounts.models import AuditEvent, Membership, Team
from tests.conftest import client_of, member
from tests.factories.accounts import TeamFactory


def url(organisation, tail=""):
    return f"/o/{organisation.slug}/settings/teams/{tail}"


def acts(organisation):
    rows = AuditEvent.objects.within(organisation).filter(action__startswith="team.")
    return list(rows.order_by("created_at", "pk").values_list("action", "target"))


@pytest.fixture
def nord(organisation):
    return TeamFactory(organisation=organisation, name="Nord")


@pytest.fixture
def lea(organisation):
    return member(organisation, "agent", name="Léa", email="lea@example.org")


@pytest.mark.parametrize("role", ["viewer", "agent", "manager"])
def test_everybody_sees_teams_and_managers_change_them(organisation, nord, lea, role):
    client = client_of(member(organisation, role))
    may = role == "manager"

    pages = [client.get(url(organisation, tail)).content.decode() for tail in ("", f"{nord.pk}/")]
    gestures = {
        "": {"name": "Sud"},
        f"{nord.pk}/": {"name": "Nord-Ouest"},
        f"{nord.pk}/join/": {"members": [str(lea.pk)]},
        f"{nord.pk}/members/{lea.pk}/leave/": {},
        f"{nord.pk}/delete/": {},
    }
    statuses = {client.post(url(organisation, to), sent).status_code
                for to, sent in gestures.items()}  # fmt: skip

    assert all("Nord" in page for page in pages)
    assert [('<form class="form stack"' in page) for page in pages] == [may, may]
    assert statuses == ({302} if may else {403})
    assert set(Team.objects.values_list("name", flat=True)) == ({"Sud"} if may else {"Nord"})


def test_a_team_is_made_filled_renamed_and_deleted(organisation, alice, alice_client, lea):
    for _click in range(2):
        made = alice_client.post(url(organisation), {"name": "Nord"})
    page = made.headers["Location"]
    for _click in range(2):
        alice_client.post(f"{page}join/", {"members": [str(lea.pk), str(alice.pk)]})
    listed = alice_client.get(url(organisation)).content.decode()
    alice_client.post(f"{page}members/{alice.pk}/leave/")
    alice_client.post(page, {"name": "Nord-Est"})
    asked = alice_client.get(f"{page}delete/").content.decode()
    in_team = list(Membership.objects.exclude(team=None))
    alice_client.post(f"{page}delete/")

    assert "Alice, Léa" in listed
    assert in_team == [lea]
    assert "Its 1 member stays" in asked
    assert not Team.objects.exists()
    assert Membership.objects.filter(pk=lea.pk, team=None).exists()
    assert acts(organisation) == [
        ("team.created", "Nord"),
        ("team.member_added", "Nord"),
        ("team.member_added", "Nord"),
        ("team.member_removed", "Nord"),
        ("team.renamed", "Nord-Est"),
        ("team.deleted", "Nord-Est"),
    ]


def test_a_member_is_in_one_team_and_a_late_click_leaves_him_there(
    organisation, alice_client, nord, lea
):
    sud = TeamFactory(organisation=organisation, name="Sud")
    alice_client.post(url(organisation, f"{nord.pk}/join/"), {"members": [str(lea.pk)]})

    offered = alice_client.get(url(organisation, f"{sud.pk}/")).content.decode()
    alice_client.post(url(organisation, f"{sud.pk}/join/"), {"members": [str(lea.pk)]})
    alice_client.post(url(organisation, f"{nord.pk}/members/{lea.pk}/leave/"))

    lea.refresh_from_db()
    assert "Léa (now in Nord)" in offered
    assert lea.team == sud


@pytest.mark.parametrize(
    ("tail", "sent", "said"),
    [
        ("", {"name": " "}, "Enter the name of the team"),
        ("{nord}/", {"name": ""}, "Enter the name of the team"),
        ("{nord}/", {"name": "SUD"}, "Another team has this name"),
        ("{nord}/join/", {}, "Choose at least one member"),
        ("{nord}/join/", {"members": ["{charlie}"]}, "Choose people of your organisation"),
    ],
)
def test_what_is_wrong_is_said(organisation, alice_client, nord, charlie, tail, sent, said):
    TeamFactory(organisation=organisation, name="Sud")
    sent = {key: [v.format(charlie=charlie.pk) for v in value] if key == "members" else value
            for key, value in sent.items()}  # fmt: skip

    answer = alice_client.post(url(organisation, tail.format(nord=nord.pk)), sent)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert acts(organisation) == []


def test_the_list_of_teams_asks_the_same_for_one_and_for_three(
    organisation, alice_client, django_assert_num_queries, nord, lea
):
    for count in (1, 3):
        with django_assert_num_queries(12):
            alice_client.get(url(organisation))
        if count == 1:
            for _ in range(2):
                other = TeamFactory(organisation=organisation)
                Membership.objects.filter(pk=lea.pk).update(team=other)
