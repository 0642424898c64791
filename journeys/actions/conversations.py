"""A survey answered by text: the score, then the words, then silence."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from accounts.models import Organisation
from channels_out.actions.messages import Body, Letter, queue_messages
from channels_out.enums import Purpose
from channels_out.models import Channel, InboundMessage, Message, SmsConversation
from cxhub.lib.sms.scores import Score, read_score
from cxhub.lib.tokens import new_link_token, token_hash
from events.models import DomainEvent
from journeys.queries import texts
from surveys.actions.comments import add_comment
from surveys.actions.responses import Door, Outcome, Submission, submit_response
from surveys.definition import Definition
from surveys.models import Invitation, Response
from surveys.queries.doors import invitation_url
from surveys.queries.surveys import definition_of

CONVERSATION_LIFE = timedelta(hours=72)
REPLY_LIFE = timedelta(minutes=10)
DAY = timedelta(hours=24)
MAX_REPLIES = 6
MAX_REPROMPTS = 1

SCORE = "score"
COMMENT = "comment"
UNSOLICITED = "unsolicited"
ANSWERED = "answered"
UNCLEAR = "unclear"


def open_conversations(
    *, channel: Channel, doors: Sequence[tuple[Invitation, str]], now: datetime
) -> None:
    """Open one exchange per number; an older one on the same number ends."""
    within = SmsConversation.objects.within(channel.organisation_id)
    numbers = [number for _invitation, number in doors]
    within.filter(channel=channel, number__in=numbers, is_open=True).update(is_open=False)
    SmsConversation.objects.bulk_create(
        SmsConversation(
            organisation_id=channel.organisation_id,
            channel=channel,
            contact_id=invitation.contact_id,
            number=number,
            subject_id=invitation.pk,
            step=SCORE,
            expires_at=now + CONVERSATION_LIFE,
        )
        for invitation, number in doors
    )


def prolong_conversations(
    *, organisation: Organisation, invitation_ids: Collection[UUID], by: timedelta
) -> None:
    """Listen longer for the answers to questions that leave so much later."""
    waiting = SmsConversation.objects.within(organisation).filter(
        subject_id__in=invitation_ids, is_open=True
    )
    waiting.update(expires_at=F("expires_at") + by)


def continue_conversation(*, event: DomainEvent) -> None:
    """What a customer's text means for the exchange that is open with him, if one is."""
    inbound = (
        InboundMessage.objects.within(event.organisation_id)
        .select_related("channel", "organisation")
        .get(pk=event.payload["inbound"])
    )
    conversation = _open_conversation(inbound)
    if inbound.outcome:
        return
    if conversation is None:
        # AB-37: kept where people can read it, and nobody is answered by a machine.
        _note(inbound, UNSOLICITED)
        return
    is_echo = _is_echo(inbound, conversation)
    conversation.last_inbound_at = inbound.received_at
    conversation.save(update_fields=["last_inbound_at"])
    if is_echo:
        # AB-36: the same text twice is a machine's; two machines would talk for ever.
        _close(conversation)
        _note(inbound, UNSOLICITED)
        return
    turn = Turn(inbound, conversation)
    if conversation.step == COMMENT:
        turn.take_words()
    else:
        turn.take_score()


