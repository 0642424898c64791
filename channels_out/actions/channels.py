"""Setting channels up, changing them, trying them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import Organisation, User
from channels_out.actions.breakers import release
from channels_out.actions.checks import Candidate, Judge, Refuse
from channels_out.actions.configuration import capabilities
from channels_out.actions.messages import Body, Letter, queue_messages
from channels_out.enums import Purpose
from channels_out.exceptions import TestRefused, TooManyTests
from channels_out.kinds import KINDS
from channels_out.models import Channel, Message
from channels_out.queries.channels import default_channel
from channels_out.queries.messages import tests_since
from contacts.enums import ADDRESS_KINDS
from contacts.queries.contacts import contact_for_address
from cxhub.lib.ids import uuid7
from cxhub.lib.locks import take_turn
from cxhub.lib.sealing import seal, unseal

TESTS_PER_HOUR = 10
TEST_LIFE = timedelta(minutes=10)


@transaction.atomic
def create_channel(
    *,
    organisation: Organisation,
    kind: str,
    provider: str,
    name: str,
    sender: str = "",
    credentials: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
    is_default: bool = False,
) -> Channel:
    """Set a channel up; the first of its kind is the default whatever is asked.

    The same settings again, as a second click sends them, are the channel that is there.
    """
    if KINDS[kind].providers:
        KINDS[kind].provider(provider)
    _lock_defaults(organisation.pk, kind)
    wanted = Channel(
        organisation=organisation,
        kind=kind,
        provider=provider,
        name=name,
        sender=sender,
        credentials=seal(dict(credentials)) if credentials else "",
        options=_options(organisation, options or {}),
    )
    found = _same_settings(wanted)
    if found and (found.is_default or not is_default):
        return found
    is_default = is_default or default_channel(organisation, kind) is None
    if is_default:
        _take_default(organisation, kind)
    channel = found or wanted
    channel.is_default = is_default
    channel.save(update_fields=["is_default"] if found else None)
    return channel


@transaction.atomic
def update_channel(
    *,
    channel: Channel,
    name: str,
    sender: str,
    credentials: Mapping[str, str],
    options: Mapping[str, str],
    is_default: bool,
    is_active: bool,
) -> Channel:
    """Change a channel; a credential left empty stays as it is. Closes its breaker."""
    _lock_defaults(channel.organisation_id, channel.kind)
    rows = Channel.objects.within(channel.organisation_id).select_related("organisation")
    # Sending writes its pace and its errors into the same row meanwhile.
    channel = rows.select_for_update(no_key=True, of=("self",)).get(pk=channel.pk)
    kept = unseal(channel.credentials) | {k: v for k, v in credentials.items() if v}
    channel.name, channel.sender = name, sender
    channel.credentials = seal(kept) if kept else ""
    channel.options = _options(channel.organisation, options)
    channel.is_active = is_active
    if is_default and not channel.is_default:
        _take_default(channel.organisation, channel.kind)
        channel.is_default = True
    channel.save()
    reopen_channel(channel=channel)
    return channel


@transaction.atomic
def reopen_channel(*, channel: Channel) -> None:
    """Close the breaker and let what it held back go: the account works again."""
    Channel.objects.within(channel.organisation_id).filter(pk=channel.pk).update(
        breaker_open_until=None, breaker_reason="", window_calls=0, window_errors=0
    )
    release(channel)


@transaction.atomic
def ensure_default_channels(organisation: Organisation) -> list[Channel]:
    """Give an organisation what needs no contract: links, QR codes and, if on, the simulator."""
    wanted = [("web", "", ""), ("qr", "", "")]
    if settings.CXHUB_SIMULATOR:
        wanted += [
            ("email", "simulator", _simulated_mailbox(organisation)),
            ("sms", "simulator", _simulated_number(organisation)),
        ]
    return [
        create_channel(
            organisation=organisation,
            kind=kind,
            provider=provider,
            name=_default_name(organisation, kind, provider),
            sender=sender,
            is_default=True,
        )
        for kind, provider, sender in wanted
        if default_channel(organisation, kind) is None
    ]


@transaction.atomic
def send_test(*, channel: Channel, to: str, user: User) -> Message:
    """Send a member a message through a channel, at most ten times an hour.

    A number that he typed may be anybody's: whoever refused is not written to, nor anybody at
    night. The claim looks at both once more.
    """
    now = timezone.now()
    organisation = channel.organisation
    Channel.objects.within(organisation).select_for_update(no_key=True).get(pk=channel.pk)
    if tests_since(organisation, now - timedelta(hours=1)) >= TESTS_PER_HOUR:
        raise TooManyTests
    kind = ADDRESS_KINDS.get(channel.kind)
    is_typed = to != user.email
    letter = Letter(
        to=to,
        language=user.language,
        body=_test_words(user),
        slots={"channel": channel.name},
        purpose=Purpose.TEST if is_typed else Purpose.NOTICE,
        dedupe_key=f"test:{uuid7()}",
        expires_at=now + TEST_LIFE,
        contact=contact_for_address(organisation, kind, to) if is_typed and kind else None,
        user=user,
    )
    if is_typed:
        _refuse_test(channel, letter, now)
    return queue_messages(organisation=organisation, channel=channel, letters=[letter])[0]


def _test_words(user: User) -> Body:
    with translation.override(user.language):
        return Body(
            subject=gettext("Test from CXHub"),
            text=gettext("This is a test. Your channel “{channel}” works."),
        )


def _refuse_test(channel: Channel, letter: Letter, now: datetime) -> None:
    """Say at once what the claim would find."""
    candidate = Candidate(
        id="",
        channel_id=str(channel.pk),
        body_id="",
        contact_id=str(letter.contact.pk) if letter.contact else None,
        purpose=letter.purpose,
        to=letter.to,
        language=letter.language,
        slots="",
        sealed_slots="",
        attempts=0,
        expires_at=letter.expires_at,
        now=now,
    )
    judge = Judge(channel.organisation, channel, capabilities(channel), [candidate])
    verdict = judge.verdicts([candidate])[candidate.id]
    if isinstance(verdict, Refuse):
        raise TestRefused(verdict.reason)


def _lock_defaults(organisation_id: UUID, kind: str) -> None:
    """One at a time may say which channel of a kind is the default."""
    take_turn(f"default:{kind}:{organisation_id}")


def _same_settings(wanted: Channel) -> Channel | None:
    """The active channel that is set up exactly so, credentials included."""
    alike = Channel.objects.within(wanted.organisation_id).filter(
        kind=wanted.kind,
        provider=wanted.provider,
        name=wanted.name,
        sender=wanted.sender,
        options=wanted.options,
        is_active=True,
    )
    secrets = unseal(wanted.credentials)
    return next((channel for channel in alike if _holds(channel, secrets)), None)


def _holds(channel: Channel, secrets: dict[str, str]) -> bool:
    try:
        return unseal(channel.credentials) == secrets
    except InvalidToken:  # sealed with a key that is lost: it is set up anew
        return False


def _take_default(organisation: Organisation, kind: str) -> None:
    Channel.objects.within(organisation).filter(kind=kind, is_default=True).update(is_default=False)


def _options(organisation: Organisation, options: Mapping[str, str]) -> dict[str, str]:
    """What a form gave; no country named means the organisation's own."""
    kept = {name: value for name, value in options.items() if name != "sender"}
    if kept.get("territories") == "":
        kept["territories"] = organisation.country
    return kept


def _simulated_mailbox(organisation: Organisation) -> str:
    name = "".join(character for character in organisation.name if character not in '<>",;:@')
    return f"{name} <surveys@{organisation.slug[:50]}.test>"


def _simulated_number(organisation: Organisation) -> str:
    """A French short number of the organisation's own, so that replies find their way back."""
    return f"38{organisation.pk.int % 1000:03d}"


def _default_name(organisation: Organisation, kind: str, provider: str) -> str:
    with translation.override(organisation.language):
        label = str(KINDS[kind].label)
        return f"{label} ({KINDS[kind].provider(provider).label})" if provider else label
