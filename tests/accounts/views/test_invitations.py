"""Inviting members by mail: the letter, its link, and everything that ends it."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.actions.member_invitations import (
    invite_member,
    link_token,
    send_due_invitations,
    send_member_invitations,
)
from accounts.models import AuditEvent, MemberInvitation, Membership, User
from cxhub.lib.tokens import token_hash
from tests.conftest import client_of, member
from tests.factories.accounts import UserFactory

PASSWORD = "une phrase assez longue"
ADDRESS = "lea@example.org"


@pytest.fixture(autouse=True)
def _no_misses_yet():
    cache.clear()


def team(organisation, tail=""):
    return f"/o/{organisation.slug}/settings/{tail or 'team/'}"


def link(message):
    return re.search(r"https?://[^/]+(/join/\S+)", message.body)[1]


@pytest.fixture
def invited(organisation, alice):
    """An invitation whose letter has left."""
    invitation = invite_member(
        organisation=organisation, email=ADDRESS, role="agent", actor=alice.user
    )
    send_member_invitations(organisation_id=organisation.pk)
    invitation.refresh_from_db()
    return invitation


def acts(organisation):
    rows = AuditEvent.objects.filter(organisation=organisation).order_by("created_at", "pk")
    return [row.action for row in rows if row.action.startswith("member.")]


def test_an_owner_invites_and_the_person_signs_up_and_is_in(organisation, alice_client):
    alice_client.post(team(organisation), {"email": "LEA@example.org", "role": "agent"})
    send_member_invitations(organisation_id=organisation.pk)
    [message] = mail.outbox
    browser = Client()
    page = browser.get(link(message))
    answer = browser.post(link(message), {"name": "Léa Petit", "password": PASSWORD})

    assert message.to == [ADDRESS]
    assert organisation.name in page.content.decode()
    assert answer.headers["Location"] == f"/o/{organisation.slug}/"
    assert browser.get(answer.headers["Location"]).status_code == 200
    membership = Membership.objects.get(user__email=ADDRESS)
    assert (membership.role, membership.user.name) == ("agent", "Léa Petit")
    assert EmailAddress.objects.get(user=membership.user).verified
    assert acts(organisation) == ["member.invited", "member.invitation_accepted", "member.added"]


def test_the_row_holds_no_link(invited):
    token = link(mail.outbox[0]).split("/")[-2]

    assert token == link_token(invited)
    assert invited.token_hash == token_hash(token)
    assert token not in str(MemberInvitation.objects.values().get())


def test_opening_the_link_writes_nothing(organisation, invited):
    """AB-18: scanners open every link."""
    before = MemberInvitation.objects.values().get()

    for _ in range(2):
        assert Client().get(link(mail.outbox[0])).status_code == 200

    assert MemberInvitation.objects.values().get() == before
    assert not User.objects.filter(email=ADDRESS).exists()


def test_who_has_an_account_signs_in_first_and_then_joins(organisation, invited):
    person = UserFactory(email=ADDRESS)
    address = link(mail.outbox[0])
    stranger = Client()
    page = stranger.get(address).content.decode()
    refused = stranger.post(address, {"name": "Mallory", "password": PASSWORD})
    stranger.force_login(person)
    joined = [stranger.post(address), stranger.post(address), stranger.get(address)]

    assert f"/accounts/login/?next={address.replace('/', '%2F')}" in page
    assert refused.status_code == 200  # the page again: nobody takes over an account by a link
    assert Membership.objects.get(user=person).role == "agent"
    assert User.objects.filter(email=ADDRESS).count() == 1
    # A second click, and the letter opened again, lead where the first one led.
    assert [answer.headers["Location"] for answer in joined] == [f"/o/{organisation.slug}/"] * 3
    assert acts(organisation).count("member.invitation_accepted") == 1


def test_who_is_a_member_already_keeps_his_role(organisation, invited, alice, alice_client):
    alice_client.post(link(mail.outbox[0]))

    assert Membership.objects.get(user=alice.user).role == "owner"


def expire(invitation, client, organisation):
    past = timezone.now() - timedelta(seconds=1)
    MemberInvitation.objects.filter(pk=invitation.pk).update(expires_at=past)


def revoke(invitation, client, organisation):
    client.post(team(organisation, f"invitations/{invitation.pk}/revoke/"))


def resend(invitation, client, organisation):
    client.post(team(organisation, f"invitations/{invitation.pk}/resend/"))


def accept(invitation, client, organisation):
    answer = Client().post(link(mail.outbox[0]), {"name": "Léa", "password": PASSWORD})
    assert answer.status_code == 302


@pytest.mark.parametrize("end", [expire, revoke, resend, accept])
def test_a_link_that_is_over_lets_nobody_in(
    organisation, other_organisation, invited, alice_client, end
):
    address = link(mail.outbox[0])
    end(invited, alice_client, organisation)
    members = Membership.objects.count()
    late = client_of(member(other_organisation, "viewer"))
    invented = f"/join/{organisation.slug}/{'x' * 22}/"

    answers = [late.post(address), Client().post(address, {"name": "B", "password": PASSWORD})]
    pages = [Client().get(path).content.decode() for path in (address, invented)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Membership.objects.count() == members
    texts = [re.sub(r'(token" (content|value)=")[^"]*', r"\1", page) for page in pages]
    assert texts[0].replace(address, invented) == texts[1]


def test_whoever_guesses_links_has_to_wait(mid_minute, organisation, invited):
    """AB-23: links of invitations and of surveys count together."""
    guesser = Client()
    places = [organisation.slug, "no-such-place"]
    misses = [f"/join/{places[number % 2]}/{number:022}/" for number in range(29)]
    missed = [guesser.get(path).status_code for path in [*misses, "/r/unknown"]]

    late, posted = guesser.get(misses[0]), guesser.post(misses[0])

    assert missed == [404] * 30
    assert (late.status_code, posted.status_code) == (429, 429)
    assert 0 < int(late.headers["Retry-After"]) <= 601
    assert guesser.get("/r/unknown").status_code == 429
    assert guesser.get(link(mail.outbox[0])).status_code == 200  # a real letter still opens


def test_another_letter_has_another_link_that_works(organisation, invited, alice_client):
    resend(invited, alice_client, organisation)
    send_member_invitations(organisation_id=organisation.pk)

    first, second = map(link, mail.outbox)
    assert first != second
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)


def test_inviting_again_is_one_invitation(organisation, invited, alice_client):
    alice_client.post(team(organisation), {"email": ADDRESS, "role": "manager"})

    assert MemberInvitation.objects.get().role == "manager"


def test_a_link_of_one_organisation_opens_no_other(organisation, invited, other_organisation):
    address = link(mail.outbox[0])

    answer = Client().get(address.replace(organisation.slug, other_organisation.slug))

    assert answer.status_code == 404


def test_the_team_page_lists_who_is_invited(organisation, invited, alice_client, bob_client):
    html = alice_client.get(team(organisation)).content.decode()

    assert ADDRESS in html
    assert "Waiting for an answer" in html
    assert bob_client.get(team(organisation)).status_code == 403


def test_a_manager_sees_and_changes_nothing(organisation, invited):
    client = client_of(member(organisation, "manager"))
    for tail in ("resend", "revoke"):
        client.post(team(organisation, f"invitations/{invited.pk}/{tail}/"))
    client.post(team(organisation), {"email": "x@example.org", "role": "owner"})

    invited.refresh_from_db()
    assert (invited.round, invited.revoked_at) == (1, None)
    assert MemberInvitation.objects.count() == 1


def make_due():
    MemberInvitation.objects.update(send_after=timezone.now() - timedelta(hours=1))


def test_a_mail_server_that_is_down_is_tried_again_by_the_clock(
    organisation, alice, settings, caplog
):
    invite_member(organisation=organisation, email=ADDRESS, role="viewer", actor=alice.user)
    make_due()
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    down = send_due_invitations()
    settings.EMAIL_BACKEND = working
    too_early = send_due_invitations()
    make_due()
    due = send_due_invitations()
    done = send_due_invitations()

    assert (down, too_early, due, done) == (0, 0, 1, 0)
    assert "An invitation could not be sent" in caplog.text
    assert [message.to for message in mail.outbox] == [[ADDRESS]]


def test_the_letter_speaks_the_organisations_language(organisation, alice):
    organisation.language = "fr"
    organisation.save(update_fields=["language"])
    invite_member(organisation=organisation, email=ADDRESS, role="agent", actor=alice.user)
    send_member_invitations(organisation_id=organisation.pk)

    assert mail.outbox[0].subject == f"Rejoindre {organisation.name} sur CXHub"
    assert "vous invite à rejoindre" in mail.outbox[0].body


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("password", "short")])
def test_joining_keeps_what_was_typed(invited, field, value):
    form = {"name": "Léa Petit", "password": PASSWORD} | {field: value}

    answer = Client().post(link(mail.outbox[0]), form)

    assert answer.status_code == 422
    assert ("Léa Petit" in answer.content.decode()) == (field != "name")
    assert not User.objects.filter(email=ADDRESS).exists()