class Turn:
    """One text of the customer inside an open exchange."""

    def __init__(self, inbound: InboundMessage, conversation: SmsConversation) -> None:
        self.inbound, self.conversation = inbound, conversation
        self.invitation = (
            Invitation.objects.within(inbound.organisation_id)
            .select_related("survey__current_version")
            .get(pk=conversation.subject_id)
        )

    def take_score(self) -> None:
        """Record the score; ask for the words unless they came with it."""
        version = self.invitation.survey.current_version
        if version is None:
            self._end(texts.closed_text(self._language))
            return
        definition = definition_of(version)
        read = read_score(self.inbound.text)
        if not isinstance(read, Score):
            self._ask_again()
            return
        outcome = self._submit(definition, read)
        if outcome.kind in {"closed", "expired", "changed", "unknown"}:
            self._end(texts.closed_text(self._language))
        elif not outcome.is_accepted:
            _note(self.inbound, UNSOLICITED)
            _close(self.conversation)
        else:
            _note(self.inbound, ANSWERED)
            self._go_on(definition, read)

    def take_words(self) -> None:
        """Add the customer's words to his answer sheet, thank him, and end."""
        response = self._response()
        version = response.version if response is not None else None
        if response is None or version is None:
            _note(self.inbound, UNSOLICITED)
            _close(self.conversation)
            return
        definition = definition_of(version)
        comment = definition.comment_after(definition.questions[0].key)
        if comment is not None and self.inbound.text.strip():
            add_comment(response=response, key=comment.key, text=self.inbound.text)
        _note(self.inbound, ANSWERED)
        self._end(texts.thanks_text(self._language))

    @property
    def _language(self) -> str:
        return self.invitation.language

    def _submit(self, definition: Definition, read: Score) -> Outcome:
        question = definition.questions[0]
        answers: dict[str, object] = {question.key: read.value}
        comment = definition.comment_after(question.key)
        if comment is not None and read.comment:
            answers[comment.key] = read.comment
        return submit_response(
            Submission(
                door=Door(token_hash=self.invitation.token_hash),
                submission_id=self.inbound.pk,
                answers=answers,
                language=self._language,
                channel="sms",
            )
        )

    def _go_on(self, definition: Definition, read: Score) -> None:
        question = definition.questions[0]
        why = ""
        if not read.comment:
            group = definition.group_of(question.key, read.value)
            why = texts.why_text(definition, question.key, group, self._language)
        if not why:
            self._end(texts.thanks_text(self._language))
            return
        self.conversation.step = COMMENT
        self.conversation.save(update_fields=["step"])
        self._reply(why)

    def _ask_again(self) -> None:
        """Ask once more, then offer the link, then say nothing."""
        _note(self.inbound, UNCLEAR)
        if self.conversation.reprompts < MAX_REPROMPTS:
            self.conversation.reprompts += 1
            self.conversation.save(update_fields=["reprompts"])
            self._reply(texts.again_text(self._language))
            return
        # The first text carried no link, so nobody holds the token that this one replaces.
        token = new_link_token()
        self.invitation.token_hash = token_hash(token)
        self.invitation.save(update_fields=["token_hash"])
        self._reply(texts.elsewhere_text(self._language), {"link": invitation_url(token)})
        _close(self.conversation)

    def _end(self, words: str) -> None:
        self._reply(words)
        _close(self.conversation)

    def _reply(self, words: str, secrets: dict[str, str] | None = None) -> None:
        """Queue an answer, unless this number has had enough of them today (AB-36)."""
        now = timezone.now()
        if _replies_since(self.inbound, now - DAY) >= MAX_REPLIES:
            _close(self.conversation)
            return
        letter = Letter(
            to=self.inbound.sender,
            language=self._language,
            body=Body(text=words),
            purpose=Purpose.REPLY,
            dedupe_key=f"reply:{self.inbound.pk}",
            expires_at=now + REPLY_LIFE,
            secret_slots=secrets or {},
            contact=self.invitation.contact,
        )
        queue_messages(
            organisation=self.inbound.organisation, channel=self.inbound.channel, letters=[letter]
        )

    def _response(self) -> Response | None:
        return (
            Response.objects.within(self.inbound.organisation_id)
            .filter(invitation=self.invitation)
            .select_related("version")
            .order_by("-answered_at")
            .first()
        )


def _open_conversation(inbound: InboundMessage) -> SmsConversation | None:
    """The open exchange with this number, held until the turn is over; expired ones end here."""
    conversation = (
        SmsConversation.objects.within(inbound.organisation_id)
        .filter(channel=inbound.channel, number=inbound.sender, is_open=True)
        .select_for_update(no_key=True)
        .first()
    )
    if conversation is not None and conversation.expires_at <= inbound.received_at:
        _close(conversation)
        return None
    return conversation


def _is_echo(inbound: InboundMessage, conversation: SmsConversation) -> bool:
    previous = (
        InboundMessage.objects.within(inbound.organisation_id)
        .filter(channel=inbound.channel, sender=inbound.sender)
        .filter(received_at__gte=conversation.opened_at)
        .exclude(pk=inbound.pk)
        .order_by("-received_at", "-pk")
        .first()
    )
    return previous is not None and previous.text.strip() == inbound.text.strip()


def _replies_since(inbound: InboundMessage, since: datetime) -> int:
    return (
        Message.objects.within(inbound.organisation_id)
        .filter(to=inbound.sender, purpose=Purpose.REPLY, created_at__gte=since)
        .count()
    )


def _close(conversation: SmsConversation) -> None:
    conversation.is_open = False
    conversation.save(update_fields=["is_open"])


def _note(inbound: InboundMessage, outcome: str) -> None:
    inbound.outcome = outcome
    inbound.save(update_fields=["outcome"])
