"""What every channel kind is: senders, publishers, and the plain values that pass through them."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

from django import forms
from django.utils.functional import Promise

from channels_out.enums import FailureReason, MessageState, Outcome
from channels_out.exceptions import ChannelMisconfigured, UnknownKind
from cxhub.lib.artefacts import Artefact, NothingToPublish
from cxhub.lib.sms.keywords import Keyword

Label: TypeAlias = str | Promise


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message to one address, ready to go.

    `subject`, `text` and `html` may hold `{slots}`; those named in `slots` are replaced, safely for
    the place they stand in, everything else is literal. Envelopes of one campaign should share the
    very same template strings: a template is compiled once.
    """

    message_id: str
    to: str
    text: str
    sender: str = ""
    subject: str = ""
    html: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    language: str = "fr"
    reply_to: str = ""
    unsubscribe_url: str = ""
    status_url: str = ""
    valid_for: int = 14_400
    organisation: str = ""
    claimed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """A configured channel: decrypted credentials, options, and what the installation allows."""

    provider: str
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    sender: str = ""
    api_base: str = ""
    internal_hosts: bool = False
    own_host: str = ""
    simulator_enabled: bool = False
    simulator_path: str = ""

    def credential(self, name: str) -> str:
        """Return a credential, or say which one is missing."""
        value = self.credentials.get(name, "")
        if not value:
            raise ChannelMisconfigured(name)
        return value


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider has the message: under which id, how far it got, and since when.

    `at` is the `time.monotonic()` instant of its word, of no use in another process.
    """

    provider_id: str
    state: MessageState = MessageState.ACCEPTED
    detail: str = ""
    at: float = field(default_factory=time.monotonic, compare=False)


class DeliveryError(Exception):
    """An attempt that gave no receipt; `outcome` says what that means for the message."""

    def __init__(
        self,
        message: str,
        *,
        outcome: Outcome,
        reason: FailureReason,
        code: str = "",
        retry_after: int | None = None,
        consumes_attempt: bool = True,
        stops_chunk: bool = False,
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.reason = reason
        self.code = code
        self.retry_after = retry_after
        self.consumes_attempt = consumes_attempt and outcome != Outcome.BREAKER
        self.stops_chunk = stops_chunk or outcome == Outcome.BREAKER

    def for_the_rest(self) -> "DeliveryError":
        """Return what the messages of the chunk get that were not even tried."""
        return DeliveryError(
            str(self),
            outcome=self.outcome,
            reason=self.reason,
            code=self.code,
            retry_after=self.retry_after,
            consumes_attempt=False,
        )


@dataclass(frozen=True, slots=True)
class Absent:
    """The provider was asked and has no such message."""


Attempt: TypeAlias = Receipt | DeliveryError
Evidence: TypeAlias = Receipt | Absent | None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a configured sender can and may do."""

    two_way: bool
    has_hours: bool
    max_text: int | None = None
    rate_per_second: float | None = None
    territories: frozenset[str] = frozenset()
    can_be_looked_up: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a configured channel cannot work."""

    reason: FailureReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Callback:
    """A provider's request: the public URL it was sent to, its form fields, its headers."""

    url: str
    form: Mapping[str, Sequence[str]]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    def value(self, name: str) -> str:
        """Return the first value of a field, or an empty string."""
        values = self.form.get(name) or [""]
        return values[0]

    def header(self, name: str) -> str:
        """Return a header whatever the case of its name, or an empty string."""
        wanted = name.lower()
        return next((v for k, v in self.headers.items() if k.lower() == wanted), "")


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """What a provider reports about a message; `state` is None for a word we do not know."""

    provider_id: str
    word: str
    state: MessageState | None
    code: str = ""
    reason: FailureReason | None = None
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class Inbound:
    """A text that came in; `keyword` is set when the provider itself recognised a command."""

    provider_id: str
    sender: str
    to: str
    text: str
    media: int = 0
    keyword: Keyword | None = None
    delivery_token: str = ""


class Sender(Protocol):
    """Sends whole chunks, and answers for what it sent."""

    def capabilities(self, config: Config) -> Capabilities:
        """Return what this configured sender can and may do."""
        ...

    async def send(
        self, envelopes: Sequence[Envelope], config: Config, deadline: float | None = None
    ) -> list[Attempt]:
        """Send a chunk and return one attempt per envelope, in order; raises for no message.

        `deadline` is a `time.monotonic()` instant: what has not started by then is not sent.
        """
        ...

    async def find(
        self, envelope: Envelope, config: Config, known: Collection[str] = frozenset()
    ) -> Evidence:
        """Look a message up: its receipt, Absent, or None when the provider cannot tell.

        `known` are provider ids that belong to other messages.
        """
        ...

    async def check(self, config: Config) -> Problem | None:
        """Ask the provider whether this configuration works; nothing is sent."""
        ...


class Callbacks(Protocol):
    """Reads what a provider posts to us."""

    def is_authentic(self, callback: Callback, config: Config) -> bool:
        """Return whether the provider signed exactly this request."""
        ...

    def is_ours(self, callback: Callback, config: Config) -> bool:
        """Return whether the request concerns this channel's account and sender."""
        ...

    def parse_status(self, callback: Callback) -> StatusUpdate:
        """Return what is reported about a message we sent."""
        ...

    def parse_inbound(self, callback: Callback) -> Inbound | None:
        """Return the text that came in, or None when it names no message or no sender."""
        ...


class Publisher(Protocol):
    """Turns a link into something to print or to paste."""

    def publish(self, link: str, config: Config) -> Artefact:
        """Return the artefact for a link; NothingToPublish for a format it does not know."""
        ...


class ChannelForm(forms.Form):
    """Settings of a channel; fields named in `secret` are credentials, the others options."""

    secret: frozenset[str] = frozenset()

    def credentials(self) -> dict[str, str]:
        """Return the cleaned secret fields."""
        return {k: str(v) for k, v in self.cleaned_data.items() if k in self.secret}

    def options(self) -> dict[str, str]:
        """Return the cleaned fields that are not secret."""
        return {k: str(v) for k, v in self.cleaned_data.items() if k not in self.secret}


@dataclass(frozen=True, slots=True)
class Provider:
    """One way of carrying messages of a kind."""

    slug: str
    label: Label
    sender: Sender
    form: type[ChannelForm]
    describe: Callable[[Config], str]
    callbacks: Callbacks | None = None
    is_simulator: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of channel: how it is shown, who can carry it, what it publishes.

    One that publishes has nothing to set up: `about` says what it makes, and where.
    """

    slug: str
    label: Label
    icon: str
    providers: Mapping[str, Provider] = field(default_factory=dict)
    publisher: Publisher | None = None
    about: Label = ""

    def provider(self, slug: str) -> Provider:
        """Return the provider of this name."""
        try:
            return self.providers[slug]
        except KeyError as error:
            raise UnknownKind(f"{self.slug}/{slug}") from error

    def publish(self, link: str, config: Config) -> Artefact:
        """Publish a link, or say that this kind sends instead."""
        if self.publisher is None:
            raise NothingToPublish(self.slug)
        return self.publisher.publish(link, config)
