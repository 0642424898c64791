"""Who may move a message where: every mover against every state (reliability 5.2)."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from channels_out.actions import bells, claims, messages, reconciling, results
from channels_out.actions.configuration import config_of, provider_of
from channels_out.enums import TRANSITIONS, FailureReason, MessageState, Outcome
from channels_out.kinds.base import Absent, DeliveryError, Receipt
from channels_out.queries.wordings import wording_of
from tests.factories.channels_out import MessageFactory

S = MessageState
WAITING = {S.QUEUED, S.RETRY_WAIT}
PAST = timedelta(seconds=1)


def claim(message):
    claims.claim_messages(organisation_id=message.organisation_id, message_ids=[str(message.pk)])


def cancel(message):
    messages.cancel_by_id(organisation=message.organisation, message_ids=[message.pk])


def hold_back(message):
    messages.hold_back(organisation=message.organisation, message_ids=[message.pk])


def let_go(message):
    messages.let_go(
        organisation=message.organisation, message_ids=[message.pk], held_for=timedelta(hours=1)
    )


def expire(message):
    type(message).objects.filter(pk=message.pk).update(expires_at=timezone.now() - PAST)
    bells.expire(message.organisation_id)


def run_out(message):
    reconciling.free_leases(message.organisation_id)


def as_claim(message):
    wording = wording_of(message.organisation_id, str(message.body_id))
    return reconciling._as_claim(message, wording)


def records(attempt):
    """The holder of the claim writes down what the provider made of it."""

    def move(message):
        held = as_claim(message)
        results.record_attempts(held, [attempt])

    return move


def looks(evidence, **fields):
    """The reconciler has asked the provider."""

    def move(message):
        type(message).objects.filter(pk=message.pk).update(**fields)
        message.refresh_from_db()
        reconciling.settle(message, evidence)

    return move


def failed(outcome):
    return DeliveryError("no", outcome=outcome, reason=FailureReason.REJECTED)


def recalled_by(take_back, move):
    """Somebody holds the message back or cancels it while it is on its way."""

    def moved(message):
        if message.state in {S.SENDING, S.UNKNOWN}:
            take_back(message)
            message.refresh_from_db()
            move(message)

    return moved


def let_go_again(message):
    hold_back(message)
    let_go(message)


def held_after(message):
    cancel(message)
    let_go_again(message)


RETRY, GONE = records(failed(Outcome.RETRY)), looks(Absent(), looks=1)

# mover: (how, from where, to where); from anywhere else nothing happens.
MOVERS = {
    "worker claims": (claim, WAITING, S.SENDING),
    "canceller": (cancel, WAITING | {S.DRAFT}, S.CANCELLED),
    "held back": (hold_back, WAITING, S.DRAFT),
    "let go": (let_go, {S.DRAFT}, S.QUEUED),
    "too late": (expire, WAITING, S.EXPIRED),
    "lease ran out": (run_out, {S.SENDING}, S.UNKNOWN),
    "provider took it": (records(Receipt("SM1")), {S.SENDING}, S.ACCEPTED),
    "certainly not sent": (RETRY, {S.SENDING}, S.RETRY_WAIT),
    "account refused": (records(failed(Outcome.BREAKER)), {S.SENDING}, S.RETRY_WAIT),
    "refused for good": (records(failed(Outcome.FAILED)), {S.SENDING}, S.FAILED),
    "nobody knows": (records(failed(Outcome.UNKNOWN)), {S.SENDING}, S.UNKNOWN),
    "found": (looks(Receipt("SM1")), {S.UNKNOWN}, S.ACCEPTED),
    "found delivered": (looks(Receipt("SM1", S.DELIVERED)), {S.UNKNOWN}, S.DELIVERED),
    "absent twice": (GONE, {S.UNKNOWN}, S.RETRY_WAIT),
    "held, not sent": (recalled_by(hold_back, RETRY), {S.SENDING}, S.DRAFT),
    "held, absent": (recalled_by(hold_back, GONE), {S.UNKNOWN}, S.DRAFT),
    "held, sent": (recalled_by(hold_back, records(Receipt("SM1"))), {S.SENDING}, S.ACCEPTED),
    "held, let go": (recalled_by(let_go_again, RETRY), {S.SENDING}, S.RETRY_WAIT),
    "cancelled, not sent": (recalled_by(cancel, RETRY), {S.SENDING}, S.CANCELLED),
    "cancelled, held": (recalled_by(held_after, RETRY), {S.SENDING}, S.CANCELLED),
    "cancelled, absent": (recalled_by(cancel, GONE), {S.UNKNOWN}, S.CANCELLED),
    "absent again": (looks(Absent(), looks=1, is_resent=True), {S.UNKNOWN}, S.FAILED),
}


@pytest.mark.parametrize("mover", MOVERS)
def test_a_mover_moves_only_from_where_it_may(twilio, mover):
    move, origins, target = MOVERS[mover]
    after, settled = {}, set()

    for before in S:
        message = MessageFactory(
            organisation=twilio.organisation,
            channel=twilio,
            state=before,
            attempts=1,
            claim_token=uuid4(),
            claimed_at=timezone.now(),
            lease_until=timezone.now() - PAST,
        )
        move(message)
        message.refresh_from_db()
        after[before] = message.state
        if message.settled_at:
            settled.add(before)

    assert after == {before: target if before in origins else before for before in S}
    assert settled & origins == (origins if target.is_terminal else set())


def test_no_mover_leaves_the_table_of_states():
    steps = {(a, target) for _, origins, target in MOVERS.values() for a in origins}

    assert {(a, b) for a, b in steps if b not in TRANSITIONS[a]} == set()


def test_a_claim_speaks_for_its_own_token_only(twilio):
    message = MessageFactory(
        organisation=twilio.organisation, channel=twilio, state="sending", claim_token=uuid4()
    )
    stale = claims.Claim(
        organisation_id=message.organisation_id,
        channel=twilio,
        provider=provider_of(twilio),
        config=config_of(twilio),
        token=uuid4(),
        started=time.monotonic(),
        claimed_at=timezone.now(),
        messages=as_claim(message).messages,
        wordings={},
        pace=None,
    )

    results.record_attempts(stale, [Receipt("SM1")])

    message.refresh_from_db()
    assert message.state == "sending"
