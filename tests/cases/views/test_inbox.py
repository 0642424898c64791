"""The inbox through HTTP: reading, acting, refusing, losing nothing."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from accounts.models import Membership
from cases.actions.cases import assign_case, close_case
from cases.models import Case, CaseEvent
from cases.queries.cases import thread
from cases.views import pages
from cxhub.lib.tenancy import tenant
from surveys.actions.visits import Seen
from tests.conftest import client_of, member
from tests.factories.accounts import TeamFactory
from tests.factories.alerts import answered
from tests.factories.cases import CaseFactory
from tests.factories.surveys import InvitationFactory, LiveSurveyFactory
from tests.factories.visits import count_visits
from tests.lib.test_scanners import CHROME

HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}"


@pytest.fixture
def survey(organisation):
    return LiveSurveyFactory(organisation=organisation, name="Delivery")


@pytest.fixture
def lea(organisation):
    return member(organisation, "agent", name="Léa", email="lea@example.org", language="en")


@pytest.fixture
def lea_client(lea):
    return client_of(lea)


@pytest.fixture
def case(survey):
    return CaseFactory(response=answered(survey, 2, "Two days late.", name="Ann Durand"))


def url(case, gesture=""):
    return f"/o/{case.organisation.slug}/inbox/{case.pk}/{gesture}"


def text_of(response):
    return unescape(response.content.decode())


def test_the_list_shows_the_words_and_the_case(lea_client, case):
    page = lea_client.get(f"/o/{case.organisation.slug}/inbox/")

    text = text_of(page)
    assert "Two days late." in text
    assert "Ann Durand" in text
    assert "24 h" not in text
    assert "23 h left" in text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    lea_client, survey, rows, django_assert_num_queries
):
    for number in range(rows):
        CaseFactory(response=answered(survey, 2, f"Late {number}", name=f"Ann {number}"))
    lea_client.get(f"/o/{survey.organisation.slug}/inbox/?folder=team")

    with django_assert_num_queries(18):
        page = lea_client.get(f"/o/{survey.organisation.slug}/inbox/?folder=team")

    assert text_of(page).count("data-case-link") == rows


@pytest.mark.parametrize("folder", ["mine", "unassigned", "team", "closed", "nonsense"])
def test_an_empty_folder_says_why(lea_client, organisation, folder):
    page = lea_client.get(f"/o/{organisation.slug}/inbox/?folder={folder}")

    assert page.status_code == 200
    assert 'class="empty ' in text_of(page)


def test_a_viewer_reads_and_cannot_act(bob_client, case):
    """AB-03: reading roles get 403 from every gesture, and nothing changes."""
    page = text_of(bob_client.get(url(case)))
    answers = {
        gesture: bob_client.post(
            url(case, gesture), {"reason": "resolved", "text": "x"}
        ).status_code
        for gesture in ("take-over/", "assign/", "notes/", "wait/", "close/", "reopen/")
    }
    opened = bob_client.post(
        f"/o/{case.organisation.slug}/inbox/responses/{case.response_id}/open/"
    )

    assert "Two days late." in page
    assert "Take this case" not in page
    assert set(answers.values()) == {403}
    assert opened.status_code == 403
    case.refresh_from_db()
    assert (case.state, case.assignee, case.revision) == ("new", None, 1)
    assert CaseEvent.objects.count() == 0


def test_a_case_says_when_its_link_was_passed_on(lea_client, survey):
    """AB-22, AB-18: the machine that looked first is told apart."""
    invitation = InvitationFactory(survey=survey, token="a-personal-link")
    case = CaseFactory(response=answered(survey, 2, invitation=invitation))
    agents = [CHROME] * 4 + ["Mozilla/5.0 (compatible; Mimecast)"]
    count_visits(
        Seen("a-personal-link", f"198.51.{n}.7", "GET", agent, "", "", 1_790_000_000.0)
        for n, agent in enumerate(agents)
    )

    assert (
        "This link was opened from 4 networks: it may have been forwarded. "
        "A machine, such as a mail filter, opened the survey link too: that alone has no effect."
    ) in text_of(lea_client.get(url(case)))


def test_another_organisations_case_does_not_exist(charlie_client, charlie, case):
    """AB-01: somebody else's case is a 404 under my own address too."""
    mine = f"/o/{charlie.organisation.slug}/inbox/{case.pk}/"

    assert charlie_client.get(mine).status_code == 404
    assert charlie_client.post(f"{mine}close/", {"reason": "resolved"}).status_code == 404


def test_hostile_words_are_inert(lea_client, survey):
    """AB-26: in the list, in the case and in the thread."""
    case = CaseFactory(response=answered(survey, 0, HOSTILE, name=HOSTILE))
    lea_client.post(url(case, "notes/"), {"text": HOSTILE})

    for page in (lea_client.get(url(case)), lea_client.get(url(case, "take/"))):
        source = page.content.decode()
        assert "<img src=x" not in source
        assert "&lt;img src=x onerror=alert(1)&gt;{{7*7}}" in source


