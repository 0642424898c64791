"""The state machine of a message, as a table."""

import pytest

from channels_out.enums import CLAIMABLE_STATES, RANKS, TERMINAL_STATES, TRANSITIONS, MessageState

S = MessageState


@pytest.mark.parametrize(
    ("rank", "states"),
    [
        (0, {S.DRAFT}),
        (1, {S.QUEUED, S.RETRY_WAIT}),
        (2, {S.SENDING, S.UNKNOWN}),
        (3, {S.ACCEPTED}),
        (4, {S.SENT}),
        (6, {S.DELIVERED, S.UNDELIVERED, S.FAILED, S.CANCELLED, S.EXPIRED, S.SUPPRESSED}),
    ],
)
def test_ranks(rank: int, states: set[MessageState]) -> None:
    assert {state for state in S if state.rank == rank} == states


def test_every_state_has_a_rank_and_transitions() -> None:
    assert set(RANKS) == set(TRANSITIONS) == set(S)


def test_terminal_states_allow_nothing_and_claimable_ones_allow_sending() -> None:
    assert {state for state in S if not TRANSITIONS[state]} == TERMINAL_STATES
    assert {state for state in S if S.SENDING in TRANSITIONS[state]} == CLAIMABLE_STATES
    assert {state for state in S if state.is_terminal} == TERMINAL_STATES


def test_only_not_knowing_trying_again_and_holding_back_ever_go_back() -> None:
    backwards = {
        (before, after)
        for before, allowed in TRANSITIONS.items()
        for after in allowed
        if after.rank < before.rank
    }

    assert backwards == {
        (S.SENDING, S.RETRY_WAIT),
        (S.UNKNOWN, S.RETRY_WAIT),
        (S.QUEUED, S.DRAFT),
        (S.RETRY_WAIT, S.DRAFT),
        (S.SENDING, S.DRAFT),
        (S.UNKNOWN, S.DRAFT),
    }
