"""Opening, assigning, closing and reopening cases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from accounts.actions.organisations import remove_member
from accounts.actions.teams import disband_team
from accounts.models import AuditEvent, Membership, Team
from cases.actions.cases import (
    add_note,
    assign_case,
    close_case,
    open_case,
    reopen_case,
    set_waiting,
)
from cases.exceptions import CaseChanged, CaseClosed, ReasonMissing
from cases.models import Case
from cases.queries.cases import case_for, folder_counts, inbox, thread
from contacts.models import SurveyHold
from cxhub.lib.ids import uuid7
from cxhub.lib.tenancy import tenant
from events.models import DomainEvent
from tests.factories.accounts import OrganisationFactory, TeamFactory
from tests.factories.alerts import answered
from tests.factories.surveys import LiveSurveyFactory


@pytest.fixture
def survey(organisation):
    return LiveSurveyFactory(organisation=organisation)


def opened(survey, *, is_automatic=True, response=None, **fields):
    response = response or answered(survey, 2, "Late.", name="Ann")
    return open_case(
        organisation=survey.organisation,
        response=response,
        contact=response.contact,
        is_automatic=is_automatic,
        **fields,
    )


def words(case):
    return [(event.kind, event.author) for event in thread(case)]


def test_cases_are_numbered_per_organisation(survey):
    cases = [opened(survey) for _ in range(3)]

    assert [case.number for case in cases] == [1, 2, 3]


def test_whoever_was_removed_meanwhile_is_given_no_case(survey, alice, bob):
    case, offered = opened(survey), Membership.objects.get(pk=bob.pk)
    for seen in [Membership.objects.get(pk=bob.pk), bob]:
        remove_member(membership=seen, actor=alice.user)

    with pytest.raises(CaseChanged):
        assign_case(case=case, assignee=offered, actor=alice)

    removed = AuditEvent.objects.filter(action="member.removed")
    assert (removed.count(), Case.objects.get().assignee) == (1, None)


def test_an_automatic_case_is_opened_once_even_after_closing(survey, alice):
    case = opened(survey)
    close_case(case=case, reason="resolved", note="", actor=alice)

    assert opened(survey, response=case.response) == case
    assert Case.objects.count() == 1


def test_by_hand_the_open_case_is_taken_up(survey, alice):
    case = opened(survey)
    again = opened(survey, is_automatic=False, response=case.response)
    close_case(case=case, reason="resolved", note="", actor=alice)
    fresh = opened(survey, is_automatic=False, response=case.response, assignee=alice)

    assert again == case
    assert (fresh == case, fresh.state, fresh.assignee) == (False, "in_progress", alice)
    assert case_for(survey.organisation, case.response) == fresh


def test_the_life_of_a_case(survey, alice, bob):
    case = opened(survey)
    case = assign_case(case=case, assignee=bob, actor=alice, revision=1)
    add_note(case=case, text="Called her.", actor=bob)
    case = set_waiting(case=case, actor=bob, revision=2)
    case = close_case(case=case, reason="gesture", note="Refunded.", actor=bob, revision=3)

    assert (case.state, case.close_reason, case.close_note) == ("closed", "gesture", "Refunded.")
    assert case.closed_at is not None
    assert words(case) == [
        ("opened", None),
        ("assigned", alice),
        ("note", bob),
        ("state", bob),
        ("closed", bob),
    ]
    assert list(DomainEvent.objects.order_by("pk").values_list("kind", flat=True)) == [
        "case.opened",
        "case.closed",
    ]


def test_assigning_to_the_same_member_changes_nothing(survey, alice):
    case = assign_case(case=opened(survey), assignee=alice, actor=alice)

    again = assign_case(case=case, assignee=alice, actor=alice)

    assert again.revision == case.revision


def test_a_stale_gesture_is_refused(survey, alice, bob):
    case = opened(survey)
    assign_case(case=case, assignee=bob, actor=bob, revision=1)

    with pytest.raises(CaseChanged):
        close_case(case=case, reason="resolved", note="", actor=alice, revision=1)
    with pytest.raises(CaseChanged):
        assign_case(case=case, assignee=alice, actor=alice, revision=1)


def test_a_note_that_is_written_twice_is_one(survey, alice):
    cases, note_id = [opened(survey), opened(survey)], uuid7()

    notes = [
        add_note(case=case, text="Called her.", actor=alice, note_id=note_id)
        for case in [*cases, *cases]
    ]

    assert notes[:2] == notes[2:]
    assert [words(case) for case in cases] == [[("opened", None), ("note", alice)]] * 2


def test_a_closed_case_takes_notes_only(survey, alice):
    case = close_case(case=opened(survey), reason="resolved", note="", actor=alice)

    add_note(case=case, text="She wrote again.", actor=alice)
    for act in (
        lambda: assign_case(case=case, assignee=alice, actor=alice),
        lambda: set_waiting(case=case, actor=alice),
        lambda: close_case(case=case, reason="resolved", note="", actor=alice),
    ):
        with pytest.raises(CaseClosed):
            act()


@pytest.mark.parametrize("reason", ["", "because", "RESOLVED"])
def test_a_case_is_closed_with_a_reason(survey, alice, reason):
    with pytest.raises(ReasonMissing):
        close_case(case=opened(survey), reason=reason, note="", actor=alice)


def test_reopening_undoes_a_closing(survey, alice):
    case = assign_case(case=opened(survey), assignee=alice, actor=alice)
    close_case(case=case, reason="resolved", note="", actor=alice)

    case = reopen_case(case=case, actor=alice)
    same = reopen_case(case=case, actor=alice)

    assert (case.state, case.close_reason, case.closed_at) == ("in_progress", "", None)
    assert same.revision == case.revision


def test_a_customer_is_left_in_peace_until_a_week_after_his_last_case(survey, alice):
    first = opened(survey)
    contact = first.contact
    second = opened(survey, response=answered(survey, 3, "Again.", name="Ann", contact=contact))

    def holds():
        return {hold.held_by: hold.until for hold in SurveyHold.objects.filter(contact=contact)}

    while_open = holds()
    first = close_case(case=first, reason="resolved", note="", actor=alice)
    after_one = holds()
    second = close_case(case=second, reason="resolved", note="", actor=alice)
    reopen_case(case=second, actor=alice)

    week = timedelta(days=7)
    assert while_open == {first.pk: None, second.pk: None}
    assert after_one == holds() == {first.pk: first.closed_at + week, second.pk: None}


def test_folders(survey, alice, bob):
    mine, theirs, nobodys, closed = (opened(survey) for _ in range(4))
    assign_case(case=mine, assignee=alice, actor=alice)
    assign_case(case=theirs, assignee=bob, actor=alice)
    close_case(case=closed, reason="resolved", note="", actor=alice)

    folders = {
        name: list(inbox(survey.organisation, alice, name))
        for name in ("mine", "unassigned", "team", "closed")
    }

    assert folders == {
        "mine": [mine],
        "unassigned": [nobodys],
        "team": [mine, theirs, nobodys],
        "closed": [closed],
    }
    assert folder_counts(survey.organisation, alice) == {"mine": 1, "unassigned": 1, "team": 3}


def test_a_team_has_a_folder_of_its_own_until_somebody_takes_the_case(survey, alice, bob):
    nord = TeamFactory(organisation=survey.organisation, name="Nord")
    Membership.objects.filter(pk=bob.pk).update(team=nord)
    bob.refresh_from_db()
    given, taken, nobodys = (opened(survey) for _ in range(3))
    given = assign_case(case=given, assignee=None, team=nord, actor=alice)
    taken = assign_case(case=taken, assignee=None, team=nord, actor=alice)
    taken = assign_case(case=taken, assignee=bob, actor=bob)

    folders = {
        name: list(inbox(survey.organisation, bob, name))
        for name in ("mine", "unassigned", "team", "all")
    }
    seen_by_alice = folder_counts(survey.organisation, alice)
    disband_team(team=nord, actor=alice.user)
    with pytest.raises(CaseChanged):
        assign_case(case=nobodys, assignee=None, team=Team(pk=uuid7()), actor=alice)

    assert (given.state, taken.state, taken.team) == ("new", "in_progress", None)
    assert folders == {
        "mine": [taken],
        "unassigned": [nobodys],
        "team": [given, taken],
        "all": [given, taken, nobodys],
    }
    assert seen_by_alice == {"mine": 0, "unassigned": 1, "team": 3}
    assert folder_counts(survey.organisation, alice) == {"mine": 0, "unassigned": 2, "team": 3}


@pytest.mark.slow  # real transactions of eight threads
def test_workers_at_the_same_time_open_one_case(committed):
    """AB-43: whatever runs twice at the same time, a response has one automatic case."""
    organisation = OrganisationFactory()
    with tenant(organisation.pk):
        survey = LiveSurveyFactory(organisation=organisation)
        first, *others = [answered(survey, 1) for _ in range(4)]

    def work(response):
        try:
            with tenant(organisation.pk):
                return response.pk, opened(survey, response=response).number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        numbers = set(pool.map(work, [first] * 5 + others))

    assert len(numbers) == 4
    assert sorted(number for _pk, number in numbers) == [1, 2, 3, 4]