def test_taking_a_case(lea_client, lea, case):
    answer = lea_client.post(url(case, "take-over/"), {"revision": 1})

    assert answer.headers["Location"] == url(case)
    case.refresh_from_db()
    assert (case.assignee, case.state) == (lea, "in_progress")


def test_the_page_of_the_mail_never_acts(lea_client, lea, case):
    """AB-18: opening every link of the mail changes nothing."""
    for client in (lea_client, client_of(lea)):
        for method in (client.get, client.head):
            assert method(url(case, "take/")).status_code == 200
            assert method(url(case)).status_code == 200

    case.refresh_from_db()
    assert (case.assignee, case.revision) == (None, 1)


def test_the_page_of_the_mail_asks_who_you_are(client, case):
    answer = client.get(url(case, "take/"))

    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"next={url(case, 'take/')}")


def test_assigning(lea_client, alice, case):
    lea_client.post(url(case, "assign/"), {"assignee": str(alice.pk), "revision": 1})
    case.refresh_from_db()
    given = case.assignee
    lea_client.post(url(case, "assign/"), {"assignee": "", "revision": 2})
    case.refresh_from_db()

    assert (given, case.assignee) == (alice, None)


def test_giving_a_case_to_a_team(lea_client, lea, organisation, other_organisation, case):
    nord = TeamFactory(organisation=organisation, name="Nord")
    with tenant(other_organisation.pk):
        foreign = TeamFactory(organisation=other_organisation)
    Membership.objects.filter(pk=lea.pk).update(team=nord)

    refused = lea_client.post(url(case, "assign/"), {"assignee": str(foreign.pk), "revision": 1})
    for _click in range(2):
        lea_client.post(url(case, "assign/"), {"assignee": str(nord.pk), "revision": 1})
    case.refresh_from_db()
    inbox = text_of(lea_client.get(f"/o/{organisation.slug}/inbox/?folder=team"))
    mail = text_of(lea_client.get(url(case, "take/")))

    assert refused.status_code == 422
    assert (case.team, case.assignee, case.revision) == (nord, None, 2)
    assert re.search(r'aria-current="page"[^>]*>Nord<span class="tab-count">1<', inbox)
    assert "All open" in inbox
    assert "gave the case to the team Nord" in inbox
    assert re.search(rf'<option value="{nord.pk}" selected>Nord</option>', inbox)
    assert "given to the team Nord; nobody has taken it yet" in mail


def test_a_case_is_not_given_to_who_may_not_act(lea_client, bob, charlie, case):
    answers = [
        lea_client.post(url(case, "assign/"), {"assignee": str(someone), "revision": 1}).status_code
        for someone in (bob.pk, charlie.pk, "nonsense")
    ]

    assert answers == [422, 422, 422]
    case.refresh_from_db()
    assert case.assignee is None


def test_a_note(lea_client, lea, case):
    empty = lea_client.post(url(case, "notes/"), {"text": "  "})
    lea_client.post(url(case, "notes/"), {"text": "Called her."})

    assert empty.status_code == 422
    assert "Write the note" in text_of(empty)
    assert CaseEvent.objects.values_list("text", "author").get() == ("Called her.", lea.pk)


def test_a_double_click_writes_one_note(lea_client, case):
    page = lea_client.get(url(case)).content.decode()
    (note_id,) = re.findall(r'name="note_id" value="([^"]+)"', page)

    for _ in range(2):
        lea_client.post(url(case, "notes/"), {"text": "Called her.", "note_id": note_id})
    lea_client.post(url(case, "notes/"), {"text": "Called again.", "note_id": "nonsense"})

    assert [event.text for event in thread(case)] == ["Called her.", "Called again."]


def test_closing_opens_the_next_case_with_an_undo(lea_client, survey, case):
    following = CaseFactory(response=answered(survey, 3), due_at=timezone.now() + timedelta(days=2))

    answer = lea_client.post(
        f"{url(case, 'close/')}?folder=team",
        {"reason": "gesture", "note": "Refunded.", "revision": 1},
    )
    page = text_of(lea_client.get(answer.headers["Location"]))
    undone = lea_client.post(url(case, "reopen/"))

    assert answer.headers["Location"] == f"{url(following)}?folder=team&closed={case.pk}"
    assert "Undo closing" in page
    assert undone.headers["Location"] == url(case)
    case.refresh_from_db()
    assert (case.state, case.close_reason) == ("new", "")


