"""Inviting people by email: accepted by a button, resent or withdrawn at any time."""

import base64
import logging
from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac

from accounts.actions import audit, rounds
from accounts.actions.organisations import add_member
from accounts.exceptions import AddressTaken, AlreadyMember, InvitationClosed
from accounts.models import MemberInvitation, Membership, Organisation, User
from cxhub.lib.jobs import enqueue
from cxhub.lib.tenancy import tenant
from cxhub.lib.tokens import LINK_BYTES, token_hash

logger = logging.getLogger(__name__)

LIFETIME = timedelta(days=7)
TRY_AGAIN_AFTER = timedelta(minutes=2)
BATCH = 50
SALT = "accounts.member_invitation"
SEND = "accounts.tasks.send_member_invitations"


@transaction.atomic
def invite_member(
    *, organisation: Organisation, email: str, role: str, actor: User
) -> MemberInvitation:
    """Invite an address; one that is invited already gets a new letter with the new role."""
    address = email.strip().lower()
    if Membership.objects.within(organisation).filter(user__email__iexact=address).exists():
        raise AlreadyMember
    open_ones = MemberInvitation.objects.within(organisation).filter(
        email=address, accepted_at=None, revoked_at=None
    )
    fresh = MemberInvitation(
        organisation=organisation, email=address, round=0, expires_at=timezone.now() + LIFETIME
    )
    MemberInvitation.objects.bulk_create([fresh], ignore_conflicts=True)  # or it is there already
    invitation = open_ones.select_for_update(no_key=True).get()
    invitation.role = role
    return _post(invitation, actor, "member.invited")


@transaction.atomic
def resend_invitation(*, invitation: MemberInvitation, actor: User) -> MemberInvitation:
    """Send another letter; the link of the one before stops working."""
    return _post(_locked(invitation), actor, "member.invited_again")


@transaction.atomic
def revoke_invitation(*, invitation: MemberInvitation, actor: User) -> None:
    """Let nobody in by it any more."""
    invitation = _locked(invitation)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    _record(invitation, actor, "member.invitation_revoked")


@transaction.atomic
def accept_invitation(*, invitation: MemberInvitation, user: User) -> Membership:
    """Make the person a member; who is one already keeps his role."""
    invitation = _locked(invitation)
    if not invitation.is_usable:
        raise InvitationClosed
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    _record(invitation, user, "member.invitation_accepted")
    members = Membership.objects.within(invitation.organisation_id)
    return members.filter(user=user).first() or add_member(
        organisation=invitation.organisation, user=user, role=invitation.role, actor=user
    )


@transaction.atomic
def sign_up_invited(
    *, invitation: MemberInvitation, name: str, password: str, language: str
) -> User:
    """A new person, whose address the letter has confirmed, as a member."""
    _locked(invitation)
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                invitation.email, password, name=name, language=language
            )
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    except IntegrityError as error:  # by another door, since the page was shown
        raise AddressTaken from error
    accept_invitation(invitation=invitation, user=user)
    return user


def send_member_invitations(*, organisation_id: UUID) -> int:
    """Send the organisation's letters that wait; returns how many were sent.

    A letter is claimed before it is sent. If we die in between, it goes out again two minutes
    later, with the same link.
    """
    with tenant(organisation_id):
        waiting = MemberInvitation.objects.within(organisation_id).filter(
            send_after__lte=timezone.now(), accepted_at=None, revoked_at=None
        )
        rows = waiting.select_related("organisation", "invited_by").order_by("send_after")
        claimed = list(rows.select_for_update(skip_locked=True, no_key=True, of=("self",))[:BATCH])
        for invitation in claimed:
            invitation.send_after = timezone.now() + TRY_AGAIN_AFTER
            invitation.token_hash = token_hash(link_token(invitation))
            invitation.save(update_fields=["send_after", "token_hash"])
    return sum(_send(invitation) for invitation in claimed)


def send_due_invitations() -> int:
    """Send what no bell rang for."""
    return rounds.for_each_organisation(
        "accounts_uninvited_organisations",
        lambda organisation_id: send_member_invitations(organisation_id=organisation_id),
    )


def link_token(invitation: MemberInvitation) -> str:
    """The private part of a letter's link: made from our secret, so that no row holds it."""
    name = f"{invitation.pk}:{invitation.round}"
    digest = salted_hmac(SALT, name, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:LINK_BYTES]).rstrip(b"=").decode()


def _post(invitation: MemberInvitation, actor: User, action: str) -> MemberInvitation:
    now = timezone.now()
    invitation.round += 1
    invitation.invited_by = actor
    invitation.token_hash = token_hash(link_token(invitation))
    invitation.expires_at, invitation.send_after, invitation.sent_at = now + LIFETIME, now, None
    invitation.save()
    _record(invitation, actor, action)
    enqueue(SEND, organisation_id=str(invitation.organisation_id))
    return invitation


def _locked(invitation: MemberInvitation) -> MemberInvitation:
    rows = MemberInvitation.objects.within(invitation.organisation_id)
    locked = rows.select_for_update(no_key=True, of=("self",)).get(pk=invitation.pk)
    if not locked.is_open:
        raise InvitationClosed
    return locked


def _record(invitation: MemberInvitation, actor: User, action: str) -> None:
    audit.record(
        organisation=invitation.organisation,
        actor=actor,
        action=action,
        target=invitation.email,
        detail={"role": invitation.role},
    )


def _send(invitation: MemberInvitation) -> bool:
    organisation = invitation.organisation
    path = reverse("accounts:invitation", args=[organisation.slug, link_token(invitation)])
    invited = User.objects.filter(email__iexact=invitation.email).first()
    context = {"invitation": invitation, "url": f"{settings.SITE_URL}{path}"}
    with translation.override(invited.language if invited else organisation.language):
        subject = render_to_string("accounts/email/invitation_subject.txt", context).strip()
        text = render_to_string("accounts/email/invitation_message.txt", context)
    try:
        send_mail(subject, text, None, [invitation.email])
    except OSError:
        logger.exception("An invitation could not be sent; the clock tries again")
        return False
    with tenant(organisation.pk):
        rows = MemberInvitation.objects.within(organisation)
        rows.filter(pk=invitation.pk, round=invitation.round).update(
            sent_at=timezone.now(), send_after=None
        )
    return True
