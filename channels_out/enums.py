"""The states of a message, which may follow which, and why sending failed."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageState(TextChoices):
    """Where a message stands; a later fact never moves it to a lower rank."""

    DRAFT = "draft", _("Held back")
    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    UNKNOWN = "unknown", _("Not known whether it was sent")
    RETRY_WAIT = "retry_wait", _("Waiting for another try")
    ACCEPTED = "accepted", _("Accepted by the provider")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    UNDELIVERED = "undelivered", _("Not delivered")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")
    SUPPRESSED = "suppressed", _("Not sent: excluded")

    @property
    def rank(self) -> int:
        """Return the rank: events only ever move a message to a higher one."""
        return RANKS[self]

    @property
    def is_terminal(self) -> bool:
        """Return whether nothing may follow."""
        return RANKS[self] == TERMINAL_RANK


TERMINAL_RANK = 6

RANKS = {
    MessageState.DRAFT: 0,
    MessageState.QUEUED: 1,
    MessageState.RETRY_WAIT: 1,
    MessageState.SENDING: 2,
    MessageState.UNKNOWN: 2,
    MessageState.ACCEPTED: 3,
    MessageState.SENT: 4,
    MessageState.DELIVERED: TERMINAL_RANK,
    MessageState.UNDELIVERED: TERMINAL_RANK,
    MessageState.FAILED: TERMINAL_RANK,
    MessageState.CANCELLED: TERMINAL_RANK,
    MessageState.EXPIRED: TERMINAL_RANK,
    MessageState.SUPPRESSED: TERMINAL_RANK,
}

TERMINAL_STATES = frozenset(state for state, rank in RANKS.items() if rank == TERMINAL_RANK)
CLAIMABLE_STATES = frozenset({MessageState.QUEUED, MessageState.RETRY_WAIT})
# What has not left yet: it waits for its turn, or is held back until somebody lets it go.
HERE_STATES = CLAIMABLE_STATES | {MessageState.DRAFT}
# What is with a provider right now, or may be: it can still come back.
AWAY_STATES = frozenset({MessageState.SENDING, MessageState.UNKNOWN})

_ARRIVAL = frozenset({MessageState.DELIVERED, MessageState.UNDELIVERED, MessageState.FAILED})
_WAITING = frozenset(
    {
        MessageState.DRAFT,
        MessageState.SENDING,
        MessageState.CANCELLED,
        MessageState.EXPIRED,
        MessageState.SUPPRESSED,
    }
)

# Who may do it is in the actions; this is what may happen at all.
TRANSITIONS: dict[MessageState, frozenset[MessageState]] = {
    MessageState.DRAFT: frozenset({MessageState.QUEUED, MessageState.CANCELLED}),
    MessageState.QUEUED: _WAITING,
    MessageState.RETRY_WAIT: _WAITING,
    MessageState.SENDING: frozenset(
        {
            MessageState.ACCEPTED,
            MessageState.SENT,
            MessageState.DELIVERED,
            MessageState.RETRY_WAIT,
            MessageState.DRAFT,
            MessageState.CANCELLED,
            MessageState.FAILED,
            MessageState.UNKNOWN,
        }
    ),
    MessageState.UNKNOWN: _ARRIVAL
    | {
        MessageState.ACCEPTED,
        MessageState.SENT,
        MessageState.RETRY_WAIT,
        MessageState.DRAFT,
        MessageState.CANCELLED,
    },
    MessageState.ACCEPTED: _ARRIVAL | {MessageState.SENT},
    MessageState.SENT: _ARRIVAL,
    **{state: frozenset() for state in TERMINAL_STATES},
}


class Outcome(TextChoices):
    """What a failed attempt means for the message."""

    RETRY = "retry", _("Not sent, worth another try")
    FAILED = "failed", _("Refused for good")
    UNKNOWN = "unknown", _("May have been sent")
    BREAKER = "breaker", _("Not sent, the account itself is refused")


class FailureReason(TextChoices):
    """Why a message did not leave or did not arrive, in words every kind shares."""

    INVALID_ADDRESS = "invalid_address", _("The address does not exist")
    NOT_SMS_CAPABLE = "not_sms_capable", _("The number cannot receive text messages")
    OPTED_OUT = "opted_out", _("The recipient has unsubscribed")
    TERRITORY = "territory", _("The country is not allowed on this account")
    UNREACHABLE = "unreachable", _("The recipient cannot be reached now")
    MAILBOX_FULL = "mailbox_full", _("The mailbox is full")
    BLOCKED = "blocked", _("Blocked as unwanted")
    TOO_LONG = "too_long", _("The text is too long")
    SENDER_REFUSED = "sender_refused", _("The sender is not allowed")
    CREDENTIALS = "credentials", _("The provider refused the credentials")
    ACCOUNT_SUSPENDED = "account_suspended", _("The provider suspended the account")
    RATE_LIMITED = "rate_limited", _("The provider asked to slow down")
    NETWORK = "network", _("The provider could not be reached")
    URL_NOT_ALLOWED = "url_not_allowed", _("This server is not allowed.")
    CERTIFICATE = "certificate", _("The provider’s certificate is not valid")
    TIMEOUT = "timeout", _("The provider did not answer in time")
    BAD_REPLY = "bad_reply", _("The provider’s answer could not be read")
    PROVIDER_ERROR = "provider_error", _("The provider had an error")
    REJECTED = "rejected", _("The provider refused the message")
    LATE = "late", _("The attempt started too late")
    AMBIGUOUS = "ambiguous", _("It never became known whether it was sent")
    UNREADABLE = "unreadable", _("The message could not be put together")
    SIMULATOR_OFF = "simulator_off", _("The simulator is switched off")


class Purpose(TextChoices):
    """Why a message is written; decides what the claim checks once more."""

    SURVEY = "survey", _("Survey")
    REPLY = "reply", _("Reply to the customer")
    ALERT = "alert", _("Alert to a member")
    # A confirmation that the customer's own command asked for (STOP, HELP), or a test to oneself.
    NOTICE = "notice", _("Confirmation")
    # To a number that a member typed: it may be anybody's.
    TEST = "test", _("Test")


class InboundOutcome(TextChoices):
    """What a received text turned out to be; empty while it is an ordinary answer."""

    OPT_OUT = "opt_out", _("Opted out")
    OPT_IN = "opt_in", _("Opted in again")
    HELP = "help", _("Asked for help")
    UNROUTABLE = "unroutable", _("Sender cannot be answered")