def test_the_list_keeps_its_order_through_pages_gestures_and_the_next_case(
    lea_client, survey, monkeypatch
):
    monkeypatch.setattr(pages, "PER_PAGE", 2)
    now = timezone.now()
    cases = [
        CaseFactory(response=answered(survey, 3), number=number, due_at=now + timedelta(days=days))
        for number, days in ((1, 2), (2, 1), (3, 3))
    ]
    inbox = f"/o/{survey.organisation.slug}/inbox/"

    def numbers(query):
        return [row.case.number for row in lea_client.get(inbox + query).context["rows"]]

    newest = lea_client.get(f"{inbox}?folder=team&sort=-opened")
    closing = f"{url(cases[2], 'close/')}?{newest.context['order'].query}"
    after = lea_client.post(closing, {"reason": "resolved", "note": "", "revision": 1})

    assert [row.case.number for row in newest.context["rows"]] == [3, 2]
    assert newest.context["pages"] == {"next": f"{inbox}?folder=team&sort=-opened&page=2"}
    assert f'href="{url(cases[1])}?folder=team&amp;sort=-opened"' in newest.content.decode()
    assert after.headers["Location"] == (
        f"{url(cases[1])}?folder=team&sort=-opened&closed={cases[2].pk}"
    )
    assert (numbers("?folder=team"), numbers("?folder=team&sort=opened")) == ([2, 1], [1, 2])
    assert numbers("?folder=closed&sort=due") == [3]


def test_closing_without_a_reason_keeps_what_was_typed(lea_client, case):
    page = lea_client.post(url(case, "close/"), {"note": "Refunded 12 €.", "revision": 1})

    assert page.status_code == 422
    assert "Choose how the case ended" in text_of(page)
    assert "Refunded 12 €." in text_of(page)


def test_a_stale_page_loses_nothing(lea_client, alice, case):
    assign_case(case=case, assignee=alice, actor=alice, revision=1)

    page = lea_client.post(
        url(case, "close/"), {"reason": "gesture", "note": "Refunded 12 €.", "revision": 1}
    )
    again = lea_client.post(
        url(case, "close/"), {"reason": "gesture", "note": "Refunded 12 €.", "revision": 2}
    )

    assert page.status_code == 409
    assert "Alice changed this case while you were on it" in text_of(page)
    assert "Refunded 12 €." in text_of(page)
    assert 'name="revision" value="2"' in text_of(page)
    assert again.status_code == 302
    assert Case.objects.get().state == "closed"


def test_a_gesture_on_a_closed_case_is_a_conflict(lea_client, alice, case):
    close_case(case=case, reason="resolved", note="", actor=alice)

    assert lea_client.post(url(case, "wait/"), {}).status_code == 409


def test_an_overdue_case_says_so(lea_client, survey):
    late = timezone.now() - timedelta(hours=2, minutes=5)
    case = CaseFactory(response=answered(survey, 2), due_at=late)

    assert "Overdue by 2 h" in text_of(lea_client.get(url(case)))


def test_opening_a_case_by_hand(lea_client, lea, survey):
    response = answered(survey, 9, "Could be better.", name="Ann")
    address = f"/o/{survey.organisation.slug}/inbox/responses/{response.pk}/"

    page = lea_client.get(address)
    nothing_yet = Case.objects.count()
    answer = lea_client.post(f"{address}open/")
    case = Case.objects.get()
    again = lea_client.post(f"{address}open/")

    assert "Could be better." in text_of(page)
    assert nothing_yet == 0
    assert (case.response, case.assignee, case.is_automatic) == (response, lea, False)
    assert answer.headers["Location"] == again.headers["Location"] == url(case)
    assert lea_client.get(address).headers["Location"] == url(case)
    assert Case.objects.count() == 1


def test_news_wait_behind_a_link(lea_client, survey, case):
    since = (timezone.now() - timedelta(hours=1)).isoformat()
    address = f"/o/{survey.organisation.slug}/inbox/news/"

    fresh = text_of(lea_client.get(address, {"folder": "team", "since": since}))
    known = text_of(lea_client.get(address, {"folder": "team"}))
    odd = lea_client.get(address, {"folder": "team", "since": "2026-99-99T99:99:99"})

    assert "1 new case: show" in fresh
    assert "new case" not in known
    assert odd.status_code == 200


def test_every_page_asks_for_the_number_of_open_cases(organisation, survey, case, alice_client):
    CaseFactory(response=answered(survey, 1, "Broken.", name="Bea Martin"))
    done = CaseFactory(response=answered(survey, 0, "Lost.", name="Cy Petit"))
    Case.objects.filter(pk=done.pk).update(state="closed", closed_at=timezone.now())
    address = f"/o/{organisation.slug}/inbox/count/"

    page = alice_client.get(f"/o/{organisation.slug}/surveys/").content.decode()

    assert f'hx-get="{address}"' in page
    count = alice_client.get(address).content.decode()
    assert count.count("2 open cases") == 2  # the rail's and the phone's bottom bar's
    assert 'id="bottombar-count"' in page
    assert 'id="bottombar-count" class="bottombar-count" hx-swap-oob="true"' in count


def test_no_open_case_leaves_no_mark(organisation, bob_client):
    answer = bob_client.get(f"/o/{organisation.slug}/inbox/count/")

    assert answer.status_code == 200
    assert "open case" not in text_of(answer)
    assert "<span aria-hidden" not in text_of(answer)
